"""Everything that the accounts ordered, were billed and paid."""

import time
from dataclasses import asdict
from datetime import date

import frappe
from frappe.utils import now_datetime

from book import tables
from book.invoices import load_invoices
from book.orders import load_orders
from book.size import Size
from kam_extension.integration.policies.tier_price_lists import refill_all

PRICE_LIST = "Standard Selling"
COUNTED = (
	"Key Account", "Sales Invoice", "Sales Invoice Item", "Payment Schedule", "Payment Ledger Entry", "Payment Entry",
	"Journal Entry", "GL Entry", "Sales Order", "Sales Order Item", "Item Price",
)  # fmt: skip


def load_documents(size: Size, company: str, today: date) -> float:
	"""Replace the site's orders, invoices and payments by the book's; returns the seconds that it took.

	Needs `load_accounts`. Dates run back from `today` over three years.
	"""
	started = time.perf_counter()
	receivable, currency = frappe.get_cached_value(
		"Company", company, ("default_receivable_account", "default_currency")
	)
	values = asdict(size) | {
		"now": now_datetime(),
		"today": today,
		"company": company,
		"currency": currency,
		"receivable": receivable,
		"bank": account_of_type("Bank", company),
		"tax": account_of_type("Tax", company),
		"warehouse": frappe.db.get_value("Warehouse", {"company": company, "is_group": 0}),
		"price_list": PRICE_LIST,
	}
	with tables.bulk_loading():
		load_orders(values | {"each_has": size.orders // size.accounts})
		load_invoices(values | {"each_has": size.invoices // size.accounts})
	refill_all()
	frappe.db.commit()
	tables.analyze(*COUNTED)
	_check_ledger()
	return time.perf_counter() - started


def _check_ledger() -> None:
	"""Stop unless what the ledger leaves open is what the invoices say of themselves."""
	[(ledger,)] = frappe.db.sql("select sum(amount) from `tabPayment Ledger Entry`")
	[(invoices,)] = frappe.db.sql("select sum(outstanding_amount) from `tabSales Invoice`")
	if ledger != invoices:
		raise SystemExit(f"the book is wrong: its ledger leaves {ledger} open, its invoices {invoices}")


def account_of_type(account_type: str, company: str) -> str | None:
	return frappe.db.get_value("Account", {"account_type": account_type, "company": company, "is_group": 0})


def rows_of_book() -> dict[str, int]:
	"""How many rows the book's tables hold."""
	return {doctype: frappe.db.count(doctype) for doctype in COUNTED}
