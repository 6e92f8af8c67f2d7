"""Which orders are judged, numbered by day, with their rows, taxes, packages and agreement, as tables of the book (R37, R62)."""

from datetime import date

from kam_extension.replay.gaps import note_gaps

# An agreement that names the order, what it was amended from or its quotation beats one for all orders; the youngest
# wins among equals. What was made after the order's day was not agreed beforehand.
JUDGED_ORDERS = """
	CREATE TABLE judged_orders AS
	WITH RECURSIVE known_as AS (
		SELECT "order", "order" AS name FROM orders
		UNION
		SELECT k."order", a.amended_from FROM known_as k JOIN amendments a ON a."order" = k.name
	), names AS (
		FROM known_as UNION SELECT "order", quotation FROM order_lines WHERE quotation IS NOT NULL
	), covered AS (
		SELECT DISTINCT c.agreement, n."order" FROM covered_orders c JOIN names n ON n.name = c."order"
	), agreed AS (
		SELECT o."order", a.agreement, a.rate_source, coalesce(a.special_rate, 0) AS special_rate,
			coalesce(a.priced_in_rate, 0) AS priced_in_rate, coalesce(a.programmes_only, '0') AS programmes_only
		FROM orders o JOIN rebate_agreements a ON a.customer = o.customer
			AND o.order_date >= a.valid_from AND o.order_date <= coalesce(a.valid_to, o.order_date)
			AND o.order_date >= coalesce(CAST(a.created AS DATE), o.order_date)
		LEFT JOIN covered c ON c.agreement = a.agreement AND c."order" = o."order"
		WHERE c."order" IS NOT NULL OR a.agreement NOT IN (SELECT agreement FROM covered_orders)
		QUALIFY row_number() OVER (
			PARTITION BY o."order" ORDER BY c."order" IS NULL, a.created DESC NULLS LAST, a.agreement DESC
		) = 1
	)
	SELECT CAST(row_number() OVER (ORDER BY o.order_date, o."order") - 1 AS INTEGER) AS place,
		o."order", o.order_date, o.customer, c.customer_name, k.account_class, t.tier,
		o.net_total, o.grand_total, coalesce(o.other_costs, 0) AS other_costs,
		coalesce(o.sales_partner = k.sales_partner, false) AS is_dealer_led,
		a.agreement, a.rate_source, a.special_rate, a.priced_in_rate, a.programmes_only,
		o.conversion_rate, o.judged_rate, coalesce(g.gaps, '') AS gaps,
		coalesce(c.is_internal_customer, '0') = '1' AND c.represents_company IS NOT NULL AS is_internal
	FROM orders o JOIN key_accounts k USING (customer) JOIN customers c USING (customer)
	JOIN order_tiers t USING ("order") LEFT JOIN agreed a USING ("order") LEFT JOIN order_gaps g USING ("order")
	WHERE o.state = 'Submitted' AND o.order_date <= $as_of_date
	ORDER BY place
"""
JUDGED_LINES = """
	CREATE TABLE judged_lines AS
	SELECT j.place, l."row", l.item_code, l.uom, l.warehouse, l.quantity, l.conversion_factor, l.rate, l.amount,
		l.free = 'given' AS is_free, l.item_tax_rate
	FROM order_lines l JOIN judged_orders j USING ("order")
	ORDER BY j.place, l."row"
"""
JUDGED_TAXES = """
	CREATE TABLE judged_taxes AS
	SELECT j.place, t."row", t.account, t.charge_type, coalesce(t.rate, 0) AS rate, coalesce(t.earlier_row, 0) AS earlier_row,
		coalesce(t.is_included, '0') = '1' AS is_included
	FROM order_taxes t JOIN judged_orders j USING ("order")
	WHERE "order" IN (SELECT "order" FROM order_taxes WHERE is_included = '1')
	ORDER BY j.place, t."row"
"""
JUDGED_PACKAGES = """
	CREATE TABLE judged_packages AS
	SELECT j.place, p.bundle_item, p.item_code, any_value(p.warehouse) AS warehouse
	FROM packed_items p JOIN judged_orders j USING ("order") WHERE p.warehouse IS NOT NULL GROUP BY ALL ORDER BY j.place
"""


def number_orders(database, as_of_date: date, currency: str) -> int:
	"""Put the orders to be judged, and their rows, into tables sorted by `place`; returns how many orders there are."""
	note_gaps(database, currency)
	database.execute(JUDGED_ORDERS, {"as_of_date": as_of_date})
	database.execute(JUDGED_LINES)
	database.execute(JUDGED_TAXES)
	database.execute(JUDGED_PACKAGES)
	return database.execute("SELECT count(*) FROM judged_orders").fetchone()[0]
