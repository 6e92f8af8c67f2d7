"""What follows from the typed tables: which orders an invoice is for, what an agreement covers, tiers over time."""

from collections.abc import Collection

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


# What ERPNext's rules give away. Whoever sends an order may tick any row: with the rules that a row names in the book,
# only what one of them gives counts as free, and what they leave open is unknown (R21).
FREE_AS_TICKED = """
	ALTER TABLE order_lines ADD COLUMN free VARCHAR;
	UPDATE order_lines SET free = CASE WHEN coalesce(is_free = '1', rate = 0) THEN 'given' ELSE 'sold' END
"""
FREE_BY_RULE = """
	UPDATE order_lines SET free = 'sold' WHERE is_free = '1' AND pricing_rules IS NULL;
	UPDATE order_lines SET free = (
		SELECT CASE WHEN bool_or(gives = 'given') THEN 'given' WHEN bool_and(gives = 'sold') THEN 'sold' ELSE 'unknown' END
		FROM (
			SELECT CASE
				WHEN r.kind = 'Price' OR r.selling = '0' THEN 'sold'
				WHEN r.disable = '1' OR coalesce(r.free_item_rate, 0) > 0 THEN 'unknown'
				WHEN coalesce(r.same_item, '0') = '0' OR r.apply_on = 'Transaction'
					THEN CASE WHEN r.free_item = order_lines.item_code THEN 'given' ELSE 'sold' END
				WHEN r.apply_on <> 'Item Code' THEN 'unknown'
				WHEN EXISTS (
					SELECT 1 FROM pricing_rule_items i
					WHERE i.pricing_rule = r.pricing_rule AND i.item_code = order_lines.item_code
				) THEN 'given' ELSE 'unknown' END AS gives
			FROM pricing_rules r
			WHERE contains(order_lines.pricing_rules, '"' || r.pricing_rule || '"')
				OR list_contains(string_split(order_lines.pricing_rules, ','), r.pricing_rule)
		)
	) WHERE is_free = '1' AND pricing_rules IS NOT NULL
"""


def finish(database, columns_of_lines: Collection[str]) -> None:
	"""Complete the typed tables; `columns_of_lines` are those that the book's order rows have."""
	database.execute(STOCK_QUANTITIES)
	database.execute(FREE_AS_TICKED)
	if "pricing_rules" in columns_of_lines:
		database.execute(FREE_BY_RULE)
	for statement in (EFFECTIVE_NETS, INVOICE_ORDERS, ORDER_OF_INVOICE, COVERED_ORDERS, ORDER_TIERS):
		database.execute(statement)


def last_day(database):
	"""The last day on which anything happened; None in an empty book."""
	return database.execute(AS_OF).fetchone()[0]
