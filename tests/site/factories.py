"""Makers of test documents. Each returns a saved document with a name of its own, so order never matters.

`lines` is a list of `(item_code, qty, rate)`, or `(item_code, qty, rate, {more fields})`; `rate` None leaves the
price to ERPNext. Amounts are in company currency (CNY) unless `currency` is given.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import frappe
from frappe.model.document import Document
from frappe.utils import add_days, add_months, nowdate

Line = tuple
BASE_PRICE_LIST = "Standard Selling"
COST_PRICE_LIST = "Standard Buying"
DEFAULT_POLICY = Path(__file__).resolve().parents[2] / "fixtures" / "policies" / "default.json"


def unique(prefix: str) -> str:
	"""A name that no other document has."""
	return f"{prefix} {frappe.generate_hash(length=8)}"


def company() -> str:
	"""The company that the setup wizard made."""
	return frappe.get_all("Company", pluck="name", order_by="creation", limit=1)[0]


def insert(doctype: str, submit: bool = False, **fields) -> Document:
	document = frappe.get_doc({"doctype": doctype, **fields}).insert()
	return document.submit() if submit else document


def make_customer(**fields) -> Document:
	values = {
		"customer_name": unique("Customer"),
		"customer_type": "Company",
		"customer_group": "Commercial",
		"territory": "Rest Of The World",
	}
	return insert("Customer", **values | fields)


def make_item(cost: float | None = None, list_price: float | None = None, **fields) -> Document:
	"""A service item, or a stock item with `is_stock_item=1`; `cost` and `list_price` become Item Prices."""
	values = {
		"item_code": unique("Item"),
		"item_group": "Products",
		"stock_uom": "Nos",
		"is_stock_item": 0,
	}
	item = insert("Item", **values | fields)
	if cost is not None:
		make_price(item.name, cost, COST_PRICE_LIST)
	if list_price is not None:
		make_price(item.name, list_price, BASE_PRICE_LIST)
	return item


def make_price(item_code: str, rate: float, price_list: str = BASE_PRICE_LIST, **fields) -> Document:
	values = {"item_code": item_code, "price_list": price_list, "price_list_rate": rate}
	return insert("Item Price", **values | fields)


def make_price_list(**fields) -> Document:
	values = {"price_list_name": unique("Price List"), "currency": "CNY", "selling": 1, "enabled": 1}
	return insert("Price List", **values | fields)


def make_user(*roles: str, **fields) -> str:
	"""A desk user with these roles; returns the e-mail address."""
	email = f"{frappe.generate_hash(length=10)}@example.com"
	values = {
		"email": email,
		"first_name": email.split("@")[0],
		"send_welcome_email": 0,
		"roles": [{"role": role} for role in roles],
	}
	return insert("User", **values | fields).name


def make_department(**fields) -> Document:
	values = {"department_name": unique("Unit"), "company": company()}
	return insert("Department", **values | fields)


@cache
def default_policy() -> str:
	"""The shipped default policy, as JSON."""
	return DEFAULT_POLICY.read_text(encoding="utf-8")


def make_policy(submit: bool = True, **overrides) -> Document:
	"""The shipped default policy for all companies, in force since long ago, with `overrides` in place.

	Rules only warn in it; pass `margin_action="Block"` and the like to see them bite.
	"""
	values = json.loads(default_policy())
	values["cost_sources"] = [
		row if isinstance(row, dict) else {"source": row} for row in values.get("cost_sources", [])
	]
	values |= {"title": unique("Policy"), "valid_from": "2020-01-01"} | overrides
	return insert("KAM Policy", submit=submit, **values)


def make_key_account(customer: str | None = None, **fields) -> Document:
	"""An active key account, Major A unless told otherwise; makes a customer when none is given."""
	values = {
		"customer": customer or make_customer().name,
		"company": company(),
		"status": "Active",
		"account_class": "Major",
		"tier": "A",
		"account_manager": "Administrator",
	}
	if fields.get("account_level") == "Group":
		values["executive_sponsor"] = "Administrator"
	return insert("Key Account", **values | fields)


def items_of(lines: Sequence[Line], **shared) -> list[dict]:
	rows = []
	for item_code, qty, rate, *more in lines:
		row = {"item_code": item_code, "qty": qty} | shared
		if rate is not None:
			row["rate"] = rate
		rows.append(row | (more[0] if more else {}))
	return rows


def make_quotation(customer: str, lines: Sequence[Line], submit: bool = False, **fields) -> Document:
	values = {
		"quotation_to": "Customer",
		"party_name": customer,
		"company": company(),
		"transaction_date": nowdate(),
		"valid_till": add_months(nowdate(), 1),
		"items": items_of(lines),
	}
	return insert("Quotation", submit=submit, **values | fields)


def make_sales_order(customer: str, lines: Sequence[Line], submit: bool = False, **fields) -> Document:
	date = fields.get("transaction_date") or nowdate()
	values = {
		"customer": customer,
		"company": company(),
		"transaction_date": date,
		"delivery_date": add_days(date, 14),
		"items": items_of(lines),
	}
	return insert("Sales Order", submit=submit, **values | fields)


def make_sales_invoice(
	customer: str | None = None,
	lines: Sequence[Line] = (),
	submit: bool = False,
	sales_order: str | None = None,
	**fields,
) -> Document:
	"""An invoice of its own, or of a submitted sales order."""
	from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice as invoice_of

	if sales_order:
		return save_mapped(invoice_of(sales_order, ignore_permissions=True), submit, fields)
	values = {"customer": customer, "company": company(), "items": items_of(lines)}
	return insert("Sales Invoice", submit=submit, **values | posted(fields))


def make_delivery_note(
	customer: str | None = None,
	lines: Sequence[Line] = (),
	submit: bool = False,
	sales_order: str | None = None,
	**fields,
) -> Document:
	"""A delivery note of its own, or of a submitted sales order."""
	from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note as delivery_of

	if sales_order:
		return save_mapped(delivery_of(sales_order), submit, fields)
	warehouse = frappe.get_all("Warehouse", {"company": company(), "warehouse_name": "Stores"}, pluck="name")[
		0
	]
	values = {"customer": customer, "company": company(), "items": items_of(lines, warehouse=warehouse)}
	return insert("Delivery Note", submit=submit, **values | posted(fields))


def make_payment_entry(
	reference: Document | None = None,
	amount: float | None = None,
	customer: str | None = None,
	submit: bool = True,
	**fields,
) -> Document:
	"""Money received by bank: against an order or invoice (`reference`), or unallocated from a customer."""
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	values = {"reference_no": unique("Payment"), "reference_date": fields.get("posting_date") or nowdate()}
	if reference:
		payment = get_payment_entry(
			reference.doctype, reference.name, party_amount=amount, bank_account=bank_account()
		)
		return save_mapped(payment, submit, values | fields)
	values |= {
		"payment_type": "Receive",
		"party_type": "Customer",
		"party": customer,
		"company": company(),
		"paid_from": frappe.db.get_value("Company", company(), "default_receivable_account"),
		"paid_to": bank_account(),
		"paid_amount": amount,
		"received_amount": amount,
		"source_exchange_rate": 1,
		"target_exchange_rate": 1,
	}
	return insert("Payment Entry", submit=submit, **values | fields)


def make_rebate_agreement(key_account: str, submit: bool = False, **fields) -> Document:
	"""An agreement by the policy's ladder on all orders of this and last year."""
	values = {
		"key_account": key_account,
		"company": company(),
		"valid_from": add_months(nowdate(), -12),
		"valid_to": add_months(nowdate(), 12),
		"rate_source": "Policy Ladder",
	}
	return insert("Rebate Agreement", submit=submit, **values | fields)


def make_visit_log(key_account: str, **fields) -> Document:
	values = {
		"key_account": key_account,
		"visit_date": nowdate(),
		"visit_type": "On-site",
		"status": "Planned",
		"purpose": "Regular visit",
	}
	return insert("Visit Log", **values | fields)


def bank_account() -> str:
	"""A bank or cash account of the company."""
	filters = {"company": company(), "account_type": ("in", ("Bank", "Cash")), "is_group": 0}
	return frappe.get_all("Account", filters, pluck="name", order_by="account_type, name", limit=1)[0]


def posted(fields: dict) -> dict:
	"""Let a document keep its posting date when one is given."""
	return fields | {"set_posting_time": 1} if "posting_date" in fields else fields


def save_mapped(document: Document, submit: bool, fields: dict) -> Document:
	document.update(posted(fields))
	document.insert()
	return document.submit() if submit else document
