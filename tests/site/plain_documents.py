"""A customer's documents, read one by one, for the plain metrics."""

from decimal import ROUND_HALF_EVEN, Decimal
from functools import cached_property

import frappe
from frappe.utils import getdate

from tests.site.books import AS_OF, YEAR_START
from tests.site.factories import company

ZERO = Decimal(0)


def exact(amount) -> Decimal:
	return Decimal(str(amount or 0))


def money(amount) -> Decimal:
	return Decimal(str(round(amount or 0, 2)))


def converted(amount, payment) -> Decimal:
	"""In company currency, halves rounded as the test site rounds them."""
	return (exact(amount) * exact(payment.source_exchange_rate)).quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def in_year(day) -> bool:
	return YEAR_START <= getdate(day) <= AS_OF


class PlainDocuments:
	"""One customer's documents until the as-of date."""

	def __init__(self, account):
		self.account = account
		self.customer = account.customer

	def documents(self, doctype: str, **filters) -> list:
		names = frappe.get_all(doctype, {"docstatus": 1, "company": company()} | filters, pluck="name")
		return [frappe.get_doc(doctype, name) for name in names]

	@cached_property
	def orders(self) -> list:
		return [
			row
			for row in self.documents("Sales Order", customer=self.customer)
			if row.transaction_date <= AS_OF
		]

	@cached_property
	def invoices(self) -> list:
		return [
			row
			for row in self.documents("Sales Invoice", customer=self.customer)
			if row.posting_date <= AS_OF
		]

	@cached_property
	def payments(self) -> list:
		return [
			row for row in self.documents("Payment Entry", party=self.customer) if row.posting_date <= AS_OF
		]

	@cached_property
	def journals(self) -> list:
		return [
			row
			for row in self.documents("Journal Entry")
			if row.posting_date <= AS_OF and any(line.party == self.customer for line in row.accounts)
		]

	@property
	def orders_of_the_year(self) -> list:
		return [row for row in self.orders if in_year(row.transaction_date)]

	@property
	def sales(self) -> list:
		return [row for row in self.invoices if row.is_opening != "Yes"]
