"""Past orders as the policy core's facts, under any policy (R21–R25, R62).

What a selling document's reader asks of one document at a time (`documents/selling_documents.py`) is asked here of a
chunk; the same functions turn rows into facts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from frappe.utils import flt

from kam_extension.integration.documents.bundles import Bundles
from kam_extension.integration.documents.catalogue import read_price_history
from kam_extension.integration.documents.costs import simple_stocks, with_bundles
from kam_extension.integration.documents.effective_net import effective_net
from kam_extension.integration.documents.exchange_rates import JudgedRate
from kam_extension.integration.documents.free_items import free_rows
from kam_extension.integration.documents.inclusive_tax import inclusive_tax_of
from kam_extension.integration.documents.selling_documents import (
	added_parts,
	item_codes,
	list_rate,
	read_line,
	stocks_of,
)
from kam_extension.integration.documents.unit_factors import settle_unit_factors
from kam_extension.integration.rebates.rebate_orders import Agreements
from kam_extension.integration.replay.past_credit import credit_under
from kam_extension.integration.replay.past_tiers import tiers_of_day
from kam_extension.integration.replay.price_days import ExchangeRates, PriceDays
from kam_extension.integration.replay.records import Record, read_agreements, read_records, share_of
from kam_extension.integration.replay.stock_costs import StockCosts
from kam_extension.policy.codes import AccountStatus, Action
from kam_extension.policy.facts import AccountFacts, DocumentFacts, LineFacts
from kam_extension.policy.money import Rounding, decimal, optional_decimal
from kam_extension.policy.rebates import Agreement
from kam_extension.policy.terms import PolicyTerms

CREDIT, QUOTATION = "Credit", "Quotation"
"""What is not replayed for an order: nothing tells how it stood that day."""


@dataclass(frozen=True)
class Market:
	"""Where prices and costs come from, for the whole replay."""

	company: str
	price_lists: frozenset[str]
	costs: StockCosts
	rates: ExchangeRates
	rounding: Rounding


@dataclass(frozen=True)
class PastOrder:
	"""`document` has no rows and no credit yet: what they cost and list at, and what is allowed, is the policy's."""

	head: dict
	document: DocumentFacts
	lines: tuple[LineFacts, ...]
	bundles: Bundles
	prices: PriceDays
	costs: StockCosts
	record: Record | None
	_priced: dict[tuple, tuple[LineFacts, ...]] = field(default_factory=dict)

	@property
	def name(self) -> str:
		return self.head.name

	@property
	def day(self) -> date:
		return self.head.transaction_date

	@property
	def is_outside_rules(self) -> bool:
		"""A sale between own companies (R25), by the record of its day, else by the customer's file."""
		return self.record.was_exempt if self.record else bool(self.head.is_internal)

	def not_replayed(self, terms: PolicyTerms) -> tuple[str, ...]:
		has_credit = self.record is not None and self.record.credit is not None
		names_quotation = any(row.prevdoc_docname for row in self.head["items"])
		left_out = [CREDIT] if terms.credit_action != Action.OFF and not has_credit else []
		left_out += [QUOTATION] if names_quotation and self.record is None else []
		return tuple(left_out)

	def facts(self, terms: PolicyTerms, recorded_terms: PolicyTerms | None) -> DocumentFacts:
		"""Under the policy; `recorded_terms` are those that the record was made by."""
		credit = None
		if self.record and terms.credit_action != Action.OFF:
			credit = credit_under(self.record.credit, self.document.account, terms, recorded_terms)
		sources = (terms.base_price_list, terms.cost_price_list, terms.cost_sources)
		if sources not in self._priced:
			self._priced[sources] = self._lines(terms)
		return replace(self.document, lines=self._priced[sources], credit=credit)

	def _lines(self, terms: PolicyTerms) -> tuple[LineFacts, ...]:
		prices, record = self.prices.on(self.day), self.record
		old_lists, old_costs = record and record.lists_as(terms), record and record.costs_as(terms)
		costs = {} if old_costs else self._costs(terms, prices)
		tax = None if old_lists else inclusive_tax_of(self.head)
		priced = []
		for line, row in zip(self.lines, self.head["items"], strict=True):
			old = record.lines.get((line.row, line.item_code), {}) if record else {}
			stock = (row.item_code, row.warehouse)
			priced.append(
				replace(
					line,
					list_rate=optional_decimal(old.get("list_rate"))
					if old_lists
					else list_rate(row, terms.base_price_list, prices, tax),
					unit_cost=optional_decimal(old.get("unit_cost")) if old_costs else costs.get(stock),
				)
			)
		return (*priced, *self._added(costs, bool(old_costs)))

	def _costs(self, terms: PolicyTerms, prices) -> Mapping:
		stocks = stocks_of(self.head["items"], self.bundles)
		simple = self.costs.costs(simple_stocks(stocks, self.bundles), terms, prices)
		return with_bundles(stocks, self.bundles, simple)

	def _added(self, costs: Mapping, is_recorded: bool) -> Sequence[LineFacts]:
		added = added_parts(self.bundles, costs)
		if not is_recorded:
			return tuple(added)
		old = {item: line for (row, item), line in self.record.lines.items() if not row}
		return tuple(
			replace(line, unit_cost=optional_decimal(old.get(line.item_code, {}).get("unit_cost")))
			for line in added
		)


def past_orders(orders: Sequence[dict], market: Market) -> list[PastOrder]:
	"""The orders of a chunk. A fixed number of queries, however many orders and rows there are."""
	rows = [row for order in orders for row in order["items"]]
	settle_unit_factors(rows)
	free = {row.name for row in free_rows(rows)}
	records = read_records([order.name for order in orders])
	agreed = read_agreements(record.agreement for record in records.values())
	covering = Agreements(market.company, {order.key_account for order in orders}, orders)
	codes = set().union(*(item_codes(order, order["items"]) for order in orders))
	prices = PriceDays(market.company, read_price_history(market.price_lists, codes), market.rates)
	tiers = tiers_of_day(orders)
	found = []
	for order in orders:
		record = records.get(order.name)
		agreement = agreed.get(record.agreement) if record else covering.covering(order)
		bundles = Bundles(order, order["items"], prices.parts)
		exchange = _exchange(order, record)
		found.append(
			PastOrder(
				head=order,
				document=_document(order, record, agreement, tiers[order.name], exchange, market.rounding),
				lines=tuple(_line(row, exchange, row.name in free, record) for row in order["items"]),
				bundles=bundles,
				prices=prices,
				costs=market.costs,
				record=record,
			)
		)
	stocks = (simple_stocks(stocks_of(one.head["items"], one.bundles), one.bundles) for one in found)
	market.costs.learn(set().union(*stocks))
	return found


def _document(
	order,
	record: Record | None,
	agreement: Agreement | None,
	tier: str | None,
	exchange: JudgedRate,
	rounding: Rounding,
) -> DocumentFacts:
	net = effective_net(order, rounding, _tax_accounts)
	was_suspended = record is not None and "suspended" in record.reasons
	return DocumentFacts(
		account=AccountFacts(
			name=order.key_account,
			customer=order.customer,
			account_class=order.kam_account_class or order.account_class,
			tier=tier,
			status=AccountStatus.SUSPENDED if was_suspended else AccountStatus.ACTIVE,
		),
		lines=(),
		net=rounding.money(net * exchange.share),
		gross=rounding.money(decimal(order.base_grand_total) * exchange.share),
		other_costs=decimal(flt(order.kam_other_costs, rounding.precision)),
		agreement=agreement,
		is_dealer_led=_is_dealer_led(order, record),
		commits=True,
		rounding=rounding,
		exchange_rate=exchange.rate,
		is_exchange_rate_known=exchange.is_known,
	)


def _tax_accounts(order) -> set[str]:
	return {row.account_head for row in order.taxes if row.account_type == "Tax"}


def _is_dealer_led(order, record: Record | None) -> bool:
	if record is not None:
		return bool(record.details.get("is_dealer_led"))
	return bool(order.account_partner) and order.sales_partner == order.account_partner


def _exchange(order, record: Record | None) -> JudgedRate:
	"""The rate that the order was judged by, else its own: no rate of today says what a past order was worth."""
	own, judged = decimal(order.conversion_rate), decimal(order.kam_exchange_rate)
	is_known = record is None or "exchange_rate" not in record.reasons
	return JudgedRate(judged or own, share_of(judged, own), is_known)


def _line(row, exchange: JudgedRate, is_free: bool, record: Record | None) -> LineFacts:
	line = read_line(row, exchange)
	old = record.lines.get((line.row, line.item_code)) if record else None
	known = {"is_free": is_free}
	if old is not None:
		known = {name: bool(old.get(name)) for name in ("is_free", "is_exempt")}
		known["stock_quantity"] = decimal(old["stock_quantity"])
	# Most rows are as they say themselves; copying all of them would take a tenth of the time.
	differs = any(getattr(line, name) != value for name, value in known.items())
	return replace(line, **known) if differs else line
