"""What follows from the typed tables: which orders an invoice is for, what an agreement covers, tiers over time."""

STOCK_QUANTITIES = """
	ALTER TABLE order_lines ADD COLUMN stock_quantity DECIMAL(28, 9);
	UPDATE order_lines SET conversion_factor = coalesce(conversion_factor, 1),
		stock_quantity = quantity * coalesce(conversion_factor, 1)
"""
# What an order really brings in, where the app worked it out when it was submitted; else ERPNext's net total.
EFFECTIVE_NETS = "UPDATE orders SET net_total = effective_net WHERE effective_net <> 0"
INVOICE_ORDERS = """
	CREATE TABLE invoice_orders AS
	SELECT invoice, "order", CAST(1 AS DECIMAL(28, 9)) AS part, CAST(1 AS DECIMAL(28, 9)) AS whole
	FROM invoices WHERE "order" IS NOT NULL
	UNION ALL
	SELECT invoice, "order", sum(amount), any_value(total) FROM (
		SELECT l.invoice, l."order", l.amount, sum(l.amount) OVER (PARTITION BY l.invoice) AS total
		FROM invoice_lines l JOIN invoices i USING (invoice) WHERE i."order" IS NULL
	) WHERE "order" IS NOT NULL AND total <> 0 GROUP BY ALL
"""
# An invoice for several orders counts with the first of them where it is asked what is overdue.
ORDER_OF_INVOICE = """
	UPDATE invoices SET "order" = (SELECT min(s."order") FROM invoice_orders s WHERE s.invoice = invoices.invoice)
	WHERE "order" IS NULL
"""
COVERED_ORDERS = """
	CREATE TABLE covered_orders AS
	SELECT agreement, unnest(regexp_split_to_array(orders, '\\s*;\\s*')) AS "order" FROM rebate_agreements
	WHERE orders IS NOT NULL
	UNION
	SELECT agreement, document FROM agreement_orders
"""
# The tier of an order's day, where the book tells the history; before the first change, what it changed from.
ORDER_TIERS = """
	CREATE TABLE order_tiers AS
	WITH accounts AS (
		SELECT customer, customer AS account FROM key_accounts UNION SELECT customer, key_account FROM key_accounts
	), changes AS (
		SELECT k.customer, CAST(h.changed_on AS DATE) AS day, h.from_tier, h.to_tier, h.changed_on
		FROM tier_history h JOIN accounts k USING (account)
	), latest AS (
		SELECT customer, day, max_by(coalesce(to_tier, ''), changed_on) AS tier FROM changes GROUP BY ALL
	), earliest AS (
		SELECT customer, min_by(coalesce(from_tier, ''), changed_on) AS tier FROM changes GROUP BY ALL
	)
	SELECT o."order", nullif(coalesce(latest.tier, earliest.tier, k.tier), '') AS tier
	FROM orders o JOIN key_accounts k USING (customer)
	ASOF LEFT JOIN latest ON latest.customer = o.customer AND latest.day <= o.order_date
	LEFT JOIN earliest ON earliest.customer = o.customer
"""
AS_OF = """
	SELECT max(day) FROM (
		SELECT max(order_date) AS day FROM orders WHERE state = 'Submitted'
		UNION ALL SELECT max(posting_date) FROM invoices UNION ALL SELECT max(posting_date) FROM payments
	)
"""


def finish(database) -> None:
	"""Complete the typed tables."""
	database.execute(STOCK_QUANTITIES)
	for statement in (EFFECTIVE_NETS, INVOICE_ORDERS, ORDER_OF_INVOICE, COVERED_ORDERS, ORDER_TIERS):
		database.execute(statement)


def last_day(database):
	"""The last day on which anything happened; None in an empty book."""
	return database.execute(AS_OF).fetchone()[0]
