"""Whom a random book deals with, and what it takes: parties, taxes, stock."""

from dataclasses import dataclass

import frappe
from frappe.utils import add_days

from tests.site.books import AS_OF
from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_key_account,
	make_payment_entry,
	unique,
)

DOLLARS = {"currency": "USD", "conversion_rate": 7, "plc_conversion_rate": 1}


@dataclass
class Party:
	"""A key account and how it is dealt with: `foreign` owes in dollars, on a receivable account of its own."""

	account: object
	foreign: dict
	receivable: str | None = None

	@property
	def customer(self) -> str:
		return self.account.customer


def domestic() -> Party:
	return Party(make_key_account(account_level=None), {})


def foreign() -> Party:
	parent = frappe.get_value("Account", {"company": company(), "account_name": "Accounts Receivable"})
	values = {"account_name": unique("Debtors"), "parent_account": parent, "account_type": "Receivable"}
	receivable = insert("Account", company=company(), account_currency="USD", **values).name
	values = {"date": "2020-01-01", "from_currency": "USD", "to_currency": "CNY", "for_selling": 1}
	insert("Currency Exchange", exchange_rate=7, for_buying=1, **values)
	accounts = [{"company": company(), "account": receivable}]
	customer = make_customer(default_currency="USD", accounts=accounts).name
	return Party(make_key_account(customer, account_level=None), DOLLARS, receivable)


def advance(account, amount: float, day):
	return make_payment_entry(customer=account.customer, amount=amount, posting_date=day)


def vat(account_head: str, included: int) -> dict:
	charge = {"charge_type": "On Net Total", "account_head": account_head, "description": "VAT", "rate": 13}
	return charge | {"included_in_print_rate": included}


def stock_of(item_code: str, rate: float) -> str:
	warehouse = frappe.db.get_value("Warehouse", {"company": company(), "warehouse_name": "Stores"})
	row = {"item_code": item_code, "qty": 5000, "basic_rate": rate, "t_warehouse": warehouse}
	values = {"stock_entry_type": "Material Receipt", "company": company(), "items": [row]}
	insert("Stock Entry", True, posting_date=add_days(AS_OF, -500), set_posting_time=1, **values)
	return item_code
