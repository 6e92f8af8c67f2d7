"""Open debts and credits of many customers on their unpaid terms, in company currency (R34).

By the same reading of the ledger as Key Account Receivables, without its check of the reader: whose accounts the reader
may see is decided by the caller.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.utils import getdate

from kam_extension.integration.receivables.conditions import Conditions
from kam_extension.integration.receivables.filters import read_filters
from kam_extension.integration.receivables.ledger import open_vouchers
from kam_extension.policy.money import ZERO, decimal
from kam_extension.policy.open_terms import Term, open_terms, overdue

SALE = "Sales Invoice"


@dataclass(frozen=True)
class OpenItem:
	"""One voucher with something open; a credit has one negative term."""

	customer: str
	voucher_type: str
	voucher_no: str
	posting_date: date
	terms: tuple[Term, ...]

	@property
	def outstanding(self) -> Decimal:
		return sum((term.amount for term in self.terms), ZERO)

	def overdue(self, as_of: date) -> Decimal:
		return overdue(self.terms, as_of) if self.outstanding > 0 else ZERO

	def days_overdue(self, as_of: date) -> int:
		"""Days since the oldest unpaid term fell due; 0 for credits and what isn't due."""
		return max((as_of - self.terms[0].due_date).days, 0) if self.outstanding > 0 else 0


def open_items(company: str, customers: Sequence[str], as_of: date) -> list[OpenItem]:
	"""What is open on `as_of`, by voucher. A fixed number of queries."""
	if not customers:
		return []
	filters = read_filters({"company": company, "report_date": as_of})
	conditions = Conditions()
	conditions.add("delinked = 0 and party_type = 'Customer' and account_type = 'Receivable'")
	conditions.add("company = %(company)s", company=company)
	conditions.add("posting_date <= %(report_date)s", report_date=as_of)
	conditions.add("party in %(parties)s", parties=tuple(customers))
	rows = open_vouchers(filters, conditions)
	terms_of = payment_terms([row["voucher_no"] for row in rows if row["voucher_type"] == SALE])
	return [_item(row, terms_of.get(row["voucher_no"], ())) for row in rows]


def _item(row: dict, terms: Iterable[Term]) -> OpenItem:
	due_date = getdate(row["due_date"] or row["posting_date"])
	return OpenItem(
		row["party"],
		row["voucher_type"],
		row["voucher_no"],
		row["posting_date"],
		tuple(open_terms(decimal(row["outstanding"]), due_date, terms)),
	)


def payment_terms(invoices: Sequence[str], in_account_currency: bool = False) -> dict[str, list[Term]]:
	"""{invoice: its terms}, in company currency or in that of the customer's account; one query."""
	if not invoices:
		return {}
	term, invoice = DocType("Payment Schedule"), DocType(SALE)
	amount = term.base_payment_amount
	if in_account_currency:
		is_own = invoice.party_account_currency == invoice.currency
		amount = Case().when(is_own, term.payment_amount).else_(term.base_payment_amount)
	rows = (
		frappe.qb.from_(term)
		.join(invoice)
		.on((invoice.name == term.parent) & (term.parenttype == SALE))
		.select(term.parent, term.due_date, amount.as_("amount"))
		.where(term.parent.isin(list(invoices)))
	).run(as_dict=True)
	found = defaultdict(list)
	for row in rows:
		found[row.parent].append(Term(row.due_date, decimal(row.amount)))
	return found
