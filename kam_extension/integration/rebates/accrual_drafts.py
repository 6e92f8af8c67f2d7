"""Drafts of last month's rebate accruals, made by night for finance to review (R42, R73)."""

import frappe
from frappe import _
from frappe.utils import add_days, flt, get_first_day, getdate

from kam_extension.integration.notices import notify, users_with_role
from kam_extension.integration.rebates.accruals import DOCTYPE
from kam_extension.setup.roles import KAM_FINANCE


def nightly() -> None:
	"""Draft the accrual of the month that ended last for every company that wants it and has none.

	A cancelled one counts as made: accruing a month anew is for finance to decide. Nothing to accrue makes no draft.
	"""
	month_end = add_days(get_first_day(getdate()), -1)
	for company in _companies_without(month_end):
		_draft(company, month_end)


def _companies_without(month_end) -> list[str]:
	settings = frappe.get_cached_doc("KAM Settings")
	wanted = [row.company for row in settings.companies if row.accrue_rebates]
	made = frappe.get_all(
		DOCTYPE, {"company": ("in", wanted or [""]), "accrual_date": month_end}, pluck="company"
	)
	return [company for company in wanted if company not in made]


def _draft(company: str, month_end) -> None:
	accrual = frappe.get_doc({"doctype": DOCTYPE, "company": company, "accrual_date": month_end})
	accrual.fetch_rebates()
	if flt(accrual.total_accrued) <= 0:
		return
	accrual.insert()
	subject = _("Rebate Accrual {0} of {1} waits for your review.").format(
		frappe.bold(accrual.name), frappe.bold(frappe.utils.escape_html(company))
	)
	total = frappe.utils.fmt_money(accrual.total_accrued, currency=accrual.currency)
	notify(users_with_role(KAM_FINANCE), accrual, subject, total)
