"""What of an order a book can't tell: such an order is not judged, or a rule is left out, and its row says so (R62)."""

from collections.abc import Iterator

from kam_extension.policy.codes import Action, StrEnum
from kam_extension.policy.terms import PolicyTerms

NOT_REPLAYED = "Not Replayed"
"""Stands where a verdict would, of an order of which a book does not hold what prices or costs depend on."""


class Gap(StrEnum):
	"""Why an order is not judged, or which rule is left out of its verdict."""

	PACKAGE = "Package"
	FREE_ITEM = "Free Item"
	EXCHANGE_RATE = "Exchange Rate"
	QUOTATION = "Quotation"
	PRICE_EXCEPTION = "Price Exception"
	CREDIT = "Credit"
	ACCOUNT_STATUS = "Account Status"


WITHOUT_VERDICT = frozenset({Gap.PACKAGE, Gap.FREE_ITEM})
# Rows that a document added to a package, and parts of one bundle from several warehouses: the rows of a package don't
# say which row of the order they are for.
_PACKAGES = """
	SELECT DISTINCT "order", 'Package' AS gap FROM (
		SELECT "order", bundle_item, item_code, count(*) AS packed, count(DISTINCT warehouse) AS warehouses
		FROM packed_items GROUP BY ALL
	) packed LEFT JOIN (
		SELECT l."order", b.item_code AS bundle_item, part.item_code, count(*) AS expected
		FROM order_lines l JOIN product_bundles b USING (item_code) JOIN bundle_parts part USING (bundle)
		WHERE coalesce(b.disabled, '0') = '0' GROUP BY ALL
	) own USING ("order", bundle_item, item_code)
	WHERE packed.packed > coalesce(own.expected, 0) OR packed.warehouses > 1
"""
_FREE_ITEMS = """
	SELECT DISTINCT "order", 'Free Item' AS gap FROM order_lines WHERE free = 'unknown'
"""
# A rate of the site is known where it lowered the document's own, or where the book holds one of that day.
_EXCHANGE_RATES = """
	SELECT o."order", 'Exchange Rate' AS gap FROM orders o
	WHERE o.currency <> $currency AND coalesce(o.judged_rate >= o.conversion_rate, true) AND NOT EXISTS (
		SELECT 1 FROM exchange_rates e WHERE e.from_currency = o.currency AND e.to_currency = $currency
			AND e.day <= o.order_date AND coalesce(e.for_selling, '1') = '1'
	)
"""
_QUOTATIONS = """
	SELECT DISTINCT "order", 'Quotation' AS gap FROM order_lines WHERE quotation IS NOT NULL
"""
_EXCEPTIONS = """
	SELECT "order", 'Price Exception' AS gap FROM orders WHERE price_exception IS NOT NULL
"""
_SUSPENDED = """
	SELECT o."order", 'Account Status' AS gap FROM orders o JOIN key_accounts k USING (customer)
	WHERE lower(k.status) IN ('suspended', '已暂停')
"""


def note_gaps(database, currency: str) -> None:
	"""Make the table `order_gaps`: order → its gaps as one text; without the company's `currency` all are in it."""
	parts = [_PACKAGES, _FREE_ITEMS, _QUOTATIONS, _EXCEPTIONS, _SUSPENDED]
	if currency:
		parts.append(_EXCHANGE_RATES)
	database.execute(
		f"""CREATE TABLE order_gaps AS
		SELECT "order", string_agg(gap, ';' ORDER BY gap) AS gaps FROM ({" UNION ALL ".join(parts)}) GROUP BY ALL""",
		{"currency": currency} if currency else {},
	)


def gaps_under(gaps: frozenset[Gap], terms: PolicyTerms) -> Iterator[Gap]:
	"""Those that matter under the policy: a rule that is off leaves nothing out."""
	if terms.credit_action != Action.OFF:
		yield Gap.CREDIT
	for gap in gaps:
		if gap != Gap.EXCHANGE_RATE or terms.unknown_exchange_rate_action != Action.OFF:
			yield gap
