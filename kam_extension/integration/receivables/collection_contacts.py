"""What was last agreed and done with an account about its debts: promises, ToDos, reminders (R34)."""

from collections.abc import Iterable, Mapping, Sequence

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Date, Max
from frappe.utils import getdate

from kam_extension.integration.receivables.collection_promises import DOCTYPE, FIELDS, judged_promises
from kam_extension.integration.receivables.collection_tasks import ACCOUNT, MARK
from kam_extension.policy.codes import PromiseStatus


class Contacts:
	"""Reads for accounts of one company (rows with `name` and `customer`), in a fixed number of queries."""

	def __init__(self, company: str, accounts: Iterable[Mapping]):
		rows = list(accounts)
		self._names = [row["name"] for row in rows]
		self._promises = self._last_promises(company) if rows else {}
		self._todos = self._open_todos() if rows else {}
		self._mails = self._sent_mails() if rows else {}
		self._dunnings = _dunnings(company, [row["customer"] for row in rows]) if rows else {}

	def of(self, account: Mapping) -> dict:
		"""Columns of one account: the latest promise, when to act next, and when it was last reminded."""
		promise = self._promises.get(account["name"])
		reminders = [self._mails.get(account["name"]), self._dunnings.get(account["customer"])]
		return {
			"promise_amount": promise.amount if promise else None,
			"promise_date": promise.promise_date if promise else None,
			"promise_status": promise.status if promise else None,
			"next_action": self._next_action(account["name"], promise),
			"last_reminder": max((day for day in reminders if day), default=None),
		}

	def _next_action(self, key_account: str, promise):
		if promise and promise.status == PromiseStatus.OPEN:
			return promise.next_action_date or promise.promise_date
		return self._todos.get(key_account)

	def _last_promises(self, company: str) -> dict[str, frappe._dict]:
		"""Judged as of now: the stored status is of the last night."""
		filters = {"company": company, "key_account": ("in", self._names)}
		rows = frappe.get_all(DOCTYPE, filters, list(FIELDS), order_by="promised_on, promise_date, creation")
		judged = judged_promises(rows, getdate())
		for row in rows:
			row.status = str(judged[row.name].status)
		return {row.key_account: row for row in rows}

	def _open_todos(self) -> dict:
		filters = {
			"reference_type": ACCOUNT,
			"reference_name": ("in", self._names),
			"status": "Open",
			MARK: ("is", "set"),
		}
		return dict(frappe.get_all("ToDo", filters, ["reference_name", "date"], as_list=True))

	def _sent_mails(self) -> dict:
		mail = DocType("Communication")
		return dict(
			frappe.qb.from_(mail)
			.select(mail.reference_name, Date(Max(mail.communication_date)))
			.where((mail.reference_doctype == ACCOUNT) & mail.reference_name.isin(self._names))
			.where((mail.communication_medium == "Email") & (mail.sent_or_received == "Sent"))
			.groupby(mail.reference_name)
			.run()
		)


def _dunnings(company: str, customers: Sequence[str]) -> dict:
	dunning = DocType("Dunning")
	return dict(
		frappe.qb.from_(dunning)
		.select(dunning.customer, Max(dunning.posting_date))
		.where((dunning.docstatus == 1) & (dunning.company == company) & dunning.customer.isin(customers))
		.groupby(dunning.customer)
		.run()
	)
