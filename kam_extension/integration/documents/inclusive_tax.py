"""The taxes and charges of a selling document, as the policy core knows them (R21)."""

import frappe
from frappe.utils import cint

from kam_extension.policy.inclusive_tax import Charge, InclusiveTax
from kam_extension.policy.money import decimal


def inclusive_tax_of(doc) -> InclusiveTax:
	"""What of the document's prices is tax."""
	charges = (
		Charge(
			account=tax.account_head,
			charge_type=tax.charge_type,
			rate=decimal(tax.rate),
			row=cint(tax.row_id),
			is_included=bool(tax.get("included_in_print_rate")),
		)
		for tax in doc.get("taxes") or ()
	)
	return InclusiveTax(charges, decimal(doc.conversion_rate))


def own_tax_rates(row) -> dict:
	"""{account: rate} of the tax template of the row's item."""
	rates = frappe.parse_json(row.get("item_tax_rate") or "{}")
	return {account: decimal(rate) for account, rate in rates.items()}
