"""What the rebate tests share: an account with an agreement, orders that priced the rebate in, money received."""

from contextlib import contextmanager
from dataclasses import dataclass

import frappe
from frappe.model.workflow import apply_workflow
from frappe.utils import add_months, get_first_day, get_last_day, nowdate

from tests.site.factories import (
	company,
	insert,
	make_item,
	make_key_account,
	make_payment_entry,
	make_policy,
	make_rebate_agreement,
	make_sales_invoice,
	make_sales_order,
	make_user,
	unique,
)


@dataclass
class Account:
	"""A key account whose orders below 200,000 earn 5 % of receipts."""

	name: str
	customer: str
	item: str

	def order(self, amount: float = 1000, submit: bool = True, **fields):
		return make_sales_order(self.customer, [(self.item, 1, amount)], submit=submit, **fields)

	def request(self, start=None, fetch: bool = True, **fields):
		request = new_request(self.name, start, **fields)
		if fetch:
			request.fetch_receipts()
		return request.insert()


@dataclass
class People:
	"""One user for each step of an approval."""

	requester: str
	finance: str
	director: str
	executive: str


RULES_OFF = dict.fromkeys(("price_action", "margin_action", "credit_action", "unknown_cost_action"), "Off")


def make_rebate_account(customer: str | None = None, policy: dict | None = None, **agreement) -> Account:
	make_policy(**RULES_OFF | (policy or {}))
	account = make_key_account(customer, tier=None)
	make_rebate_agreement(account.name, submit=True, **agreement)
	return Account(account.name, account.customer, make_item(cost=1, list_price=1000).name)


def make_people() -> People:
	return People(
		requester=make_user("KAM Manager"),
		finance=make_user("KAM Finance", "Accounts User"),
		director=make_user("KAM Director"),
		executive=make_user("KAM Executive"),
	)


def this_month():
	return get_first_day(nowdate())


def last_month():
	return get_first_day(add_months(this_month(), -1))


def new_request(key_account: str, start=None, **fields):
	start = start or this_month()
	values = {
		"doctype": "Rebate Request",
		"key_account": key_account,
		"company": company(),
		"period_start": start,
		"period_end": get_last_day(start),
		"settlement_method": "Credit Customer",
	}
	return frappe.get_doc(values | fields)


def receive(document, amount: float | None = None, **fields):
	"""Money of this month by bank against an order or invoice."""
	return make_payment_entry(document, amount, **fields)


def invoice_of(order, **fields):
	return make_sales_invoice(sales_order=order.name, submit=True, **fields)


def set_rebate_accounts() -> str:
	"""Name the expense account of rebates in KAM Settings and return it."""
	expense = expense_account()
	settings = frappe.get_doc("KAM Settings")
	settings.set("companies", [{"company": company(), "rebate_expense_account": expense}])
	settings.save()
	return expense


def expense_account() -> str:
	parent = frappe.get_all(
		"Account", {"company": company(), "account_name": "Indirect Expenses"}, pluck="name"
	)
	if not parent:
		parent = frappe.get_all(
			"Account", {"company": company(), "root_type": "Expense", "is_group": 1}, pluck="name"
		)
	return insert("Account", account_name=unique("Rebates"), company=company(), parent_account=parent[0]).name


@contextmanager
def acting_as(user: str):
	before = frappe.session.user
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user(before)


def verify(request, people: People, collected: float | None = None):
	with acting_as(people.finance):
		request = frappe.get_doc("Rebate Request", request.name)
		request.verify(request.total_collected if collected is None else collected)
	return request


def approve_next_step(document, user: str) -> str | None:
	"""The step that is next, approved by `user`; returns the role approved for."""
	with acting_as(user):
		return frappe.get_doc(document.doctype, document.name).approve_next_step()


def take_step(document, user: str, action: str = "Approve"):
	"""A step of the workflow."""
	with acting_as(user):
		return apply_workflow(frappe.get_doc(document.doctype, document.name), action)


def prepare_approval(request, people: People):
	"""Approved by a manager, verified by finance, approved by a director; returns the request as stored."""
	approve_next_step(request, make_user("KAM Manager"))
	verify(request, people)
	approve_next_step(request, people.director)
	return frappe.get_doc("Rebate Request", request.name)


def approve(request, people: People):
	"""All steps of the approval, the last one by an executive; returns the request as stored."""
	prepare_approval(request, people)
	with acting_as(people.executive):
		frappe.get_doc("Rebate Request", request.name).submit()
	return frappe.get_doc("Rebate Request", request.name)


def rows_of(request) -> list[tuple]:
	return [
		(row.payment_document, row.sales_order, row.collected_amount, row.rebate_amount)
		for row in request.receipts
	]
