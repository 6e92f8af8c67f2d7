"""Taxes that a document's prices include; list prices are compared on the same basis (R21)."""

from decimal import Decimal

import frappe
from frappe.utils import cint

from kam_extension.policy.money import HUNDRED, ZERO, decimal

ONE = Decimal(1)


class InclusiveTax:
	"""What of a price is tax, by the charge rows that say they are included in it."""

	def __init__(self, doc):
		self._taxes = list(doc.get("taxes") or ())
		self._is_any = any(tax.get("included_in_print_rate") for tax in self._taxes)
		self._exchange_rate = decimal(doc.conversion_rate) or ONE

	def net_of(self, price: Decimal, row) -> Decimal:
		"""The price (company currency, unit of the row) without the tax that the document's prices of the row include."""
		if not self._is_any:
			return price
		share, per_unit = self._included(frappe.parse_json(row.get("item_tax_rate") or "{}"))
		return (price - per_unit * self._exchange_rate) / (ONE + share)

	def _included(self, own_rates: dict) -> tuple[Decimal, Decimal]:
		"""Tax as a share of the net price, and tax per unit in the document's currency."""
		shares, total_shares, per_unit = [], [], ZERO
		for tax in self._taxes:
			rate = decimal(own_rates.get(tax.account_head, tax.rate)) if tax.included_in_print_rate else ZERO
			if tax.charge_type == "On Item Quantity":
				per_unit += rate
			shares.append(self._share(tax, rate / HUNDRED, shares, total_shares))
			total_shares.append(shares[-1] + (total_shares[-1] if total_shares else ONE))
		return sum(shares, ZERO), per_unit

	def _share(self, tax, rate: Decimal, shares: list[Decimal], total_shares: list[Decimal]) -> Decimal:
		if tax.charge_type == "On Net Total":
			return rate
		if tax.charge_type == "On Previous Row Amount":
			return rate * shares[cint(tax.row_id) - 1]
		if tax.charge_type == "On Previous Row Total":
			return rate * total_shares[cint(tax.row_id) - 1]
		return ZERO
