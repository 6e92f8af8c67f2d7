"""Where the random orders are placed: every source of cost and price, every kind of account."""

from dataclasses import dataclass, field
from random import Random

import frappe
from frappe.utils import add_days, add_months, nowdate

from kam_extension.integration.policies.policies import forget_policies
from tests.site.case_market import CaseMarket, account_named, give_early_payment, give_exchange_rate
from tests.site.factories import (
	COST_PRICE_LIST,
	company,
	insert,
	make_customer,
	make_item,
	make_key_account,
	make_policy,
	make_price,
	make_rebate_agreement,
	make_user,
	unique,
)
from tests.site.programme_setup import programme

ACTIONS = (
	"margin_action", "price_action", "unknown_cost_action", "unlisted_item_action", "credit_action",
	"unknown_exchange_rate_action",
)  # fmt: skip
SITE_RATE = 7
COSTS = {"pipe": 70, "valve": 100, "bolt": 8, "drum": 200, "survey": 50, "taxed": 90}
LISTED = {"pipe": 80, "valve": 150, "bolt": 10, "kit": 300, "sample": 90, "taxed": 120}
LISTED |= {"stocked": 110, "bought": 70, "made": 140}
WORTH = LISTED | {"drum": 260, "survey": 65}
"""What a piece sells for, more or less."""


@dataclass
class Market:
	policy: str
	items: dict[str, str]
	terms: str
	dealer: str
	other_dealer: str
	executive: str
	accounts: list = field(default_factory=list)
	special: dict[str, object] = field(default_factory=dict)
	"""Accounts that only certain deals are about, by what is special."""

	def set_actions(self, action: str) -> None:
		frappe.db.set_value("KAM Policy", self.policy, dict.fromkeys(ACTIONS, action))
		forget_policies()


def open_market(basis: str, chance: Random) -> Market:
	"""`basis` is the policy's rebate basis."""
	frappe.db.set_single_value("Stock Settings", "auto_insert_price_list_rate_if_missing", 0)
	market = Market(
		policy=_policy(basis, chance),
		items=_items(),
		terms=_early_payment(),
		dealer=_dealer(),
		other_dealer=_dealer(),
		executive=make_user("KAM Executive"),
	)
	_pricing_rules(market.items)
	_accounts(market)
	give_exchange_rate(CaseMarket("", None), USD=SITE_RATE)
	return market


def _policy(basis: str, chance: Random) -> str:
	growth, bands = programme("GROW", (10_000, 1), priced_in_rate=1.5)
	return make_policy(
		**dict.fromkeys(ACTIONS, "Block"),
		rebate_basis=basis,
		rebate_base=chance.choice(("Gross Receipts", "Net Receipts")),
		exclude_dealer_led=chance.choice((0, 1)),
		cost_sources=[
			{"source": source}
			for source in ("Cost Price List", "Valuation Rate", "Last Purchase Rate", "BOM")
		],
		rebate_programmes=[growth],
		programme_bands=bands,
	).name


def _items() -> dict[str, str]:
	boxes = {"uoms": [{"uom": "Box", "conversion_factor": 12}]}
	items = {
		name: make_item(COSTS.get(name), LISTED.get(name), item_code=unique(name), **boxes).name
		for name in ("valve", "bolt", "survey", "sample", "kit", "drum", "taxed", "bought")
	}
	items["pipe"] = make_item(item_code=unique("pipe"), **boxes).name
	make_price(items["bolt"], 115, uom="Box")
	make_price(items["drum"], 3120, uom="Box")
	_dated_prices(items["pipe"])
	parts = [{"item_code": items["valve"], "qty": 2}, {"item_code": items["bolt"], "qty": 5}]
	insert("Product Bundle", new_item_code=items["kit"], items=parts)
	frappe.db.set_value("Item", items["bought"], "last_purchase_rate", 45.5)
	for name, rate in (("stocked", 81.3), ("raw", 24.7)):
		items[name] = make_item(None, LISTED.get(name), item_code=unique(name), is_stock_item=1).name
		_receive(items[name], "Stores", 30, rate)
		_receive(items[name], "Finished Goods", 10, rate * 1.1)
	items["made"] = make_item(None, LISTED["made"], item_code=unique("made"), is_stock_item=1).name
	_bill_of_materials(items["made"], items.pop("raw"))
	_tax_template(items["taxed"])
	return items


def _dated_prices(item: str) -> None:
	"""Younger prices than those that count: past, to come, of one customer, of one supplier."""
	make_price(item, LISTED["pipe"], valid_from="2018-01-01")
	make_price(item, COSTS["pipe"], COST_PRICE_LIST, valid_from="2018-01-01")
	make_price(item, 40, valid_from="2019-01-01", valid_upto=add_days(nowdate(), -1))
	make_price(item, 400, valid_from=add_months(nowdate(), 6))
	make_price(item, 1, customer=make_customer().name, valid_from="2021-01-01")
	supplier = insert("Supplier", supplier_name=unique("Supplier"), supplier_group="Local").name
	make_price(item, 2, COST_PRICE_LIST, supplier=supplier, valid_from="2021-01-01")


def _receive(item: str, warehouse: str, quantity: float, rate: float) -> None:
	store = frappe.db.get_value("Warehouse", {"company": company(), "warehouse_name": warehouse})
	row = {"item_code": item, "qty": quantity, "basic_rate": rate, "t_warehouse": store}
	insert("Stock Entry", True, stock_entry_type="Material Receipt", company=company(), items=[row])


def _bill_of_materials(item: str, raw: str) -> None:
	rows = [{"item_code": raw, "qty": 15, "rate": 24.7}]
	insert("BOM", True, item=item, company=company(), quantity=4, currency="CNY", items=rows)


def _tax_template(item: str) -> None:
	"""The item bears 6 % where others bear 13 %."""
	rates = [{"tax_type": account_named("VAT"), "tax_rate": 6}]
	template = insert("Item Tax Template", title=unique("Reduced"), company=company(), taxes=rates)
	document = frappe.get_doc("Item", item)
	document.append("taxes", {"item_tax_template": template.name})
	document.save()


def _early_payment() -> str:
	market = CaseMarket("", None)
	give_early_payment(market, percentage=5)
	return market.fields["payment_terms_template"]


def _dealer() -> str:
	values = {"partner_name": unique("Dealer"), "commission_rate": 0, "territory": "All Territories"}
	return insert("Sales Partner", **values).name


def _pricing_rules(items: dict[str, str]) -> None:
	"""Two bolts with twelve valves, and a thirteenth drum with twelve."""
	shared = {
		"selling": 1,
		"currency": "CNY",
		"apply_on": "Item Code",
		"price_or_product_discount": "Product",
	}
	amount = {"min_qty": 12, "max_qty": 12, "valid_from": nowdate()}
	given = {"items": [{"item_code": items["valve"]}], "free_item": items["bolt"], "free_qty": 2}
	insert("Pricing Rule", title=unique("Rule"), **shared, **amount, **given)
	same = {"items": [{"item_code": items["survey"]}], "same_item": 1, "free_qty": 1}
	insert("Pricing Rule", title=unique("Rule"), **shared, **amount, **same)


def _accounts(market: Market) -> None:
	for account_class, tier in (("Major", "A"), ("Major", "B"), ("Ordinary", "C"), ("Major", None)):
		market.accounts.append(make_key_account(account_class=account_class, tier=tier))
	for tier, terms in (
		("A", {}),
		("B", {"rate_source": "Special", "special_rate": 6.5}),
		("A", {"programmes": [{"programme": "GROW"}]}),
		("C", {"programmes": [{"programme": "GROW"}], "programmes_only": 1}),
	):
		account = make_key_account(tier=tier)
		make_rebate_agreement(account.name, submit=True, **terms)
		market.accounts.append(account)
	market.special["dealer"] = make_key_account(sales_partner=market.dealer)
	market.special["named"] = make_key_account()
	market.special["internal"] = make_key_account(_own_company())


def _own_company() -> str:
	return make_customer(
		is_internal_customer=1, represents_company=company(), companies=[{"company": company()}]
	).name
