"""Where the fuzz test trades: accounts of several tiers, items with telling prices, a till, people."""

from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.utils import nowdate

from kam_extension.integration.policies.policies import forget_policies
from tests.site.case_market import CaseMarket, give_early_payment, give_exchange_rate
from tests.site.doors.pos import open_till
from tests.site.factories import (
	insert,
	make_item,
	make_key_account,
	make_policy,
	make_rebate_agreement,
	make_user,
	unique,
)

AGREED = "A with rebate"
SITE_RATE = Decimal(7)
UNITS = {"Box": 12}
RULES = ("margin_action", "price_action", "unknown_cost_action", "unlisted_item_action")


@dataclass(frozen=True)
class Offer:
	"""Cost and list price per piece; parts of a bundle with their quantities."""

	cost: Decimal
	list_price: Decimal
	parts: tuple[tuple[str, int], ...] = ()


GOODS = {
	"pipe": Offer(Decimal(70), Decimal(80)),
	"valve": Offer(Decimal(100), Decimal(150)),
	"bolt": Offer(Decimal(8), Decimal(10)),
	"kit": Offer(Decimal(240), Decimal(300), (("valve", 2), ("bolt", 5))),
}
CAPS = {"A": 15, AGREED: 15, "B": 10, "none": 0}
"""Discount caps of Major A, Major B and Major without tier in the shipped default policy."""


@dataclass(frozen=True)
class World:
	policy: str
	customers: dict[str, str]
	items: dict[str, str]
	terms: str
	till: str
	executive: str

	def account_of(self, customer: str) -> str:
		return next(name for name, own in self.customers.items() if own == customer)

	def good_of(self, item: str) -> str:
		return next(name for name, own in self.items.items() if own == item)

	def set_actions(self, action: str) -> None:
		frappe.db.set_value("KAM Policy", self.policy, dict.fromkeys(RULES, action))
		forget_policies()

	def set_basis(self, basis: str) -> None:
		frappe.db.set_value("KAM Policy", self.policy, "rebate_basis", basis)
		forget_policies()


def make_world() -> World:
	frappe.db.set_single_value("Stock Settings", "auto_insert_price_list_rate_if_missing", 0)
	# Else ERPNext itself stops most of what is tried.
	frappe.db.set_single_value("Stock Settings", "over_delivery_receipt_allowance", 300)
	frappe.db.set_single_value("Accounts Settings", "over_billing_allowance", 300)
	policy = make_policy(**dict.fromkeys(RULES, "Block"), credit_action="Off").name
	customers = {}
	for name in CAPS:
		account = make_key_account(tier=name[0] if name != "none" else None)
		customers[name] = account.customer
		if name == AGREED:
			make_rebate_agreement(account.name, submit=True)
	market = CaseMarket(customers["A"], None)
	give_early_payment(market, percentage=5)
	give_exchange_rate(market, USD=float(SITE_RATE))
	items = make_items()
	give_bolt_with_valves(items)
	terms = market.fields["payment_terms_template"]
	return World(policy, customers, items, terms, open_till(), make_user("KAM Executive"))


def make_items() -> dict[str, str]:
	items: dict[str, str] = {}
	for name, offer in GOODS.items():
		uoms = [{"uom": unit, "conversion_factor": factor} for unit, factor in UNITS.items()]
		cost = None if offer.parts else float(offer.cost)
		item = make_item(cost, float(offer.list_price), item_code=unique(name), uoms=uoms)
		items[name] = item.name
		if offer.parts:
			parts = [{"item_code": items[part], "qty": quantity} for part, quantity in offer.parts]
			insert("Product Bundle", new_item_code=item.name, items=parts)
	return items


def give_bolt_with_valves(items: dict[str, str]) -> None:
	"""A rule of the house: two bolts with twelve valves."""
	insert(
		"Pricing Rule",
		title=unique("Rule"),
		selling=1,
		currency="CNY",
		apply_on="Item Code",
		items=[{"item_code": items["valve"]}],
		price_or_product_discount="Product",
		free_item=items["bolt"],
		free_qty=2,
		min_qty=12,
		max_qty=12,
		valid_from=nowdate(),
	)
