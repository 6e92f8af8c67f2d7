"""A customer's book for the tests of metrics and tiers: orders, invoices, payments around one as-of date."""

from datetime import date, timedelta
from decimal import Decimal

import frappe
from frappe.utils import add_days, add_months, getdate

from kam_extension.integration.metrics import METRICS, Scope
from kam_extension.policy.codes import Metric
from tests.site.factories import (
	BASE_PRICE_LIST,
	bank_account,
	company,
	insert,
	make_item,
	make_payment_entry,
	make_price,
	make_sales_invoice,
	make_sales_order,
	unique,
)

AS_OF = date.today() - timedelta(days=20)
YEAR_START = getdate(add_days(add_months(AS_OF, -12), 1))
LONG_AGO = "2020-01-01"
OTHER_COMPANY = "Some Other Company"


def listed_item(rate: float | None, **fields) -> str:
	name = make_item(**fields).name
	if rate is not None:
		make_price(name, rate, valid_from=LONG_AGO)
	return name


def scope_of(*accounts, as_of=AS_OF) -> Scope:
	return Scope(company(), getdate(as_of), {row.customer: row.name for row in accounts}, BASE_PRICE_LIST)


def value(metric: str, account, as_of=AS_OF) -> Decimal | None:
	return METRICS[Metric(metric)](scope_of(account, as_of=as_of))[account.name]


def order(account, item, qty, rate, day=AS_OF, submit=True, **fields):
	return make_sales_order(
		account.customer, [(item, qty, rate)], submit=submit, transaction_date=day, **fields
	)


def invoice(account, item, qty, rate, day=AS_OF, due=None, **fields):
	due_date = due or add_days(day, 30)
	return make_sales_invoice(
		account.customer, [(item, qty, rate)], submit=True, posting_date=day, due_date=due_date, **fields
	)


def credit_note(against, qty, day, **fields):
	from erpnext.controllers.sales_and_purchase_return import make_return_doc

	document = make_return_doc("Sales Invoice", against.name)
	document.update({"posting_date": day, "set_posting_time": 1, "due_date": day} | fields)
	document.items[0].qty = -qty
	return document.insert().submit()


def pay(reference, amount, day):
	return make_payment_entry(reference, amount, posting_date=day)


def journal(day, *rows, **fields):
	accounts = [
		{"account": account, "debit_in_account_currency": debit, "credit_in_account_currency": credit} | more
		for account, debit, credit, more in rows
	]
	values = {
		"voucher_type": "Journal Entry",
		"company": company(),
		"posting_date": day,
		"accounts": accounts,
	}
	return insert("Journal Entry", submit=True, **values | fields)


def default_account(field: str) -> str:
	return frappe.get_cached_value("Company", company(), field)


def customer_row(account, debit, credit):
	party = {"party_type": "Customer", "party": account.customer}
	return (default_account("default_receivable_account"), debit, credit, party)


def ledger_row(account_field: str, debit, credit):
	cost_center = {"cost_center": default_account("cost_center")}
	return (default_account(account_field), debit, credit, cost_center)


def vat_row(included: int = 0) -> dict:
	return {
		"charge_type": "On Net Total",
		"account_head": tax_account(),
		"description": "VAT",
		"rate": 13,
		"included_in_print_rate": included,
	}


def tax_account() -> str:
	parent = frappe.get_all(
		"Account", {"company": company(), "account_name": "Duties and Taxes"}, pluck="name"
	)[0]
	values = {
		"account_name": unique("VAT"),
		"parent_account": parent,
		"account_type": "Tax",
		"company": company(),
	}
	return insert("Account", **values).name


def stock_in(item_code: str, qty: float, rate: float):
	warehouse = frappe.get_all("Warehouse", {"company": company(), "warehouse_name": "Stores"}, pluck="name")[
		0
	]
	row = {"item_code": item_code, "qty": qty, "basic_rate": rate, "t_warehouse": warehouse}
	values = {"stock_entry_type": "Material Receipt", "company": company(), "items": [row]}
	day = {"posting_date": add_days(AS_OF, -5), "set_posting_time": 1}
	return insert("Stock Entry", submit=True, **values | day)


def termed_invoice(account, item, day):
	"""1,000 due in halves after 10 and 30 days."""
	schedule = [
		{"due_date": add_days(day, days), "invoice_portion": 50, "payment_amount": 500} for days in (10, 30)
	]
	return invoice(account, item, 10, 100, day, due=add_days(day, 30), payment_schedule=schedule)


def refund(account, amount, day):
	return make_payment_entry(
		customer=account.customer,
		amount=amount,
		posting_date=day,
		payment_type="Pay",
		paid_from=bank_account(),
		paid_to=default_account("default_receivable_account"),
	)


def reconcile(account) -> None:
	"""Match what is open with what was paid, today: the payments keep their own dates."""
	tool = frappe.get_doc("Payment Reconciliation")
	tool.update({"company": company(), "party_type": "Customer", "party": account.customer})
	tool.receivable_payable_account = default_account("default_receivable_account")
	tool.get_unreconciled_entries()
	invoices, payments = ([row.as_dict() for row in tool.get(table)] for table in ("invoices", "payments"))
	if invoices and payments:
		tool.allocate_entries(frappe._dict(invoices=invoices, payments=payments))
		tool.reconcile()


def cheque() -> dict:
	return {"cheque_no": unique("Cheque"), "cheque_date": AS_OF}


def issue(account, day, **fields):
	values = {"subject": unique("Issue"), "customer": account.customer, "company": company()}
	return insert("Issue", **values | {"opening_date": day} | fields)


def answered_survey(account, day, percent: float):
	"""A survey that came back late on `day`."""
	survey = insert("Satisfaction Survey", key_account=account.name, recipient="someone@example.com")
	survey.db_set({"status": "Answered", "answered_on": f"{day} 23:59:59", "satisfaction": percent})
	return survey


def reviews_of(account) -> list:
	names = frappe.get_all("Tier Review", {"key_account": account.name}, pluck="name", order_by="creation")
	return [frappe.get_doc("Tier Review", name) for name in names]
