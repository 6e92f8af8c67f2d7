"""What is owed, overdue and paid, from invoices, payments and journals, one by one: no ledger is read (R14)."""

from decimal import Decimal

import frappe
from frappe.utils import date_diff, getdate

from tests.site.books import AS_OF, YEAR_START
from tests.site.plain_documents import ZERO, PlainDocuments, converted, exact, in_year, money


class PlainReceivables(PlainDocuments):
	"""The metrics of debts and receipts, by their codes."""

	def collected(self) -> Decimal:
		total = ZERO
		for paid in self.payments:
			if in_year(paid.posting_date) and paid.is_opening != "Yes":
				received = paid.payment_type == "Receive"
				total += exact(paid.base_received_amount) if received else -exact(paid.base_paid_amount)
		for sold in self.invoices:
			if in_year(sold.posting_date):
				total += self.paid_on_the_spot(sold)
		return total + sum((self.cash_in(row) for row in self.journals if in_year(row.posting_date)), ZERO)

	def paid_on_the_spot(self, sold) -> Decimal:
		return exact(sold.base_paid_amount) - exact(sold.base_change_amount) if sold.is_pos else ZERO

	def cash_in(self, journal) -> Decimal:
		if journal.is_opening == "Yes":
			return ZERO
		of_customers = [line for line in journal.accounts if line.party_type == "Customer"]
		own = sum(
			(exact(line.credit) - exact(line.debit) for line in of_customers if line.party == self.customer),
			ZERO,
		)
		whole = sum((exact(line.credit) - exact(line.debit) for line in of_customers), ZERO)
		cash = sum(
			(exact(line.debit) - exact(line.credit) for line in journal.accounts if is_cash(line.account)),
			ZERO,
		)
		return own * min(cash / whole, Decimal(1)) if whole and cash / whole > 0 else ZERO

	def receivable_balance(self) -> Decimal:
		sold = sum((self.owed_by(row) for row in self.invoices), ZERO)
		settled = sum((self.credited_by(row) for row in self.payments), ZERO)
		lines = [line for row in self.journals for line in row.accounts if line.party == self.customer]
		return sold - settled + sum((exact(line.debit) - exact(line.credit) for line in lines), ZERO)

	def owed_by(self, sold) -> Decimal:
		total = sold.base_rounded_total if sold.base_rounding_adjustment else sold.base_grand_total
		return exact(total) - self.paid_on_the_spot(sold)

	def credited_by(self, paid) -> Decimal:
		if paid.payment_type == "Pay":
			return -exact(paid.base_received_amount)
		allocated = sum((converted(line.allocated_amount, paid) for line in paid.references), ZERO)
		return allocated + converted(paid.unallocated_amount, paid)

	def overdue_days_max(self) -> int:
		days = [self.days_overdue(sold) for sold in self.invoices if not sold.is_return]
		return max([0, *days, *(self.days_of_debit(row) for row in self.journals)])

	def days_overdue(self, sold) -> int:
		"""Pay the terms one after the other; days since the first that isn't fully paid."""
		returned = sum((self.owed_by(note) for note in self.notes_on(sold)), ZERO)
		paid = self.settled(sold.name, AS_OF) - returned + self.paid_on_the_spot(sold)
		total = self.owed_by(sold) + self.paid_on_the_spot(sold)
		if money(total - paid) <= 0:
			return 0
		terms = sold.payment_schedule or [frappe._dict(due_date=sold.due_date, base_payment_amount=total)]
		for term in sorted(terms, key=lambda row: getdate(row.due_date)):
			paid -= exact(term.base_payment_amount)
			if money(paid) < 0:
				return max(date_diff(AS_OF, term.due_date), 0)
		return 0

	def notes_on(self, sold) -> list:
		return [row for row in self.invoices if row.return_against == sold.name]

	def settled(self, name: str, until) -> Decimal:
		"""What payments and journals until a day settled of a document, in company currency."""
		by_payment = sum(
			(
				converted(line.allocated_amount, paid)
				for paid in self.payments
				for line in paid.references
				if line.reference_name == name and paid.posting_date <= getdate(until)
			),
			ZERO,
		)
		by_journal = sum(
			(
				exact(line.credit) - exact(line.debit)
				for row in self.journals
				for line in row.accounts
				if line.reference_name == name
				and line.party == self.customer
				and row.posting_date <= getdate(until)
			),
			ZERO,
		)
		return by_payment + by_journal

	def days_of_debit(self, journal) -> int:
		own = [line for line in journal.accounts if line.party == self.customer and not line.reference_name]
		debit = sum((exact(line.debit) - exact(line.credit) for line in own), ZERO)
		is_open = money(debit - self.settled(journal.name, AS_OF)) > 0
		return date_diff(AS_OF, journal.posting_date) if is_open else 0

	def on_time_payment_share(self) -> Decimal | None:
		due = punctual = ZERO
		for sold in (row for row in self.invoices if not row.is_return):
			last = getdate(sold.due_date)
			if not YEAR_START <= last < AS_OF:
				continue
			owed = self.owed_by(sold) + sum((self.owed_by(note) for note in self.notes_on(sold)), ZERO)
			if owed > 0:
				due += owed
				punctual += min(self.settled(sold.name, last), owed)
		return punctual * 100 / due if due else None


def is_cash(account: str) -> bool:
	return frappe.db.get_value("Account", account, "account_type") in ("Bank", "Cash")
