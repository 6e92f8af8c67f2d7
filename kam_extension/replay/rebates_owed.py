"""What the policy's rebates cost: the agreed rate on every receipt for a covered order (R37, R38)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_extension.policy.money import Rounding
from kam_extension.policy.rebates import Agreement, agreed_rate, rebate_on_receipt
from kam_extension.policy.terms import PolicyTerms

# A receipt for an invoice of several orders is theirs by their share in the invoice's rows.
RECEIPTS = """
	CREATE TABLE receipts AS
	WITH settled AS (
		SELECT r.payment, s."order", CASE WHEN s.part = s.whole THEN r.amount
			ELSE CAST(round(CAST(r.amount AS DOUBLE) * CAST(s.part AS DOUBLE) / CAST(s.whole AS DOUBLE), 2) AS DECIMAL(28, 9))
			END AS amount
		FROM payment_references r JOIN invoice_orders s ON s.invoice = r.document
		WHERE r.document_type = 'Sales Invoice'
		UNION ALL
		SELECT payment, document, amount FROM payment_references WHERE document_type = 'Sales Order'
	), collected AS (
		SELECT s.payment, p.posting_date, s."order", sum(s.amount) AS collected
		FROM settled s JOIN payments p USING (payment) WHERE p.posting_date <= $as_of_date GROUP BY ALL
	), returned AS (
		SELECT s."order", sum(CASE WHEN s.part = s.whole THEN i.net_total
			ELSE CAST(CAST(i.net_total AS DOUBLE) * CAST(s.part AS DOUBLE) / CAST(s.whole AS DOUBLE) AS DECIMAL(28, 9))
			END) AS net
		FROM invoices i JOIN invoice_orders s USING (invoice)
		WHERE i.return_against IS NOT NULL AND i.posting_date <= $as_of_date GROUP BY ALL
	)
	SELECT CAST(row_number() OVER (ORDER BY c.posting_date, c.payment, "order") - 1 AS INTEGER) AS place,
		c.payment, c.posting_date, "order", j.place AS order_place, j.customer, j.tier, c.collected,
		j.net_total + coalesce(returned.net, 0) AS net_as_it_stands, j.net_total, j.grand_total,
		j.agreement, j.rate_source, j.special_rate, j.programmes_only
	FROM collected c JOIN judged_orders j USING ("order") LEFT JOIN returned USING ("order")
	WHERE j.agreement IS NOT NULL
	ORDER BY place
"""
OWED = """
	SELECT place, collected::VARCHAR, net_as_it_stands::VARCHAR, net_total::VARCHAR, grand_total::VARCHAR, tier, agreement,
		rate_source, special_rate::VARCHAR, programmes_only
	FROM receipts WHERE place >= $first AND place < $end ORDER BY place
"""
COLUMNS = {"place": "INTEGER", "rate": "DECIMAL(18, 6)", "rebate": "DECIMAL(28, 9)"}


@dataclass(frozen=True)
class Receipt:
	"""Money for one covered order (negative when paid back), the order's net total less returns, and its totals."""

	place: int
	collected: Decimal
	net_as_it_stands: Decimal
	net_total: Decimal
	grand_total: Decimal
	tier: str | None
	agreement: Agreement


def number_receipts(database, as_of_date: date) -> int:
	"""Put the receipts for covered orders into a table sorted by `place`; returns how many there are."""
	database.execute(RECEIPTS, {"as_of_date": as_of_date})
	return database.execute("SELECT count(*) FROM receipts").fetchone()[0]


def read_receipts(database, first: int, end: int) -> Iterator[Receipt]:
	"""The receipts with `first` <= place < `end`."""
	for place, *amounts, tier, agreement, source, special, programmes_only in database.execute(
		OWED, {"first": first, "end": end}
	).fetchall():
		agreed = Agreement(agreement, source, Decimal(special), programmes_only=programmes_only == "1")
		yield Receipt(place, *map(Decimal, amounts), tier, agreed)


def owed(receipt: Receipt, terms: PolicyTerms, rounding: Rounding) -> tuple[int, Decimal, Decimal]:
	"""Place, rate in percent and rebate in money: the rate follows the order less what was returned."""
	rate = agreed_rate(receipt.agreement, terms.rebate_bands, receipt.net_as_it_stands, receipt.tier)
	gross = receipt.grand_total
	net_share = receipt.net_total / gross if gross else Decimal(1)
	return receipt.place, rate, rebate_on_receipt(receipt.collected, rate, net_share, terms, rounding)
