"""N of section D: what a document really brings in before tax (R21–R23)."""

from collections.abc import Callable, Collection
from decimal import Decimal

import frappe
from frappe.utils import flt

from kam_extension.policy.money import HUNDRED, ZERO, Rounding, decimal


def tax_accounts_of(doc) -> set[str]:
	"""The tax accounts among those of the document's negative charges."""
	heads = {row.account_head for row in negative_charges(doc)}
	if not heads:
		return set()
	filters = {"name": ("in", list(heads)), "account_type": "Tax"}
	return set(frappe.get_all("Account", filters=filters, pluck="name"))


def effective_net(
	doc, rounding: Rounding, tax_accounts: Callable[[object], Collection[str]] = tax_accounts_of
) -> Decimal:
	"""Net total in company currency at the document's own exchange rate, less everything that is given away elsewhere.

	That is: charges with negative amount on accounts that are no tax accounts, discounts that ERPNext takes off the
	grand total alone, what a point of sale writes off or takes in loyalty points, and the early-payment discount.
	"""
	net = decimal(flt(doc.base_net_total, rounding.precision))
	given = _discounts_beside_the_rows(doc) + _early_payment_discount(doc, net)
	return rounding.money(net + _charged_back(doc, tax_accounts(doc)) - given)


def negative_charges(doc) -> list:
	return [row for row in doc.get("taxes") or () if flt(row.base_tax_amount_after_discount_amount) < 0]


def _charged_back(doc, tax_accounts: Collection[str]) -> Decimal:
	charges = (row for row in negative_charges(doc) if row.account_head not in tax_accounts)
	return sum((decimal(row.base_tax_amount_after_discount_amount) for row in charges), ZERO)


def _discounts_beside_the_rows(doc) -> Decimal:
	"""Discounts that leave the rows' net rates as they are; all in company currency."""
	given = ZERO
	if doc.get("is_cash_or_non_trade_discount") and doc.apply_discount_on == "Grand Total":
		given += decimal(doc.base_discount_amount)
	if doc.get("is_pos"):
		# ERPNext leaves the base amount of a POS Invoice as it was sent.
		given += max(decimal(doc.get("write_off_amount")) * decimal(doc.conversion_rate), ZERO)
	if doc.get("redeem_loyalty_points"):
		given += decimal(doc.get("loyalty_amount"))
	return given


def _early_payment_discount(doc, net: Decimal) -> Decimal:
	"""The net part of what the payment terms give away for paying early."""
	gross = decimal(doc.base_grand_total)
	discount = sum((_instalment_discount(row, doc) for row in doc.get("payment_schedule") or ()), ZERO)
	return discount * net / gross if discount and gross else ZERO


def _instalment_discount(row, doc) -> Decimal:
	discount = decimal(row.get("discount"))
	if not discount:
		return ZERO
	if row.discount_type == "Percentage":
		due = decimal(row.payment_amount) * decimal(doc.conversion_rate)
		return due * discount / HUNDRED
	return discount * decimal(doc.conversion_rate)
