"""A generated book for `replay.py`: five rows an order, ten orders an account, every customer a key account."""

import json
from pathlib import Path

import duckdb

ROWS_PER_ORDER, ORDERS_PER_ACCOUNT, ITEMS = 5, 10, 500
# Numbers below `below` that look random and are the same on every machine: MD5 of a seed, a purpose and a key.
RANDOM = """
	CREATE MACRO random_number(purpose, key, below) AS
	('0x' || left(md5('{seed}-' || purpose || '-' || key), 8))::BIGINT % below
"""
TABLES = {
	"customers": "SELECT 'C' || i AS customer, 'Customer ' || i AS customer_name FROM range({accounts}) t(i)",
	"key_accounts": """
		SELECT 'C' || i AS customer, CASE random_number('class', i, 2) WHEN 0 THEN 'Major' ELSE 'Ordinary' END AS account_class,
			['A', 'B', 'C', NULL][random_number('tier', i, 4) + 1] AS tier, random_number('influence', i, 4) + 1 AS strategic_influence
		FROM range({accounts}) t(i)
	""",
	"items": """
		SELECT 'ITEM-' || i AS item_code, (20 + random_number('cost', i, 300))::DECIMAL(9, 2) AS cost,
			((20 + random_number('cost', i, 300)) * 1.45)::DECIMAL(9, 2) AS base_price
		FROM range({items}) t(i)
	""",
	"orders": """
		SELECT "order", any_value(customer) AS customer, any_value(order_date) AS order_date, 0 AS other_costs,
			sum(amount) AS net_total, (sum(amount) * 1.13)::DECIMAL(18, 2) AS grand_total, 'Submitted' AS state
		FROM rows GROUP BY "order"
	""",
	"order_lines": 'SELECT "order", "row", item_code, quantity, rate, amount FROM rows ORDER BY "order", "row"',
	"invoices": """
		SELECT 'INV-' || "order" AS invoice, "order", customer, order_date + 14 AS posting_date, order_date + 44 AS due_date,
			NULL AS return_against, net_total, grand_total
		FROM orders
	""",
	"payments": """
		SELECT 'PAY-' || "order" AS payment, customer, order_date + 30 + random_number('days', "order", 60)::INTEGER AS posting_date,
			'Receive' AS kind, grand_total AS amount
		FROM orders WHERE random_number('paid', "order", 10) > 0
	""",
	"payment_references": """
		SELECT payment, 'Sales Invoice' AS document_type, replace(payment, 'PAY-', 'INV-') AS document, amount FROM payments
	""",
	"rebate_agreements": """
		SELECT 'RA-' || i AS agreement, 'C' || i AS customer, DATE '2024-01-01' AS valid_from, DATE '2026-12-31' AS valid_to,
			'Policy Ladder' AS rate_source, NULL AS special_rate, NULL AS orders
		FROM range({accounts}) t(i) WHERE i % 3 = 0
	""",
}
ROWS = """
	CREATE TABLE rows AS
	SELECT 'SO-' || lpad((i // {rows_per_order})::VARCHAR, 7, '0') AS "order", i % {rows_per_order} + 1 AS "row",
		'C' || random_number('customer', i // {rows_per_order}, {accounts}) AS customer,
		DATE '2024-07-01' + random_number('date', i // {rows_per_order}, 720)::INTEGER AS order_date,
		'ITEM-' || random_number('item', i, {items}) AS item_code, 1 + random_number('quantity', i, 2000) AS quantity,
		((20 + random_number('cost', random_number('item', i, {items}), 300)) * (105 + random_number('rate', i, 45)) / 100.0)::DECIMAL(9, 2) AS rate,
		(quantity * rate)::DECIMAL(18, 2) AS amount
	FROM range({rows}) t(i)
"""


def write_book(directory: Path, rows: int, seed: int = 1) -> None:
	"""Write a book with `rows` order rows; the same seed gives the same book."""
	directory.mkdir(parents=True)
	sizes = {
		"rows": rows,
		"rows_per_order": ROWS_PER_ORDER,
		"accounts": rows // ROWS_PER_ORDER // ORDERS_PER_ACCOUNT,
		"items": ITEMS,
	}
	database = duckdb.connect(config={"temp_directory": str(directory)})
	database.execute(RANDOM.format(seed=seed))
	database.execute(ROWS.format(**sizes))
	for name, query in TABLES.items():
		database.execute(f"CREATE TABLE {name} AS {query.format(**sizes)}")
		database.execute(f"COPY {name} TO '{directory / name}.csv' (HEADER)")
	database.close()
	settings = {"as_of_date": "2026-06-30", "title": "Generated book", "company": {"currency": "CNY"}}
	(directory / "book.json").write_text(json.dumps(settings), encoding="utf-8")
