"""Remarks of a voucher, shown on demand."""

import frappe

from kam_extension.integration.receivables.filters import Filters


def remarks_of(filters: Filters) -> str | None:
	"""SQL of an entry's remarks, cut as the Accounts Settings say; None where they aren't asked for."""
	if not filters.is_on("show_remarks"):
		return None
	length = frappe.db.get_single_value("Accounts Settings", "receivable_payable_remarks_length")
	return f"substring(remarks, 1, {int(length)})" if length else "remarks"
