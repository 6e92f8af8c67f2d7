"""Payments dated after the report, drafts among them, and what they leave of each row."""

from dataclasses import dataclass

import frappe
from frappe.utils import cstr

from kam_extension.integration.receivables.filters import Filters

_PAYMENTS = """
	select
		reference.reference_name voucher, payment.party, payment.posting_date, payment.reference_no reference,
		reference.allocated_amount amount,
		reference.allocated_amount * if(
			payment.payment_type = 'Receive', payment.source_exchange_rate, payment.target_exchange_rate
		) base_amount
	from `tabPayment Entry` payment join `tabPayment Entry Reference` reference on reference.parent = payment.name
	where payment.docstatus < 2 and payment.posting_date > %(report_date)s and payment.party_type = 'Customer'
		and payment.company = %(company)s and reference.reference_name != ''
	union all
	select
		line.reference_name, line.party, journal.posting_date, journal.cheque_no,
		sum(line.credit_in_account_currency - line.debit_in_account_currency),
		sum(line.credit - line.debit)
	from `tabJournal Entry` journal join `tabJournal Entry Account` line on line.parent = journal.name
	where journal.docstatus < 2 and journal.posting_date > %(report_date)s and line.party_type = 'Customer'
		and journal.company = %(company)s and line.reference_name != ''
	group by journal.name, line.reference_name, line.party
	having sum(line.credit_in_account_currency - line.debit_in_account_currency) > 0
	order by posting_date, reference
"""


@dataclass(slots=True)
class FuturePayment:
	"""What is left of a payment, in the currency of the report."""

	amount: float
	reference: str


class FuturePayments:
	"""Payments to come by voucher and customer; laying them on rows uses them up."""

	def __init__(self, filters: Filters):
		values = {"report_date": filters.report_date, "company": filters.company}
		column = "amount" if filters.is_in_account_currency else "base_amount"
		self.payments: dict[tuple[str, str], list[FuturePayment]] = {}
		for row in frappe.db.sql(_PAYMENTS, values, as_dict=True):
			payment = FuturePayment(row[column] or 0.0, f"{cstr(row.reference)}/{cstr(row.posting_date)}")
			self.payments.setdefault((row.voucher, row.party), []).append(payment)

	def lay_on(self, rows: list[dict]) -> None:
		"""Add `future_amount`, `remaining_balance` and `future_ref` to the rows, in their order."""
		for row in rows:
			lay_on_row(row, self.payments.get((row["voucher_no"], row["party"]), ()))


def lay_on_row(row: dict, payments) -> None:
	"""As ERPNext does it: a payment larger than the row covers it and keeps the rest for the voucher's next row."""
	row["remaining_balance"], row["future_amount"] = row["outstanding"], 0.0
	references = []
	for payment in payments:
		if not row["remaining_balance"] or not payment.amount:
			continue
		if payment.amount > row["outstanding"]:
			row["future_amount"], row["remaining_balance"] = row["outstanding"], 0.0
			payment.amount -= row["outstanding"]
		else:
			row["future_amount"] += payment.amount
			row["remaining_balance"] = row["outstanding"] - row["future_amount"]
			payment.amount = 0.0
		references.append(payment.reference)
	row["future_ref"] = ", ".join(references)
