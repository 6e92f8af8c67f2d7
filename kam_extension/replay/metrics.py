"""Scorecard metrics of a book's key accounts by SQL (R14). The year is the twelve months up to the as-of date."""

import csv
from collections.abc import Mapping
from decimal import Decimal

from kam_extension.policy.codes import Metric
from kam_extension.policy.money import ZERO, percent_of
from kam_extension.replay.book import Book
from kam_extension.replay.prices import Pricing

NOT_IN_A_BOOK = (Metric.ON_TIME_PAYMENT_SHARE, Metric.COMPLAINT_COUNT, Metric.SATISFACTION)
RATIOS = (Metric.REVENUE_GROWTH, Metric.GROSS_MARGIN, Metric.PRICE_PREMIUM)
NOTHING_IS_ZERO = (
	Metric.CONTRACT_AMOUNT,
	Metric.ORDER_COUNT,
	Metric.COLLECTED,
	Metric.REVENUE,
	Metric.RECEIVABLE_BALANCE,
	Metric.OVERDUE_DAYS_MAX,
)
IN_YEAR = "BETWEEN $as_of_date - INTERVAL 12 MONTH + INTERVAL 1 DAY AND $as_of_date"
ORDERED = f"""
	SELECT customer, sum(net_total) AS contract_amount, count(*) AS order_count FROM orders
	WHERE state = 'Submitted' AND order_date {IN_YEAR} GROUP BY ALL
"""
TENURE = """
	SELECT customer, datesub('month', min(order_date), $as_of_date) AS tenure_months FROM orders
	WHERE state = 'Submitted' AND order_date <= $as_of_date GROUP BY ALL
"""
COLLECTED = f"""
	SELECT customer, sum(CASE kind WHEN 'Receive' THEN amount ELSE -amount END) AS collected FROM payments
	WHERE posting_date {IN_YEAR} GROUP BY ALL
"""
REVENUE = f"""
	WITH years AS (
		SELECT customer,
			sum(net_total) FILTER (WHERE posting_date {IN_YEAR}) AS revenue,
			sum(net_total) FILTER (WHERE posting_date + INTERVAL 12 MONTH {IN_YEAR}) AS before
		FROM invoices GROUP BY ALL
	)
	SELECT customer, revenue, CASE WHEN before > 0 THEN coalesce(revenue, 0) - before END AS revenue_growth_part,
		before AS revenue_growth_whole
	FROM years
"""
PRICES = f"""
	SELECT o.customer,
		sum(l.amount - l.stock_quantity * v.base_price) FILTER (WHERE v.base_price > 0) AS price_premium_part,
		sum(l.stock_quantity * v.base_price) AS price_premium_whole,
		sum(l.amount - l.stock_quantity * v.cost) FILTER (WHERE v.cost > 0) AS gross_margin_part,
		sum(l.amount) FILTER (WHERE v.cost > 0) AS gross_margin_whole
	FROM orders o JOIN order_lines l USING ("order") JOIN item_values v USING (item_code)
	WHERE o.state = 'Submitted' AND o.order_date {IN_YEAR} GROUP BY ALL
"""
BALANCE = """
	SELECT customer, sum(amount) AS receivable_balance FROM (
		SELECT customer, grand_total AS amount FROM invoices WHERE posting_date <= $as_of_date
		UNION ALL
		SELECT customer, CASE kind WHEN 'Receive' THEN -amount ELSE amount END FROM payments
		WHERE posting_date <= $as_of_date
	) GROUP BY ALL
"""
OVERDUE = """
	WITH paid AS (
		SELECT r.document_type, r.document, sum(r.amount) AS amount
		FROM payment_references r JOIN payments p USING (payment) WHERE p.posting_date <= $as_of_date GROUP BY ALL
	), returned AS (
		SELECT return_against AS invoice, sum(grand_total) AS amount FROM invoices
		WHERE return_against IS NOT NULL AND posting_date <= $as_of_date GROUP BY ALL
	), unpaid AS (
		SELECT i.*, i.grand_total + coalesce(returned.amount, 0) - coalesce(paid.amount, 0) AS amount
		FROM invoices i
		LEFT JOIN returned USING (invoice)
		LEFT JOIN paid ON paid.document_type = 'Sales Invoice' AND paid.document = i.invoice
		WHERE i.return_against IS NULL AND i.posting_date <= $as_of_date
	), after_advances AS (
		SELECT unpaid.*, sum(unpaid.amount) OVER (
			PARTITION BY unpaid.customer, coalesce(unpaid."order", unpaid.invoice)
			ORDER BY unpaid.posting_date, unpaid.invoice
		) - coalesce(paid.amount, 0) AS left_of_order
		FROM unpaid LEFT JOIN paid ON paid.document_type = 'Sales Order' AND paid.document = unpaid."order"
	)
	SELECT customer, greatest(max($as_of_date - due_date), 0) AS overdue_days_max
	FROM after_advances WHERE amount > 0 AND left_of_order > 0 GROUP BY ALL
"""
QUERIES = (ORDERED, TENURE, COLLECTED, REVENUE, PRICES, BALANCE, OVERDUE)


def measure(book: Book, pricing: Pricing) -> dict[str, Mapping[str, Decimal | None]]:
	"""{customer: {metric: value}} of the key accounts; None where a book has nothing to measure.

	Amounts are without tax, except money collected and owed. Margin compares order rows with their item's cost. A
	payment for an order pays the order's invoices, the oldest first.
	"""
	_value_items(book, pricing)
	measures = {
		row["customer"]: {Metric.STRATEGIC_INFLUENCE: row["strategic_influence"]}
		for row in book.stream("SELECT customer, strategic_influence FROM key_accounts")
	}
	for sql in QUERIES:
		for row in book.stream(sql):
			customer = row.pop("customer")
			if customer in measures:
				measures[customer].update(row)
	return {customer: _complete(values) for customer, values in measures.items()}


def _value_items(book: Book, pricing: Pricing) -> None:
	"""What the policy takes for cost and base price of a stock unit on the as-of date, as a table."""
	database, day, path = book.store.database, book.as_of_date, book.store.directory / "item_values.csv"
	with path.open("w", encoding="utf-8", newline="") as copy:
		csv.writer(copy).writerows(
			(code, pricing.unit_cost(code, day), pricing.list_rate(code, None, Decimal(1), day))
			for code in pricing.catalogue.items
		)
	database.execute(
		"""CREATE OR REPLACE TABLE item_values AS FROM read_csv($path, header = false, delim = ',', quote = '"',
			escape = '"', auto_detect = false, columns = {
				'item_code': 'VARCHAR', 'cost': 'DECIMAL(28, 9)', 'base_price': 'DECIMAL(28, 9)'
			})""",
		{"path": str(path)},
	)


def _complete(values: Mapping[str, object]) -> dict[str, Decimal | None]:
	known = {name: _decimal(value) for name, value in values.items() if value is not None}
	for metric in RATIOS:
		known[metric] = _percent(known.get(f"{metric}_part"), known.get(f"{metric}_whole"))
	return {metric: known.get(metric, ZERO if metric in NOTHING_IS_ZERO else None) for metric in Metric}


def _percent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
	return percent_of(part, whole) if part is not None and whole else None


def _decimal(value: object) -> Decimal:
	return value if isinstance(value, Decimal) else Decimal(str(value))
