import frappe

from kam_extension.integration.security.append_only import AppendOnlyRecord


class KAMRebateClaim(AppendOnlyRecord):
	"""What was claimed of one receipt by one request (R39)."""


def on_doctype_update():
	"""One entry for each running number of a receipt: of two simultaneous claims only one gets through (R39)."""
	frappe.db.add_unique(
		"KAM Rebate Claim",
		["payment_document_type", "payment_document", "sales_order", "claim_number"],
		constraint_name="one_claim_per_number",
	)
