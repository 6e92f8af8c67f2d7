"""The care calendar: planned every night, once for each occasion; done records say who did what (R49)."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import getdate, now

from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.turns import hold_turn
from kam_extension.integration.visits.care_sources import CARED_FOR, Care, coming_care
from kam_extension.integration.visits.settings import visit_settings
from kam_extension.policy.codes import CareStatus

DOCTYPE = "Key Account Care"
TURN = "Customer Care"
FIELDS = (
	"name", "creation", "modified", "owner", "modified_by", "docstatus", "idx", "key_account", "customer",
	"customer_name", "status", "care_type", "care_date", "responsible", "person", "preferences", "occasion", "years",
	"care_key",
)  # fmt: skip


def nightly() -> None:
	"""Scheduled daily: plan as of today; one transaction."""
	if not is_enabled():
		return
	frappe.db.commit()
	hold_turn(TURN)
	plan_care(getdate())
	frappe.db.commit()


def plan_care(today) -> int:
	"""Plan what comes near and isn't planned, let go of ended accounts, follow changed managers; how many were planned."""
	_follow_accounts()
	coming = {care.key: care for care in coming_care(today, visit_settings())}
	known = frappe.get_all(
		DOCTYPE, filters={"care_date": (">=", today), "care_key": ("is", "set")}, pluck="care_key"
	)
	new = [coming[key] for key in coming.keys() - set(known)]
	if new:
		frappe.db.bulk_insert(DOCTYPE, FIELDS, _values(new), ignore_duplicates=True)
	return len(new)


def _values(new: Iterable[Care]) -> list[tuple]:
	"""Rows of the table, in the order of FIELDS: a festival is planned for every account of the house at once."""
	fields = ("name", "customer", "customer_name", "account_manager")
	accounts = {
		row.name: row
		for row in frappe.get_all("Key Account", filters={"status": ("in", CARED_FOR)}, fields=list(fields))
	}
	moment, user = now(), frappe.session.user
	rows = []
	for care in new:
		account = accounts[care.key_account]
		rows.append(
			(
				frappe.generate_hash(length=10), moment, moment, user, user, 0, 0, care.key_account, account.customer,
				account.customer_name, str(CareStatus.PLANNED), str(care.care_type), care.care_date,
				account.account_manager, care.person, care.preferences, care.occasion, care.years, care.key,
			)
		)  # fmt: skip
	return rows


def _follow_accounts() -> None:
	values = {"planned": CareStatus.PLANNED, "skipped": CareStatus.SKIPPED, "cared_for": CARED_FOR}
	frappe.db.sql(
		"""
		update `tabKey Account Care` care join `tabKey Account` account on account.name = care.key_account
		set care.status = %(skipped)s
		where care.status = %(planned)s and care.care_key is not null and account.status not in %(cared_for)s
		""",
		values,
	)
	frappe.db.sql(
		"""
		update `tabKey Account Care` care join `tabKey Account` account on account.name = care.key_account
		set care.responsible = account.account_manager
		where care.status = %(planned)s and care.care_key is not null
			and care.responsible != account.account_manager
		""",
		values,
	)


def keep_care_key(care) -> None:
	"""Before_validate: the key of an occasion is the nightly run's; what somebody enters has none."""
	before = care.get_doc_before_save()
	care.care_key = before.care_key if before else None
	care.years = before.years if before else 0


def check_care(care) -> None:
	"""Validate: what was done says what, when and by whom."""
	if care.status != CareStatus.DONE:
		care.done_on = care.done_by = None
		return
	if not (care.done_note or "").strip():
		frappe.throw(
			_("What Was Done is missing: say how the customer was congratulated or thanked."),
			frappe.MandatoryError,
			title=_("What Was Done"),
		)
	care.done_on = care.done_on or getdate()
	if getdate(care.done_on) > getdate():
		frappe.throw(_("Done On can't lie in the future. Correct the date."), title=_("Done On"))
	before = care.get_doc_before_save()
	care.done_by = before.done_by if before and before.done_by else frappe.session.user
