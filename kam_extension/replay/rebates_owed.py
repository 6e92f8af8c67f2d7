"""What the policy's rebates cost: the agreed rate on every receipt for a covered order (R37, R38)."""

from dataclasses import dataclass
from decimal import Decimal

from kam_extension.policy.rebates import agreed_rate, rebate_on_receipt
from kam_extension.policy.terms import PolicyTerms
from kam_extension.replay.book import Book
from kam_extension.replay.decisions import agreements_by_order

RECEIPTS = """
	WITH receipts AS (
		SELECT r.payment, p.posting_date, coalesce(i."order", o."order") AS "order", sum(r.amount) AS collected
		FROM payment_references r
		JOIN payments p USING (payment)
		LEFT JOIN invoices i ON r.document_type = 'Sales Invoice' AND i.invoice = r.document
		LEFT JOIN orders o ON r.document_type = 'Sales Order' AND o."order" = r.document
		WHERE p.posting_date <= $as_of_date
		GROUP BY ALL
	), returned AS (
		SELECT "order", sum(net_total) AS net
		FROM invoices WHERE return_against IS NOT NULL AND posting_date <= $as_of_date
		GROUP BY ALL
	)
	SELECT receipts.payment, receipts.posting_date, strftime(receipts.posting_date, '%Y-%m') AS month,
		"order", o.customer, k.tier, receipts.collected,
		o.net_total + coalesce(returned.net, 0) AS net_as_it_stands, o.net_total, o.grand_total
	FROM receipts JOIN orders o USING ("order") JOIN key_accounts k USING (customer) LEFT JOIN returned USING ("order")
	WHERE o.state = 'Submitted'
	ORDER BY receipts.posting_date, receipts.payment, "order"
"""


@dataclass(frozen=True)
class OwedRebate:
	"""One receipt of one order: money collected (negative when paid back), rate in percent, rebate in money."""

	payment: str
	month: str
	order: str
	customer: str
	collected: Decimal
	rate: Decimal
	rebate: Decimal


def owed_rebates(book: Book, terms: PolicyTerms) -> list[OwedRebate]:
	"""Rebates on the receipts up to the as-of date; the rate follows the order less what was returned."""
	agreements = agreements_by_order(book)
	return [
		_owed(receipt, agreements[receipt["order"]], terms, book)
		for receipt in book.rows(RECEIPTS)
		if receipt["order"] in agreements
	]


def _owed(receipt: dict, agreement, terms: PolicyTerms, book: Book) -> OwedRebate:
	rate = agreed_rate(agreement, terms.rebate_bands, receipt["net_as_it_stands"], receipt["tier"])
	gross = receipt["grand_total"]
	net_share = receipt["net_total"] / gross if gross else Decimal(1)
	return OwedRebate(
		payment=receipt["payment"],
		month=receipt["month"],
		order=receipt["order"],
		customer=receipt["customer"],
		collected=receipt["collected"],
		rate=rate,
		rebate=rebate_on_receipt(receipt["collected"], rate, net_share, terms, book.rounding),
	)
