"""Risk Reports made before their follow-up: what is open now, and which rows came from the churn watch (R53, R55)."""

import frappe
from frappe.model.utils.rename_field import rename_field
from frappe.utils import add_days, getdate

REPORT, ROW = "Risk Report", "Risk Report Indicator"
FIRST_DAYS = 7


def execute() -> None:
	if frappe.db.has_column(REPORT, "drafted_by_churn_watch"):
		rename_field(REPORT, "drafted_by_churn_watch", "drafted_by_system")
	_set_status()
	_set_source()


def _set_status() -> None:
	"""High and critical ones that still decide an account's level begin their escalation; the others are closed."""
	frappe.db.sql(
		"""
		update `tabRisk Report` report
			left join `tabRisk Report` later on later.key_account = report.key_account and later.docstatus = 1
				and (later.report_date, later.creation) > (report.report_date, report.creation)
		set report.status = case
				when report.docstatus = 2 then 'Cancelled'
				when later.name is null and report.risk_level in ('High', 'Critical') then 'Open'
				else 'Closed'
			end
		where report.docstatus > 0 and report.status = 'Draft'
		"""
	)
	today = getdate()
	frappe.db.sql(
		"""
		update `tabRisk Report`
		set escalation_level = 'Account Manager', escalated_on = %(today)s, escalation_due = %(due)s
		where status = 'Open' and escalation_level is null and risk_level in ('High', 'Critical')
		""",
		{"today": today, "due": add_days(today, FIRST_DAYS)},
	)


def _set_source() -> None:
	frappe.db.sql(
		"""
		update `tabRisk Report Indicator` indicator
			join `tabRisk Report` report on report.name = indicator.parent and report.drafted_by_system = 1
		set indicator.source = 'Churn Watch'
		where report.docstatus = 0 and report.report_type = 'Early Warning'
			and indicator.indicator in ('Order Silence', 'Revenue Change')
		"""
	)
