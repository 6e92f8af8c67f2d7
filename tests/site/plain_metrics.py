"""The metrics of the scorecard (R14) told slowly: reading one document after the other, as their docstrings say.

Nothing here is shared with the app, and no ledger is read, only documents.
"""

from decimal import Decimal

import frappe
from frappe.utils import add_days, add_months, add_years, getdate

from tests.site.books import AS_OF, YEAR_START
from tests.site.factories import BASE_PRICE_LIST
from tests.site.plain_documents import ZERO, exact, in_year, money
from tests.site.plain_receivables import PlainReceivables


class PlainBook(PlainReceivables):
	"""What one customer's documents come to; a method for each metric, by its code."""

	def contract_amount(self) -> Decimal:
		return sum((self.value_of(row) for row in self.orders_of_the_year), ZERO)

	def value_of(self, order) -> Decimal:
		share = max(exact(order.per_billed), exact(order.per_delivered)) if order.status == "Closed" else 100
		return exact(order.base_net_total) * share / 100

	def order_count(self) -> int:
		return len(self.orders_of_the_year)

	def tenure_months(self) -> int | None:
		if not self.orders:
			return None
		first, months = min(row.transaction_date for row in self.orders), 0
		while getdate(add_months(first, months + 1)) <= AS_OF:
			months += 1
		return months

	def revenue(self) -> Decimal:
		return sum((exact(row.base_net_total) for row in self.sales if in_year(row.posting_date)), ZERO)

	def revenue_growth(self) -> Decimal | None:
		start = getdate(add_days(add_months(AS_OF, -24), 1))
		then = sum(
			(exact(row.base_net_total) for row in self.sales if start <= row.posting_date < YEAR_START), ZERO
		)
		return (self.revenue() - then) * 100 / then if then > 0 else None

	def gross_margin(self) -> Decimal | None:
		rows = [line for sold in self.sales if in_year(sold.posting_date) for line in sold.items]
		valued = [line for line in rows if line.incoming_rate]
		net = sum((exact(line.base_net_amount) for line in valued), ZERO)
		cost = sum((exact(line.incoming_rate) * exact(line.stock_qty) for line in valued), ZERO)
		return (net - cost) * 100 / net if net > 0 else None

	def price_premium(self) -> Decimal | None:
		paid = listed = ZERO
		for order in self.orders_of_the_year:
			for line in order.items:
				price = list_price(line.item_code, order.transaction_date)
				if price:
					paid += paid_for(line, order)
					listed += exact(price) * exact(line.stock_qty)
		return (money(paid) - money(listed)) * 100 / money(listed) if listed else None

	def complaint_count(self) -> int:
		names = frappe.get_all("Issue", {"customer": self.customer}, pluck="name")
		issues = [frappe.get_doc("Issue", name) for name in names]
		return len(
			[one for one in issues if in_year(one.opening_date) and one.kam_kind in (None, "", "Complaint")]
		)

	def satisfaction(self) -> Decimal | None:
		visits = frappe.get_all("Visit Log", {"key_account": self.account.name}, pluck="name")
		ratings = [
			exact(visit.satisfaction)
			for visit in (frappe.get_doc("Visit Log", name) for name in visits)
			if visit.status == "Completed" and visit.satisfaction and in_year(visit.visit_date)
		]
		surveys = frappe.get_all("Satisfaction Survey", {"key_account": self.account.name}, pluck="name")
		ratings += [
			exact(survey.satisfaction)
			for survey in (frappe.get_doc("Satisfaction Survey", name) for name in surveys)
			if survey.status == "Answered" and in_year(survey.answered_on.date())
		]
		return sum(ratings, ZERO) / len(ratings) if ratings else None

	def strategic_influence(self) -> int | None:
		return frappe.db.get_value("Key Account", self.account.name, "strategic_influence") or None

	def contracts(self, minimum: Decimal) -> int:
		"""Orders of the last five years of at least an amount."""
		since = getdate(add_years(AS_OF, -5))
		return len(
			[row for row in self.orders if row.transaction_date >= since and self.value_of(row) >= minimum]
		)


def list_price(item_code: str, day) -> float | None:
	"""ERPNext enters a price, valid from today, for an item that is sold without one."""
	filters = {"item_code": item_code, "price_list": BASE_PRICE_LIST, "valid_from": ("<=", day)}
	return frappe.db.get_value("Item Price", filters, "price_list_rate")


def paid_for(line, order) -> Decimal:
	"""As the list has it: with the tax that is included in the prices."""
	included = [row for row in order.taxes if row.included_in_print_rate]
	if included and not order.base_discount_amount:
		return exact(line.base_amount)
	tax = sum((exact(row.base_tax_amount_after_discount_amount) for row in included), ZERO)
	return exact(line.base_net_amount) * (1 + tax / exact(order.base_net_total))
