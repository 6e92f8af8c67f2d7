"""Build the documents of the shared table of cases (tests/cases) on a site."""

from collections.abc import Callable
from dataclasses import dataclass, field

import frappe
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note as delivery_of
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice as invoice_of
from frappe.model.document import Document
from frappe.utils import add_days, add_months, nowdate

from kam_extension.api import request_exception
from tests.cases.case import GOODS, POLICY, Case, Source
from tests.site.doors.pos import open_till, pos_invoice
from tests.site.factories import (
	company,
	insert,
	items_of,
	make_customer,
	make_item,
	make_key_account,
	make_policy,
	make_rebate_agreement,
	make_user,
	unique,
)

CUSTOMER_FIELD = {"Quotation": "party_name"}


@dataclass
class CaseMarket:
	"""The items of the table under names of their own, and one customer under one policy."""

	customer: str
	account: str | None
	items: dict[str, str] = field(default_factory=dict)
	fields: dict = field(default_factory=dict)
	"""Fields that a `given` step adds to the document."""


def open_case_market(case: Case) -> CaseMarket:
	# Else ERPNext lists an unlisted item at the price that it is sold for.
	frappe.db.set_single_value("Stock Settings", "auto_insert_price_list_rate_if_missing", 0)
	if frappe.db.get_single_value("KAM Settings", "enabled"):
		make_policy(**POLICY | case.policy)
	market = CaseMarket(make_customer().name, None, make_goods(wanted_goods(case)))
	if case.account is not None:
		market.account = make_key_account(market.customer, **case.account).name
	for step, arguments in case.given.items():
		GIVEN[step](market, **arguments)
	return market


def wanted_goods(case: Case) -> set[str]:
	rule = case.given.get("pricing_rule", {})
	rows = (*case.rows, *(case.source.rows if case.source else ()))
	return {row[0] for row in rows} | {rule.get("free_item"), rule.get("on")}


def make_goods(wanted: set) -> dict[str, str]:
	"""The wanted items of the table, and parts of bundles before the bundles."""
	wanted = wanted | {part for name in wanted & GOODS.keys() for part in GOODS[name].parts}
	items: dict[str, str] = {}
	for name, good in GOODS.items():
		if name not in wanted:
			continue
		units = [{"uom": unit, "conversion_factor": factor} for unit, factor in good.units.items()]
		items[name] = make_item(good.cost, good.list_price, item_code=unique(name), uoms=units).name
		if good.parts:
			parts = [{"item_code": items[part], "qty": quantity} for part, quantity in good.parts.items()]
			insert("Product Bundle", new_item_code=items[name], items=parts)
	return items


def give_agreement(market: CaseMarket, **fields) -> None:
	make_rebate_agreement(market.account, submit=True, **fields)


def give_exchange_rate(market: CaseMarket, **rates: float) -> None:
	for currency, rate in rates.items():
		values = {"from_currency": currency, "to_currency": "CNY", "exchange_rate": rate, "date": nowdate()}
		insert("Currency Exchange", for_selling=1, for_buying=1, **values)


def give_early_payment(market: CaseMarket, percentage: float) -> None:
	term = insert(
		"Payment Term",
		payment_term_name=unique("Early"),
		invoice_portion=100,
		due_date_based_on="Day(s) after invoice date",
		credit_days=30,
		discount_type="Percentage",
		discount=percentage,
		discount_validity_based_on="Day(s) after invoice date",
		discount_validity=10,
	)
	row = {
		field: term.get(field)
		for field in (
			"invoice_portion",
			"due_date_based_on",
			"credit_days",
			"discount_type",
			"discount",
			"discount_validity_based_on",
			"discount_validity",
		)
	}
	template = insert(
		"Payment Terms Template", template_name=unique("Early"), terms=[row | {"payment_term": term.name}]
	)
	market.fields["payment_terms_template"] = template.name


def give_pricing_rule(market: CaseMarket, on: str | None = None, **terms) -> None:
	values = {"title": unique("Rule"), "selling": 1, "company": company(), "currency": "CNY", "priority": "1"}
	if on:
		values |= {"apply_on": "Item Code", "items": [{"item_code": market.items[on]}]}
	else:
		values |= {"apply_on": "Transaction"}
	if free_item := terms.pop("free_item", None):
		values |= {"price_or_product_discount": "Product", "free_item": market.items[free_item]}
	else:
		values |= {"price_or_product_discount": "Price", "rate_or_discount": "Discount Percentage"}
	insert("Pricing Rule", **values | terms)


def give_dealer(market: CaseMarket, is_registered: bool) -> None:
	partner = insert(
		"Sales Partner", partner_name=unique("Dealer"), commission_rate=0, territory="All Territories"
	)
	if is_registered:
		frappe.get_doc("Key Account", market.account).update({"sales_partner": partner.name}).save()
	market.fields |= {"sales_partner": partner.name, "referral_sales_partner": partner.name}


GIVEN: dict[str, Callable] = {
	"agreement": give_agreement,
	"exchange_rate": give_exchange_rate,
	"early_payment": give_early_payment,
	"pricing_rule": give_pricing_rule,
	"dealer": give_dealer,
}


def build(case: Case, market: CaseMarket) -> Document | dict:
	"""The case's document, not inserted yet: what a client would send, or what ERPNext's mapper made."""
	if case.source:
		return build_mapped(case, market)
	if case.doctype == "POS Invoice":
		return pos_invoice(open_till(), market.customer, [named(row, market) for row in case.rows])
	return values_of(case.doctype, market, case.rows, case.fields, case.taxes)


def values_of(doctype: str, market: CaseMarket, rows: tuple, fields: dict, taxes: tuple = ()) -> dict:
	values = {
		"doctype": doctype,
		CUSTOMER_FIELD.get(doctype, "customer"): market.customer,
		"company": company(),
		"items": items_of([named(row, market) for row in rows], **ROW_FIELDS.get(doctype, dict)()),
		"taxes": [tax_row(tax) for tax in taxes],
	}
	return values | DOCUMENT_FIELDS.get(doctype, dict)() | market.fields | fields


def named(row: tuple, market: CaseMarket) -> tuple:
	good, *more = row
	return (market.items[good], *more)


def in_two_weeks() -> str:
	return add_days(nowdate(), 14)


def stores() -> str:
	return frappe.db.get_value("Warehouse", {"company": company(), "warehouse_name": "Stores"})


DOCUMENT_FIELDS: dict[str, Callable[[], dict]] = {
	"Quotation": lambda: {"quotation_to": "Customer", "valid_till": add_months(nowdate(), 1)},
	"Sales Order": lambda: {"delivery_date": in_two_weeks()},
}
ROW_FIELDS: dict[str, Callable[[], dict]] = {"Delivery Note": lambda: {"warehouse": stores()}}


def account_named(name: str) -> str:
	return frappe.db.get_value("Account", {"company": company(), "account_name": name})


def tax_row(tax: str) -> dict:
	"""`VAT` 13 % on top, `VAT included`, `charge <amount>` on an income account, `tax <amount>` on a tax account."""
	kind, _blank, rest = tax.partition(" ")
	head = account_named("Sales") if kind == "charge" else account_named("VAT")
	row = {"account_head": head, "description": tax}
	if kind == "VAT":
		return row | {"charge_type": "On Net Total", "rate": 13, "included_in_print_rate": int(bool(rest))}
	return row | {"charge_type": "Actual", "tax_amount": float(rest)}


def build_mapped(case: Case, market: CaseMarket) -> Document:
	"""Submit the source, map it, and set the quantities and rates of the case."""
	doc = MAPPERS[case.source.how](submit_source(case.source, market))
	mapped = list(doc.items)
	doc.items = []
	for good, quantity, rate, *_more in case.rows:
		if isinstance(good, int):
			row = mapped[good - 1]
			row.update({"qty": quantity, "rate": rate})
			doc.append("items", row)
		else:
			(values,) = items_of(
				[(market.items[good], quantity, rate)], **ROW_FIELDS.get(doc.doctype, dict)()
			)
			doc.append("items", values)
	doc.update(case.fields | {"taxes": [tax_row(tax) for tax in case.taxes]})
	if doc.doctype == "Sales Order":
		doc.delivery_date = in_two_weeks()
	return doc


def submit_source(source: Source, market: CaseMarket) -> str:
	doc = frappe.get_doc(values_of(source.doctype, market, source.rows, source.fields)).insert()
	if source.has_exception:
		approve_exception(doc)
	return doc.reload().submit().name


def approve_exception(doc: Document, executive: str | None = None) -> str:
	"""Ask for an exception as the present user and have an executive approve it."""
	name = request_exception(doc.doctype, doc.name, "The tender is lost otherwise")
	asking = frappe.session.user
	frappe.set_user(executive or make_user("KAM Executive"))
	try:
		frappe.get_doc("Price Exception", name).submit()
	finally:
		frappe.set_user(asking)
	return name


def amendment_of(name: str) -> Document:
	cancelled = frappe.get_doc("Sales Order", name)
	cancelled.cancel()
	doc = frappe.copy_doc(cancelled)
	doc.update({"amended_from": name, "docstatus": 0})
	return doc


MAPPERS: dict[str, Callable[[str], Document]] = {
	"order to invoice": lambda name: invoice_of(name, ignore_permissions=True),
	"order to delivery": delivery_of,
	"quotation to order": order_of,
	"return of invoice": make_sales_return,
	"amendment": amendment_of,
}
