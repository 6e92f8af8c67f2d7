"""The period that a report is asked for."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, add_months, getdate

MONTHS = 12


def period_of(filters: frappe._dict) -> tuple[date, date]:
	"""From Date and To Date of the filters, both included; by default the twelve months that end today.

	Raises frappe.ValidationError where the first is after the second.
	"""
	end = getdate(filters.get("to_date"))
	start = getdate(filters.get("from_date") or add_days(add_months(end, -MONTHS), 1))
	if start > end:
		frappe.throw(_("From Date is after To Date. Choose an earlier one."), title=_("From Date"))
	return start, end
