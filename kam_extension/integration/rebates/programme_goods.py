"""Of which item groups the orders behind receipts are, and what was received a year before (R72)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum

from kam_extension.integration.rebates.programme_grants import PeriodTerms
from kam_extension.integration.rebates.receipt_sources import Scope
from kam_extension.integration.rebates.receipts import Receipt, receipts_on_orders
from kam_extension.policy.codes import RebateBase
from kam_extension.policy.money import ZERO, Rounding, decimal

Mix = Mapping[frozenset[str], Decimal]
ALL_GOODS: Mix = {frozenset(): Decimal(1)}


def order_mixes(orders: Collection[str]) -> dict[str, Mix]:
	"""{sales order: {an item group and all above it: share of the order's goods}}, in two queries.

	By the net amounts of the rows as they stand now. A bundle is of the group of the bundle's item. Rows that bring no
	money in have no share: a discount row is shared by the others.
	"""
	rows = _amounts_by_group(orders)
	above = _groups_above({row.item_group for row in rows})
	totals: dict[str, Decimal] = defaultdict(Decimal)
	for row in rows:
		totals[row.parent] += decimal(row.net)
	mixes: dict[str, dict[frozenset[str], Decimal]] = defaultdict(lambda: defaultdict(Decimal))
	for row in rows:
		mixes[row.parent][above[row.item_group]] += decimal(row.net) / totals[row.parent]
	return dict(mixes)


def share_of_group(mix: Mix, item_group: str | None) -> Decimal:
	"""Share of the goods in `item_group` and below; all of them without one."""
	if not item_group:
		return Decimal(1)
	return sum((share for groups, share in mix.items() if item_group in groups), ZERO)


class LastYear:
	"""What was received in the periods a year before `periods` ((key account, terms) of growth programmes).

	All that the account paid on its orders counts, whether it earned a rebate or not and also before the claims start
	date: growth is told from what there was. The number of queries is fixed.
	"""

	def __init__(
		self,
		company: str,
		customers: Mapping[str, str],
		periods: Collection[tuple[str, PeriodTerms]],
		rounding: Rounding,
	):
		self.rounding = rounding
		self.receipts: dict[str, list[Receipt]] = defaultdict(list)
		self.mixes: dict[str, Mix] = {}
		self.net_shares: dict[str, Decimal] = {}
		if periods:
			self._read(company, customers, periods)

	def received(self, key_account: str, period: PeriodTerms) -> Decimal:
		"""In company currency, by the programme's rebate base and item group."""
		before = period.span.a_year_before()
		return sum(
			(
				self._base(receipt, period)
				for receipt in self.receipts[key_account]
				if before.first <= receipt.posting_date <= before.last
			),
			ZERO,
		)

	def _read(
		self, company: str, customers: Mapping[str, str], periods: Collection[tuple[str, PeriodTerms]]
	) -> None:
		accounts = {account for account, _period in periods}
		spans = [period.span.a_year_before() for _account, period in periods]
		scope = Scope(
			company,
			tuple(customer for customer, account in customers.items() if account in accounts),
			max(span.last for span in spans),
			min(span.first for span in spans),
		)
		for receipt in receipts_on_orders(scope).values():
			self.receipts[customers[receipt.customer]].append(receipt)
		orders = {receipt.key.sales_order for rows in self.receipts.values() for receipt in rows}
		if any(period.programme.item_group for _account, period in periods):
			self.mixes = order_mixes(orders)
		if any(period.terms.rebate_base != RebateBase.GROSS_RECEIPTS for _account, period in periods):
			self.net_shares = _net_shares(orders)

	def _base(self, receipt: Receipt, period: PeriodTerms) -> Decimal:
		order = receipt.key.sales_order
		share = share_of_group(self.mixes.get(order, ALL_GOODS), period.programme.item_group)
		if period.terms.rebate_base != RebateBase.GROSS_RECEIPTS:
			share *= self.net_shares.get(order, Decimal(1))
		return self.rounding.money(receipt.amount * share)


def _amounts_by_group(orders: Collection[str]) -> list:
	if not orders:
		return []
	item = DocType("Sales Order Item")
	return (
		frappe.qb.from_(item)
		.select(item.parent, item.item_group, Sum(item.base_net_amount).as_("net"))
		.where(item.parent.isin(list(orders)))
		.where(item.base_net_amount > 0)
		.groupby(item.parent, item.item_group)
	).run(as_dict=True)


def _groups_above(groups: Iterable[str]) -> dict[str, frozenset[str]]:
	rows = frappe.get_all("Item Group", fields=["name", "lft", "rgt"])
	places = {row.name: row for row in rows}
	return {
		group: frozenset(
			row.name
			for row in rows
			if group in places and row.lft <= places[group].lft and row.rgt >= places[group].rgt
		)
		for group in groups
	}


def _net_shares(orders: Collection[str]) -> dict[str, Decimal]:
	filters = {"name": ("in", list(orders))}
	rows = frappe.get_all("Sales Order", filters, ["name", "base_net_total", "base_grand_total"])
	return {
		row.name: decimal(row.base_net_total) / decimal(row.base_grand_total)
		for row in rows
		if row.base_grand_total
	}
