"""Who hears of an accountability case: the person concerned, and who wrote it; nobody else (R80)."""

from collections.abc import Iterable

import frappe
from frappe import _

from kam_extension.integration.attempts import attempt
from kam_extension.integration.notices import users_with_role
from kam_extension.integration.risk.responsible import enabled_users
from kam_extension.policy.codes import CaseStatus
from kam_extension.setup.roles import KAM_EXECUTIVE

CASE = "Accountability Case"


def tell_hearing(case) -> None:
	"""Ask the person concerned for a statement, and tell executives that a case is coming."""

	def asked(language: str) -> str:
		return _("You are asked for a statement in {0}.", lang=language).format(case.name)

	def coming(language: str) -> str:
		return _(
			"{0} is put to the person concerned; it then waits for your decision.", lang=language
		).format(case.name)

	_tell(case, [case.person_concerned], asked)
	executives = (user for user in users_with_role(KAM_EXECUTIVE) if user != case.person_concerned)
	_tell(case, executives, coming)


def tell_decision(case) -> None:
	"""Tell the person concerned and the author how the case was decided."""

	def text(language: str) -> str:
		status = _(str(CaseStatus(case.status)), lang=language, context=CASE)
		return _("{0} is decided: {1}.", lang=language).format(case.name, status)

	_tell(case, [case.person_concerned, case.owner], text)


def _tell(case, users: Iterable[str], text) -> None:
	for user in enabled_users(users):
		language = frappe.db.get_value("User", user, "language") or frappe.local.lang
		values = {
			"doctype": "Notification Log",
			"type": "Alert",
			"for_user": user,
			"from_user": frappe.session.user,
			# No customer and no facts: notices show on screens that others see.
			"subject": text(language),
			"document_type": CASE,
			"document_name": case.name,
		}
		attempt(
			# A Notification Log is read by its user only.
			lambda values=values: frappe.get_doc(values).insert(ignore_permissions=True),
			_("{0} could not be told of a case").format(user),
		)
