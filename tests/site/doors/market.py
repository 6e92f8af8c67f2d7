"""One market for all doors: a Major A account under a policy that blocks, and an item to sell it.

The item costs 100 and lists at 200. Major A may get 15 % off the list, so 170.00 is the lowest rate that passes
(the markup would let 120.00 pass); 169.99 is refused wherever a price is set.
"""

from dataclasses import dataclass

import frappe
from frappe.utils import add_days, nowdate

from tests.site.factories import company, items_of, make_item, make_key_account, make_policy, make_user

COST, LIST_PRICE = 100, 200
PASSING, FAILING = 170.0, 169.99
BLOCKING = {
	"margin_action": "Block",
	"price_action": "Block",
	"unknown_cost_action": "Block",
	"unlisted_item_action": "Block",
	"credit_action": "Off",
}


@dataclass(frozen=True)
class Market:
	policy: str
	account: str
	customer: str
	item: str


def open_market(**policy) -> Market:
	"""A policy in force that blocks (`policy` overrides its fields), an account and an item."""
	terms = make_policy(**BLOCKING | policy)
	account = make_key_account()
	item = make_item(cost=COST, list_price=LIST_PRICE)
	return Market(terms.name, account.name, account.customer, item.name)


def state(doctype: str, name: str) -> tuple[int, str | None]:
	"""(docstatus, verdict) as they are in the database."""
	return frappe.db.get_value(doctype, name, ("docstatus", "kam_verdict"))


def make_salesperson() -> str:
	"""A user who may sell by every document, and nothing more."""
	return make_user("Sales User", "Sales Manager", "Accounts User", "Stock User")


def selling_document(doctype: str, market: Market, rate: float = FAILING, row=None, **fields) -> dict:
	"""A document of one row as a client posts it; `row` are more fields of the row."""
	document = {
		"doctype": doctype,
		"customer": market.customer,
		"company": company(),
		"items": items_of([(market.item, 1, rate, row or {})]),
	}
	return document | _OWN_FIELDS.get(doctype, lambda market: {})(market) | fields


_OWN_FIELDS = {
	"Quotation": lambda market: {
		"customer": None,
		"quotation_to": "Customer",
		"party_name": market.customer,
		"valid_till": add_days(nowdate(), 30),
	},
	"Sales Order": lambda market: {"delivery_date": add_days(nowdate(), 5)},
}
