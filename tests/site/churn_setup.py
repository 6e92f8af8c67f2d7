"""Order histories for the tests of the churn watch."""

from datetime import date, timedelta

import frappe
from frappe.utils import getdate

from kam_extension.integration.accounts import churn_watch
from kam_extension.policy.rhythm import compared_months, months_a_year_earlier
from tests.site.factories import make_key_account, unique

GAP = 10


def order_row(account, day: date, net: float = 100, **fields) -> str:
	"""A submitted order as its row in the database: only its date, amount and state matter here."""
	values = {
		"doctype": "Sales Order",
		"name": unique("SO"),
		"customer": account.customer,
		"company": account.company,
		"transaction_date": day,
		"base_net_total": net,
		"status": "To Deliver and Bill",
		"docstatus": 1,
	}
	row = frappe.get_doc(values | fields)
	row.db_insert()
	return row.name


def make_silent_account(days: int, gap: int = GAP, count: int = 5, as_of: date | None = None, **fields):
	"""A key account that ordered every `gap` days and then not for `days` days."""
	account = make_key_account(**fields)
	last = (as_of or getdate()) - timedelta(days=days)
	for step in range(count):
		order_row(account, last - timedelta(days=gap * step))
	return account


def make_shrinking_account(amount: float, amount_before: float = 1000, **fields):
	"""A key account without rhythm whose orders of the compared months fell from `amount_before` to `amount`."""
	account = make_key_account(**fields)
	order_row(account, compared_months(getdate())[0], amount)
	order_row(account, months_a_year_earlier(getdate())[1], amount_before)
	return account


def warning_of(account):
	return frappe.db.get_value("KAM Churn Warning", account.name, "*", as_dict=True)


def reports_of(account) -> list:
	names = frappe.get_all("Risk Report", {"key_account": account.name}, pluck="name", order_by="creation")
	return [frappe.get_doc("Risk Report", name) for name in names]


def alerts_of(user: str) -> list:
	fields = ["name", "subject", "document_type", "document_name", "link", "type"]
	return frappe.get_all("Notification Log", {"for_user": user}, fields, order_by="creation")


def indicators(report) -> list[tuple]:
	return [(row.indicator, row.level, row.value) for row in report.indicators]


def night() -> int:
	"""The churn watch as of today, without commits; returns how many warnings changed."""
	return churn_watch.watch(getdate())


def days_ago(days: int) -> date:
	return getdate() - timedelta(days=days)


def age(account, days: int) -> None:
	"""Let time pass: every order of the account was that much earlier."""
	frappe.db.sql(
		"update `tabSales Order` set transaction_date = date_sub(transaction_date, interval %s day) where customer = %s",
		(days, account.customer),
	)
	frappe.db.sql(
		"update `tabKAM Churn Warning` set last_order_date = date_sub(last_order_date, interval %s day) where name = %s",
		(days, account.name),
	)
