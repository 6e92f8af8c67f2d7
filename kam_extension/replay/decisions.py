"""Judges every submitted order of a key account with the policy core (R21–R24, R62)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_extension.policy.facts import AccountFacts, DocumentFacts, LineFacts
from kam_extension.policy.judge import judge
from kam_extension.policy.money import ZERO
from kam_extension.policy.rebates import Agreement
from kam_extension.policy.terms import PolicyTerms
from kam_extension.policy.verdict import Verdict
from kam_extension.replay.book import Book

ORDERS = """
	SELECT o."order", o.order_date, o.customer, c.customer_name, k.account_class, k.tier,
		o.net_total, o.grand_total, coalesce(o.other_costs, 0) AS other_costs
	FROM orders o JOIN key_accounts k USING (customer) JOIN customers c USING (customer)
	WHERE o.state = 'Submitted' AND o.order_date <= $as_of_date
	ORDER BY o.order_date, o."order"
"""
LINES = """
	SELECT l."order", l."row", l.item_code, l.quantity, l.rate, l.amount, i.cost, i.base_price
	FROM order_lines l JOIN items i USING (item_code) JOIN orders o USING ("order")
	JOIN key_accounts k USING (customer)
	ORDER BY l."order", l."row"
"""
AGREEMENTS = """
	SELECT o."order", a.agreement, a.rate_source, coalesce(a.special_rate, 0) AS special_rate
	FROM orders o JOIN rebate_agreements a ON a.customer = o.customer
		AND o.order_date BETWEEN a.valid_from AND a.valid_to
		AND (a.orders IS NULL OR list_contains(regexp_split_to_array(a.orders, '\\s*;\\s*'), o."order"))
	ORDER BY a.orders IS NULL DESC, a.agreement DESC
"""


@dataclass(frozen=True)
class Decision:
	"""One order and what the policy says about it; the account's tier is the one that it has today."""

	order: str
	order_date: date
	customer: str
	customer_name: str
	tier: str | None
	net_total: Decimal
	other_costs: Decimal
	agreement: Agreement | None
	verdict: Verdict


def decide(book: Book, terms: PolicyTerms) -> list[Decision]:
	"""Decisions on the book's orders, oldest first."""
	lines = _lines_by_order(book)
	agreements = agreements_by_order(book)
	return [
		_decide(order, lines[order["order"]], agreements.get(order["order"]), terms, book)
		for order in book.rows(ORDERS)
	]


def agreements_by_order(book: Book) -> dict[str, Agreement]:
	"""The rebate agreement of each order; one that names the order beats one for all orders."""
	return {
		row["order"]: Agreement(row["agreement"], row["rate_source"], row["special_rate"])
		for row in book.rows(AGREEMENTS)
	}


def _decide(
	order: dict, lines: Iterable[LineFacts], agreement: Agreement | None, terms: PolicyTerms, book: Book
) -> Decision:
	document = DocumentFacts(
		account=AccountFacts(
			customer=order["customer"], account_class=order["account_class"], tier=order["tier"]
		),
		lines=tuple(lines),
		net=order["net_total"],
		gross=order["grand_total"],
		other_costs=order["other_costs"],
		agreement=agreement,
		rounding=book.rounding,
	)
	return Decision(
		order=order["order"],
		order_date=order["order_date"],
		customer=order["customer"],
		customer_name=order["customer_name"],
		tier=order["tier"],
		net_total=order["net_total"],
		other_costs=order["other_costs"],
		agreement=agreement,
		verdict=judge(document, terms),
	)


def _lines_by_order(book: Book) -> dict[str, list[LineFacts]]:
	lines = defaultdict(list)
	for row in book.rows(LINES):
		lines[row["order"]].append(
			LineFacts(
				row=row["row"],
				item_code=row["item_code"],
				quantity=row["quantity"],
				stock_quantity=row["quantity"],
				net_rate=row["rate"],
				net_amount=row["amount"],
				list_rate=row["base_price"] or None,
				unit_cost=row["cost"],
				is_free=row["rate"] == ZERO,
			)
		)
	return lines
