"""Unit cost of items per stock unit in company currency, from the policy's ordered sources (R24)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import frappe
from frappe.query_builder import DocType

from kam_extension.integration.documents.bundles import Bundles, Stock
from kam_extension.integration.documents.list_prices import STOCK_UNIT, ListPrices
from kam_extension.policy.codes import CostSource
from kam_extension.policy.money import ZERO, decimal
from kam_extension.policy.terms import PolicyTerms


@dataclass(frozen=True)
class CostQuestion:
	"""Whose costs are wanted, and the prices already read for them."""

	wanted: set[Stock]
	terms: PolicyTerms
	company: str
	prices: ListPrices

	@property
	def items(self) -> list[str]:
		return list({item for item, _warehouse in self.wanted})


def unit_costs(
	wanted: Iterable[Stock], bundles: Bundles, prices: ListPrices, terms: PolicyTerms, company: str
) -> dict[Stock, Decimal]:
	"""Cost per stock unit of every (item, warehouse) whose cost is known; none or zero is unknown and left out.

	Product bundles cost the sum of their parts. `prices` holds the cost price list's prices of all items and parts.
	The number of queries does not depend on the number of items.
	"""
	wanted = set(wanted)
	question = CostQuestion(simple_stocks(wanted, bundles), terms, company, prices)
	return with_bundles(wanted, bundles, _simple_costs(question))


def simple_stocks(wanted: Iterable[Stock], bundles: Bundles) -> set[Stock]:
	"""What has a cost of its own: of bundles their parts."""
	return {
		simple
		for stock in wanted
		for simple in ((part for part, _ in bundles.parts_of(stock)) if stock[0] in bundles else (stock,))
	}


def with_bundles(
	wanted: Iterable[Stock], bundles: Bundles, costs: Mapping[Stock, Decimal]
) -> dict[Stock, Decimal]:
	"""Costs of `wanted` by those of simple stocks: a bundle costs the sum of its parts if all of them are known."""
	found: dict[Stock, Decimal] = {}
	for stock in wanted:
		if stock[0] not in bundles:
			if stock in costs:
				found[stock] = costs[stock]
			continue
		contents = bundles.parts_of(stock)
		if all(part in costs for part, _quantity in contents):
			found[stock] = sum((costs[part] * quantity for part, quantity in contents), ZERO)
	return found


def read_source(source: str, question: CostQuestion) -> dict[Stock, Decimal]:
	"""Costs by one source alone; what it does not know is left out."""
	return {stock: cost for stock, cost in _READERS[source](question).items() if cost > 0}


def _simple_costs(question: CostQuestion) -> dict[Stock, Decimal]:
	costs: dict[Stock, Decimal] = {}
	for source in question.terms.cost_sources:
		missing = question.wanted - costs.keys()
		if not missing:
			break
		costs.update(read_source(source, replace(question, wanted=missing)))
	return costs


def _from_cost_price_list(question: CostQuestion) -> dict[Stock, Decimal]:
	price_list = question.terms.cost_price_list
	return {
		stock: question.prices.rate(price_list, stock[0], STOCK_UNIT, Decimal(1)) or ZERO
		for stock in question.wanted
	}


def _from_valuation(question: CostQuestion) -> dict[Stock, Decimal]:
	"""The warehouse's valuation rate; without one, the average over the company's stock."""
	bin_table, warehouse_table = DocType("Bin"), DocType("Warehouse")
	rows = (
		frappe.qb.from_(bin_table)
		.join(warehouse_table)
		.on(warehouse_table.name == bin_table.warehouse)
		.select(bin_table.item_code, bin_table.warehouse, bin_table.valuation_rate, bin_table.actual_qty)
		.where(warehouse_table.company == question.company)
		.where(bin_table.item_code.isin(question.items))
		.where(bin_table.valuation_rate > 0)
	).run()
	by_bin = {(item, warehouse): decimal(rate) for item, warehouse, rate, _quantity in rows}
	average = _average_rates(rows)
	return {stock: by_bin.get(stock) or average.get(stock[0], ZERO) for stock in question.wanted}


def _average_rates(rows: Iterable[tuple]) -> dict[str, Decimal]:
	"""Rate per item weighted by stock on hand; the plain mean where nothing is on hand."""
	weights: dict[str, list[tuple[Decimal, Decimal]]] = defaultdict(list)
	for item, _warehouse, rate, quantity in rows:
		weights[item].append((decimal(rate), max(decimal(quantity), ZERO)))
	averages = {}
	for item, pairs in weights.items():
		on_hand = sum((quantity for _rate, quantity in pairs), ZERO)
		if on_hand:
			averages[item] = sum((rate * quantity for rate, quantity in pairs), ZERO) / on_hand
		else:
			averages[item] = sum((rate for rate, _quantity in pairs), ZERO) / len(pairs)
	return averages


def _from_last_purchase(question: CostQuestion) -> dict[Stock, Decimal]:
	item = DocType("Item")
	rates = dict(
		frappe.qb.from_(item)
		.select(item.name, item.last_purchase_rate)
		.where(item.name.isin(question.items))
		.run()
	)
	return {stock: decimal(rates.get(stock[0])) for stock in question.wanted}


def _from_bom(question: CostQuestion) -> dict[Stock, Decimal]:
	bom = DocType("BOM")
	rows = (
		frappe.qb.from_(bom)
		.select(bom.item, bom.base_total_cost, bom.quantity)
		.where(bom.item.isin(question.items))
		.where(
			(bom.docstatus == 1)
			& (bom.is_active == 1)
			& (bom.is_default == 1)
			& (bom.company == question.company)
		)
	).run()
	rates = {item: decimal(cost) / decimal(quantity) for item, cost, quantity in rows if quantity}
	return {stock: rates.get(stock[0], ZERO) for stock in question.wanted}


_READERS: dict[str, Callable[[CostQuestion], dict[Stock, Decimal]]] = {
	CostSource.COST_PRICE_LIST: _from_cost_price_list,
	CostSource.VALUATION_RATE: _from_valuation,
	CostSource.LAST_PURCHASE_RATE: _from_last_purchase,
	CostSource.BOM: _from_bom,
}
