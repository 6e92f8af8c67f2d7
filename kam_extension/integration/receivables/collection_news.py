"""Telling people of the accounts that they have to collect from, or no longer: a few one by one, many at once (R34)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial

import frappe
from frappe import _
from frappe.desk.form.assign_to import notify_assignment

from kam_extension.integration.alerts import tell
from kam_extension.integration.lost_connections import commit_surely
from kam_extension.integration.todo_rows import Assignment

ACCOUNT = "Key Account"
MOST_SINGLE_NEWS = 3


@dataclass
class News:
	"""What one run of the night assigned, {user: {account: text}}, and took from lists, {user: accounts}."""

	begun: dict[str, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
	ended: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

	def add(self, ended: Iterable[Mapping], begun: Iterable[Assignment]) -> None:
		for todo in ended:
			self.ended[todo.allocated_to].add(todo.reference_name)
		for one in begun:
			self.begun[one.user][one.name] = one.text

	def merge(self, other: "News") -> None:
		for user, begun in other.begun.items():
			self.begun[user].update(begun)
		for user, ended in other.ended.items():
			self.ended[user].update(ended)

	def tell(self) -> None:
		"""As Frappe tells of assignments; one alert for all of them when they are many. Each person is a transaction."""
		for user in sorted(self.begun.keys() | self.ended.keys()):
			commit_surely(partial(self._tell, user), _("{0} could not be told of collections").format(user))

	def _tell(self, user: str) -> None:
		begun = self.begun.get(user, {})
		# Who goes on with an account at its next stage has it anew, not off the list.
		ended = sorted(self.ended.get(user, set()) - begun.keys())
		if len(begun) + len(ended) > MOST_SINGLE_NEWS:
			_tell_of_many(user, len(begun), len(ended))
			return
		for account, text in begun.items():
			notify_assignment(frappe.session.user, user, ACCOUNT, account, "ASSIGN", text)
		for account in ended:
			notify_assignment(frappe.session.user, user, ACCOUNT, account)


def _tell_of_many(user: str, begun: int, ended: int) -> None:
	def subject(language: str) -> str:
		text = _("Collections: {0} accounts are new on your list, {1} are off it.", lang=language)
		return text.format(begun, ended)

	tell(user, subject, "ToDo", {"allocated_to": user, "reference_type": ACCOUNT, "status": "Open"})
