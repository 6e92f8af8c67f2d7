"""What the tests of prices need: sell by any DocType, charge rows, payment terms, accounts, a till.

In the market of these tests the item costs 100 and lists at 200. With the discount cap off, 120.00 is the lowest
rate that keeps the markup of 20 %; with the markup off, 170.00 is the lowest under the cap of 15 %.
"""

from collections.abc import Sequence

import frappe
import pytest
from frappe.model.document import Document
from frappe.utils import nowdate

from kam_extension.exceptions import PolicyViolation
from tests.site.factories import (
	company,
	insert,
	items_of,
	make_delivery_note,
	make_quotation,
	make_sales_invoice,
	make_sales_order,
	unique,
)

GUARDED = ("Quotation", "Sales Order", "Sales Invoice", "Delivery Note", "POS Invoice")
KEEPS_MARKUP, UNDER_MARKUP = 120.0, 119.99
WITHIN_CAP, OVER_CAP = 170.0, 169.99


def sell(doctype: str, customer: str, lines: Sequence[tuple], **fields) -> Document:
	"""A saved draft of any guarded DocType."""
	return _MAKERS[doctype](customer, lines, **fields)


def refuse(document: Document, match: str | None = None) -> str:
	"""The document must be refused on submit; returns the message."""
	with pytest.raises(PolicyViolation, match=match) as refusal:
		document.submit()
	return str(refusal.value)


def verdict_of(document: Document) -> str:
	"""Submit it; returns the verdict."""
	return document.submit().kam_verdict


def charge(amount: float = 0, account: str | None = None, **fields) -> dict:
	"""A charge row; by default an actual amount on an income account."""
	values = {"charge_type": "Actual", "account_head": account or income_account(), "description": "Charge"}
	return values | {"tax_amount": amount} | fields


def vat(rate: float = 13, **fields) -> dict:
	values = {
		"charge_type": "On Net Total",
		"account_head": tax_account(),
		"description": "VAT",
		"rate": rate,
	}
	return values | fields


def account_of_type(account_type: str) -> str:
	filters = {"company": company(), "account_type": account_type, "is_group": 0}
	return frappe.get_all("Account", filters, pluck="name", order_by="name", limit=1)[0]


def tax_account() -> str:
	return account_of_type("Tax")


def income_account() -> str:
	return frappe.get_cached_value("Company", company(), "default_income_account")


def expense_account() -> str:
	return frappe.get_cached_value("Company", company(), "default_expense_account")


def stores() -> str:
	filters = {"company": company(), "warehouse_name": "Stores"}
	return frappe.get_all("Warehouse", filters, pluck="name")[0]


def make_bundle(*parts: tuple[str, float], item: str) -> Document:
	"""A Product Bundle that sells `item` and ships `parts`, (item code, quantity) each."""
	rows = [{"item_code": code, "qty": quantity} for code, quantity in parts]
	return insert("Product Bundle", new_item_code=item, items=rows)


def make_pricing_rule(item_code: str | None = None, **fields) -> Document:
	"""A selling rule on one item, or on the whole transaction without one."""
	values = {
		"title": unique("Rule"),
		"company": company(),
		"selling": 1,
		"currency": "CNY",
		"apply_on": "Item Code" if item_code else "Transaction",
		"items": [{"item_code": item_code}] if item_code else [],
		"price_or_product_discount": "Price",
		"valid_from": nowdate(),
	}
	return insert("Pricing Rule", **values | fields)


def make_uom(factor: float | None = None, to: str = "Nos") -> str:
	"""A unit of measure; with `factor`, that many `to` by the site's table of unit conversions."""
	name = insert("UOM", uom_name=unique("Unit")).name
	if factor:
		insert("UOM Conversion Factor", category=_uom_category(), from_uom=name, to_uom=to, value=factor)
	return name


def make_exchange_rate(rate: float, currency: str = "USD") -> Document:
	"""`rate` CNY for one unit of `currency` from today on."""
	values = {"date": nowdate(), "from_currency": currency, "to_currency": "CNY", "exchange_rate": rate}
	return insert("Currency Exchange", for_selling=1, for_buying=1, **values)


def make_pos_invoice(customer: str, lines: Sequence[tuple], **fields) -> Document:
	profile = make_till()
	values = {
		"customer": customer,
		"company": company(),
		"is_pos": 1,
		"pos_profile": profile.name,
		"debit_to": frappe.get_cached_value("Company", company(), "default_receivable_account"),
		"items": items_of(lines, warehouse=stores()),
		"payments": [{"mode_of_payment": "Cash", "amount": fields.pop("paid", 10_000_000)}],
	}
	return insert("POS Invoice", **values | fields)


def make_till() -> Document:
	"""A POS Profile with an open till of the current user."""
	cash = frappe.get_doc("Mode of Payment", "Cash")
	if not cash.accounts:
		cash.append("accounts", {"company": company(), "default_account": account_of_type("Cash")})
		cash.save()
	profile = insert(
		"POS Profile",
		__newname=unique("Till"),
		company=company(),
		currency="CNY",
		warehouse=stores(),
		selling_price_list="Standard Selling",
		write_off_account=expense_account(),
		write_off_cost_center=frappe.get_cached_value("Company", company(), "cost_center"),
		payments=[{"mode_of_payment": "Cash", "default": 1}],
		applicable_for_users=[{"user": frappe.session.user, "default": 0}],
	)
	_open_till(profile.name)
	return profile


def _open_till(profile: str) -> None:
	insert(
		"POS Opening Entry",
		submit=True,
		period_start_date=frappe.utils.now_datetime(),
		posting_date=nowdate(),
		user=frappe.session.user,
		company=company(),
		pos_profile=profile,
		balance_details=[{"mode_of_payment": "Cash", "opening_amount": 0}],
	)


def _uom_category() -> str:
	return frappe.get_all("UOM Category", pluck="name", limit=1)[0]


_MAKERS = {
	"Quotation": make_quotation,
	"Sales Order": make_sales_order,
	"Sales Invoice": make_sales_invoice,
	"Delivery Note": make_delivery_note,
	"POS Invoice": make_pos_invoice,
}
