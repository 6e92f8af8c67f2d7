"""Which orders earn a rebate and at what rate, for many orders at once (R37, R38)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.utils import getdate

from kam_extension.integration.documents.amendments import Reference, amended_documents
from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.policies.policies import policy_in_force, terms_of
from kam_extension.integration.rebates.open_receipts import OrderRebate
from kam_extension.integration.rebates.standing_orders import standing_shares
from kam_extension.policy.money import Rounding, decimal
from kam_extension.policy.rebates import Agreement, agreed_rate
from kam_extension.policy.terms import PolicyTerms


def order_rebates(
	company: str,
	key_accounts: Iterable[str],
	orders: Iterable[str],
	programmes: Mapping[str, tuple[str, ...]] | None = None,
	under: PolicyTerms | None = None,
	unjudged_too: bool = False,
) -> dict[str, OrderRebate]:
	"""{sales order: its rebate} for the orders that earn one; `programmes` are the codes that each agreement grants.

	An order earns a rebate when it is submitted, priced the rebate in (`kam_rebate_rate`, R37; a dealer-led
	order never does) and an approved agreement of its account covers it. The rate follows the order as it
	stands now, after Update Items, closing, returns and credit notes: the ladder is read at what is left of its
	effective net (N), in the policy under which it was submitted. The number of queries is fixed.

	A replay asks what they would earn `under` another policy, and counts `unjudged_too`: orders that no policy judged.
	"""
	rows = _priced_orders(company, set(orders), unjudged_too)
	agreements = Agreements(company, set(key_accounts), rows)
	policies = _Policies(company, under)
	earning = [(row, agreements.covering(row), policies.of(row)) for row in rows]
	earning = [(row, agreement, terms) for row, agreement, terms in earning if agreement and terms]
	closed = {row.name for row, *_ in earning if row.status == "Closed"}
	left = standing_shares({row.name for row, *_ in earning}, closed)
	rounding = site_rounding(company_currency(company))
	granted = programmes or {}
	found = {
		row.name: replace(
			_order_rebate(row, agreement, terms, left[row.name], rounding),
			programmes=granted.get(agreement.name, ()),
		)
		for row, agreement, terms in earning
	}
	return {name: rebate for name, rebate in found.items() if rebate.rate > 0 or rebate.programmes}


def _order_rebate(
	row, agreement: Agreement, terms: PolicyTerms, left: Decimal, rounding: Rounding
) -> OrderRebate:
	"""`left` is the share of the order that still stands; negative charges and discounts shrink with it."""
	net, gross = decimal(row.base_net_total), decimal(row.base_grand_total)
	effective_net = rounding.money((decimal(row.kam_effective_net) or net) * left)
	return OrderRebate(
		rate=agreed_rate(agreement, terms.rebate_bands, effective_net, row.kam_tier or None),
		net_share=net / gross if gross else Decimal(1),
		gross=rounding.money(gross * left),
		agreement=agreement.name,
		terms=terms,
		net=effective_net,
		programmes_only=agreement.programmes_only,
	)


def _priced_orders(company: str, orders: set[str], unjudged_too: bool) -> list:
	if not orders:
		return []
	order, account = DocType("Sales Order"), DocType("Key Account")
	is_priced_in = order.kam_rebate_rate > 0
	if unjudged_too:
		is_priced_in |= order.kam_policy.isnull()
	return (
		frappe.qb.from_(order)
		.inner_join(account)
		.on(account.customer == order.customer)
		.select(
			order.name,
			order.creation,
			order.transaction_date,
			order.base_net_total,
			order.kam_effective_net,
			order.base_grand_total,
			order.kam_tier,
			order.kam_policy,
			order.status,
			account.name.as_("key_account"),
		)
		.where(order.name.isin(orders))
		.where(order.company == company)
		.where(order.docstatus == 1)
		.where(is_priced_in)
	).run(as_dict=True)


class _Policies:
	"""The policy of each order: the one it was submitted under, else the one in force; `under` for all of them."""

	def __init__(self, company: str, under: PolicyTerms | None):
		self.under = under
		self.current = policy_in_force(company)
		self.terms: dict[str, PolicyTerms] = {}

	def of(self, row) -> PolicyTerms | None:
		if self.under or not row.kam_policy:
			return self.under or self.current
		if row.kam_policy not in self.terms:
			self.terms[row.kam_policy] = terms_of(frappe.get_cached_doc("KAM Policy", row.kam_policy))
		return self.terms[row.kam_policy]


class Agreements:
	"""Approved agreements of several accounts; what names an order or its quotation beats what is for all."""

	def __init__(self, company: str, key_accounts: set[str], orders: list):
		self.by_account = defaultdict(list)
		if key_accounts and orders:
			for row in _approved_agreements(company, key_accounts):
				self.by_account[row.key_account].append(row)
		names_orders = any(row.reference_name for rows in self.by_account.values() for row in rows)
		self.references = _references_of({row.name for row in orders}) if names_orders else {}

	def covering(self, order) -> Agreement | None:
		fitting = [row for row in self.by_account[order.key_account] if self._covers(row, order)]
		if not fitting:
			return None
		best = max(fitting, key=lambda row: (bool(row.reference_name), row.creation))
		return Agreement(
			best.name,
			best.rate_source,
			decimal(best.special_rate),
			decimal(best.priced_in_rate),
			bool(best.programmes_only),
		)

	def _covers(self, row, order) -> bool:
		"""Dated or entered within the agreement's dates, and one of its orders if it names any."""
		days = (order.transaction_date, getdate(order.creation))
		if not any(row.valid_from <= day and (not row.valid_to or day <= row.valid_to) for day in days):
			return False
		if not row.reference_name:
			return True
		return (row.reference_doctype, row.reference_name) in self.references[order.name]


def _approved_agreements(company: str, key_accounts: set[str]) -> list:
	agreement, named = DocType("Rebate Agreement"), DocType("Rebate Agreement Order")
	return (
		frappe.qb.from_(agreement)
		.left_join(named)
		.on(named.parent == agreement.name)
		.select(
			agreement.name,
			agreement.creation,
			agreement.key_account,
			agreement.valid_from,
			agreement.valid_to,
			agreement.rate_source,
			agreement.special_rate,
			agreement.priced_in_rate,
			agreement.programmes_only,
			named.reference_doctype,
			named.reference_name,
		)
		.where(agreement.docstatus == 1)
		.where(agreement.company == company)
		.where(agreement.key_account.isin(key_accounts))
	).run(as_dict=True)


def _references_of(orders: set[str]) -> dict[str, set[Reference]]:
	"""{sales order: itself, its quotations, and what these were amended from}."""
	item = DocType("Sales Order Item")
	rows = (
		frappe.qb.from_(item)
		.select(item.parent, item.prevdoc_docname)
		.distinct()
		.where(item.parent.isin(orders))
		.where(item.prevdoc_docname.isnotnull())
	).run(as_dict=True)
	found = {name: {("Sales Order", name)} for name in orders}
	for row in rows:
		found[row.parent].add(("Quotation", row.prevdoc_docname))
	amended = amended_documents(reference for own in found.values() for reference in own)
	return {
		name: set().union(*(amended.get(reference, ()) for reference in own)) for name, own in found.items()
	}
