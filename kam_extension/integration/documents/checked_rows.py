"""Rows that were checked where they came from and are not cheaper here: exempt from a second check (R25)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from kam_extension.integration.documents.earlier_rows import LINKS, Link, earlier_rows, stock_quantity
from kam_extension.integration.documents.unit_factors import own_factor
from kam_extension.policy.money import ZERO, decimal

WHOLE = Decimal(1)
LOST_TO_ROUNDING = Decimal("0.02")
"""Money of a row's amount: half a coin of its own, as much of the earlier row, and of a discount spread over rows."""


def exempt_rows(doc, rows: list, net: Decimal) -> set[int]:
	"""Numbers of those `rows` whose earlier, submitted row had the same item at no higher effective net rate.

	`net` is the document's effective net at its own exchange rate. A quoted row counts while its quotation holds and
	only in the quoted quantity. The number of queries does not depend on the number of rows.
	"""
	pairs = list(_pairs(doc, rows))
	if not pairs:
		return set()
	same_price = {pair.row.idx for pair in pairs if pair.holds(WHOLE)}
	share = _net_share(rows, same_price, net)
	return {pair.row.idx for pair in pairs if pair.holds(share)}


@dataclass(frozen=True)
class _Pair:
	"""A row and the earlier row that it names."""

	row: object
	before: dict

	def holds(self, net_share: Decimal) -> bool:
		"""Whether the row is not cheaper than the earlier one, per stock unit and after both documents' charges.

		Rates are rounded to coins, which can hide a discount on many pieces; so the amounts are compared too, but for
		what rounding takes of them. A row without quantity was checked for none.
		"""
		row, before = self.row, self.before
		share, share_before = net_share * own_factor(before), _share_before(before) * own_factor(row)
		rate, rate_before = decimal(row.net_rate), decimal(before.net_rate)
		quantity, quantity_before = decimal(row.qty), decimal(before.qty)
		amount = (decimal(row.net_amount) + LOST_TO_ROUNDING) * quantity_before
		# Cross-multiplied instead of divided: no digit is lost.
		return (
			bool(quantity_before)
			and rate * share >= rate_before * share_before
			and amount * share >= decimal(before.net_amount) * quantity * share_before
		)


def _pairs(doc, rows: list) -> Iterator[_Pair]:
	for link in LINKS[doc.doctype]:
		earlier = earlier_rows(doc, link)
		wanted = _quantities(rows, link) if earlier else {}
		for row in rows:
			before = earlier.get(row.get(link.field))
			if before and _is_same_deal(doc, row, before, link) and _is_whole(before, wanted):
				yield _Pair(row, before)


def _is_same_deal(doc, row, before, link: Link) -> bool:
	"""ERPNext itself keeps a linked document in one currency; a row that names another is a row of its own."""
	party = doc.get("customer") or doc.get("party_name")
	return (
		before.item_code == row.item_code
		and before.customer == party
		and before.currency == doc.currency
		and before.parent == row.get(link.parent_field)
	)


def _is_whole(before, wanted: dict[str, Decimal]) -> bool:
	"""A quoted price is the price of the quoted quantity: another one may belong to another band."""
	quantity = before.get("quantity")
	return quantity is None or wanted[before.name] == quantity


def _quantities(rows: list, link: Link) -> dict[str, Decimal]:
	"""Stock quantity that this document takes from each earlier row."""
	totals: dict[str, Decimal] = defaultdict(Decimal)
	for row in rows:
		totals[row.get(link.field)] += abs(stock_quantity(row))
	return totals


def _net_share(rows: list, same_price: set[int], net: Decimal) -> Decimal:
	"""What the document's own charges and discounts leave of its rows' net.

	A row with a negative amount is such a discount, unless it was agreed in the earlier document.
	"""
	amounts = (
		decimal(row.base_net_amount)
		for row in rows
		if decimal(row.base_net_amount) > 0 or row.idx in same_price
	)
	rows_net = sum(amounts, ZERO)
	return net / rows_net if rows_net else WHOLE


def _share_before(before) -> Decimal:
	"""What the earlier document's charges left of its rows' net; all of it where it was never checked."""
	net = decimal(before.base_net_total) * _judged_share(before)
	effective = decimal(before.kam_effective_net)
	return effective / net if net and effective else WHOLE


def _judged_share(before) -> Decimal:
	own, judged = decimal(before.conversion_rate), decimal(before.kam_exchange_rate)
	return judged / own if own and judged else WHOLE
