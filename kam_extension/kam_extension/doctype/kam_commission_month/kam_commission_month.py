import frappe

from kam_extension.integration.security.append_only import AppendOnlyRecord


class KAMCommissionMonth(AppendOnlyRecord):
	"""A month of one company whose commission is settled (R60)."""


def on_doctype_update():
	"""A month is settled once, also when two workers try at the same time."""
	frappe.db.add_unique(
		"KAM Commission Month", ["company", "month"], constraint_name="one_settlement_per_month"
	)
