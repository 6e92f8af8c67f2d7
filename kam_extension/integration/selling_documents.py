"""Read a selling document into the policy core's facts: section D's N, C, O and B (R21–R25)."""

from dataclasses import replace
from decimal import Decimal

import frappe
from frappe.utils import flt

from kam_extension.integration.accounts import Account
from kam_extension.integration.agreements import agreement_for
from kam_extension.integration.checked_rows import earlier_documents, exempt_rows, stock_quantity
from kam_extension.integration.costs import bundle_parts, unit_costs
from kam_extension.integration.credit import credit_facts
from kam_extension.integration.list_prices import ListPrices
from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.policy.codes import Action
from kam_extension.policy.facts import DocumentFacts, LineFacts
from kam_extension.policy.money import HUNDRED, ZERO, Rounding, decimal
from kam_extension.policy.terms import PolicyTerms

GUARDED = ("Quotation", "Sales Order", "Sales Invoice", "Delivery Note", "POS Invoice")


def customer_of(doc) -> str | None:
	"""The document's customer; None for a quotation to a lead or prospect."""
	if doc.doctype == "Quotation":
		return doc.party_name if doc.quotation_to == "Customer" else None
	return doc.get("customer")


def is_exempt(doc) -> bool:
	"""Returns against a document, transfers between own companies, consolidated and opening invoices (R25)."""
	return bool(
		(doc.get("is_return") and doc.get("return_against"))
		or doc.get("is_internal_customer")
		or doc.get("is_consolidated")
		or doc.get("is_opening") == "Yes"
	)


def read_document(doc, terms: PolicyTerms, account: Account) -> DocumentFacts:
	"""The facts of `doc` in company currency. The number of queries does not depend on the number of rows."""
	rounding = site_rounding(company_currency(doc.company))
	net = effective_net(doc, rounding)
	lines = _read_lines(doc, terms, net)
	facts = DocumentFacts(
		account=account.facts(),
		lines=lines,
		net=net,
		gross=decimal(flt(doc.base_grand_total, rounding.precision)),
		other_costs=decimal(flt(doc.get("kam_other_costs"), rounding.precision)),
		agreement=agreement_for(account.name, doc.company, _references(doc)),
		is_dealer_led=_is_dealer_led(doc, account),
		is_unreferenced_credit=bool(doc.get("is_return")),
		commits=is_commitment(doc),
		rounding=rounding,
	)
	if facts.commits and terms.credit_action != Action.OFF:
		return replace(facts, credit=credit_facts(doc, terms, account))
	return facts


def is_commitment(doc) -> bool:
	"""Orders and deliveries, by whatever document: there the account's credit and status count (R32)."""
	if doc.get("is_return"):
		return False
	return doc.doctype in ("Sales Order", "Delivery Note") or bool(doc.get("update_stock"))


def effective_net(doc, rounding: Rounding) -> Decimal:
	"""N: net total, less charges with negative amount on accounts that are no tax accounts, less early discount."""
	net = decimal(flt(doc.base_net_total, rounding.precision))
	return rounding.money(net + _negative_charges(doc) - _early_payment_discount(doc, net))


def _negative_charges(doc) -> Decimal:
	rows = [row for row in doc.get("taxes") or () if flt(row.base_tax_amount_after_discount_amount) < 0]
	if not rows:
		return ZERO
	heads = {row.account_head for row in rows}
	filters = {"name": ("in", list(heads)), "account_type": "Tax"}
	tax_accounts = set(frappe.get_all("Account", filters=filters, pluck="name"))
	charges = (row for row in rows if row.account_head not in tax_accounts)
	return sum((decimal(row.base_tax_amount_after_discount_amount) for row in charges), ZERO)


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


def _read_lines(doc, terms: PolicyTerms, net: Decimal) -> tuple[LineFacts, ...]:
	rows = [row for row in doc.items if row.item_code and not row.get("is_alternative")]
	prices, costs = _prices_and_costs(doc, rows, terms)
	rows_net = sum((decimal(row.base_net_amount) for row in rows), ZERO)
	exempt = exempt_rows(doc, net / rows_net if rows_net else Decimal(1))
	inclusive_tax = _inclusive_tax(doc)
	return tuple(
		LineFacts(
			row=row.idx,
			item_code=row.item_code,
			quantity=decimal(row.qty),
			stock_quantity=stock_quantity(row),
			net_rate=decimal(row.base_net_rate),
			net_amount=decimal(row.base_net_amount),
			list_rate=_list_rate(row, terms.base_price_list, prices, inclusive_tax),
			unit_cost=costs.get((row.item_code, row.get("warehouse"))),
			is_free=bool(row.get("is_free_item")),
			is_exempt=row.idx in exempt,
		)
		for row in rows
	)


def _prices_and_costs(doc, rows: list, terms: PolicyTerms) -> tuple[ListPrices, dict]:
	items = {row.item_code for row in rows}
	parts = bundle_parts(items)
	items |= {part for bundle in parts.values() for part, _quantity in bundle}
	prices = ListPrices({terms.base_price_list, terms.cost_price_list}, doc.company, items)
	stocks = {(row.item_code, row.get("warehouse")) for row in rows}
	return prices, unit_costs(stocks, parts, prices, terms, doc.company)


def _list_rate(
	row, price_list: str | None, prices: ListPrices, inclusive_tax: "InclusiveTax"
) -> Decimal | None:
	factor = decimal(row.get("conversion_factor")) or Decimal(1)
	rate = prices.rate(price_list, row.item_code, row.get("uom"), factor)
	return rate / inclusive_tax.factor(row) if rate is not None else None


class InclusiveTax:
	"""Taxes that the document's prices include; list prices are on the same basis as the prices (R21)."""

	def __init__(self, taxes: list):
		self.taxes = taxes

	def factor(self, row) -> Decimal:
		"""Tax-inclusive price ÷ net price of an item row."""
		if not self.taxes:
			return Decimal(1)
		own_rates = frappe.parse_json(row.get("item_tax_rate") or "{}")
		rates = (decimal(own_rates.get(tax.account_head, tax.rate)) for tax in self.taxes)
		return 1 + sum(rates, ZERO) / HUNDRED


def _inclusive_tax(doc) -> InclusiveTax:
	return InclusiveTax([tax for tax in doc.get("taxes") or () if tax.get("included_in_print_rate")])


def _is_dealer_led(doc, account: Account) -> bool:
	"""Only through the partner whom a manager registered on the key account (R28)."""
	partner = doc.get("sales_partner") or doc.get("referral_sales_partner")
	return bool(account.sales_partner) and partner == account.sales_partner


def _references(doc) -> set[tuple[str, str]]:
	own = {(doc.doctype, name) for name in (doc.name, doc.get("amended_from")) if name}
	return own | earlier_documents(doc)
