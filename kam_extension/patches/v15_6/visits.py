"""Visits get the moments that the calendar draws them by; reminders of visits, care and account reports are seeded."""

import frappe

from kam_extension.setup.visit_notifications import seed_visit_notifications


def execute() -> None:
	"""Doing it again changes nothing that people have tuned since."""
	frappe.db.sql(
		"""
		update `tabVisit Log` set starts_at = visit_date, ends_at = visit_date, all_day = 1, is_touched = 1
		where starts_at is null
		"""
	)
	seed_visit_notifications()
