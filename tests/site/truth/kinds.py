"""What random orders are about, a function each."""

import json
from collections.abc import Callable, Iterable

import frappe
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of

from tests.site.case_market import account_named, approve_exception, in_two_weeks, tax_row
from tests.site.factories import company, make_quotation, make_rebate_agreement
from tests.site.truth.deals import Deals
from tests.site.truth.market import SITE_RATE

INCLUDED = {"included_in_print_rate": 1, "description": "Tax"}


def place(deals: Deals, kinds: Iterable[str]) -> None:
	for kind in kinds:
		deals.about = kind
		KINDS[kind](deals)
		frappe.clear_messages()


def shuffled(deals: Deals) -> list[str]:
	kinds = list(KINDS)
	deals.chance.shuffle(kinds)
	return kinds


def plain(deals: Deals) -> None:
	deals.submit(deals.order(deals.line()))


def of_good(good: str) -> Callable[[Deals], None]:
	def place(deals: Deals) -> None:
		deals.submit(deals.order(deals.line(good)))

	return place


def in_warehouses(good: str) -> Callable[[Deals], None]:
	"""From two that have stock, at rates of their own, and from one that has none."""

	def place(deals: Deals) -> None:
		names = ("Stores", "Finished Goods", "Work In Progress")
		lines = [deals.line(good, warehouse=_warehouse(name)) for name in names]
		deals.submit(deals.order(*lines))

	return place


def _warehouse(name: str) -> str:
	return frappe.db.get_value("Warehouse", {"company": company(), "warehouse_name": name})


def in_boxes(deals: Deals) -> None:
	"""Boxes that hold what the item says, and boxes that somebody claims to hold less or more."""
	lines = [
		deals.line(good, uom="Box", conversion_factor=factor)
		for good, factor in (("bolt", 12), ("pipe", 1), ("valve", 24), ("bolt", 3))
	]
	deals.submit(deals.order(*lines))


def package(deals: Deals) -> None:
	"""A part that the bundle does not hold goes into its package."""
	order = deals.order(deals.line("kit", 3)).insert()
	order.append("packed_items", _packed(order, deals.market.items["pipe"])).parent_item = order.items[
		0
	].item_code
	order.save()
	deals.submit(order)


def _packed(order, item: str) -> dict:
	row = order.items[0]
	return {"item_code": item, "qty": 2, "parent_detail_docname": row.name, "parent_item": row.item_code}


def gift_of_house(deals: Deals) -> None:
	deals.submit(deals.order(deals.line("valve", 12)))


def same_gift(deals: Deals) -> None:
	deals.submit(deals.order(deals.line("survey", 12)))


def forged_gift(deals: Deals) -> None:
	deals.submit(deals.order(deals.line(), (deals.market.items["bolt"], 5, 0.01, {"is_free_item": 1})))


def taxed(*taxes: str) -> Callable[[Deals], None]:
	def place(deals: Deals) -> None:
		deals.submit(deals.order(deals.line(), deals.line("taxed"), taxes=[tax_row(tax) for tax in taxes]))

	return place


def tax_on_tax(deals: Deals) -> None:
	head = account_named("VAT")
	taxes = [
		INCLUDED | {"charge_type": "On Net Total", "account_head": head, "rate": 13},
		INCLUDED | {"charge_type": "On Previous Row Amount", "account_head": head, "rate": 10, "row_id": 1},
		INCLUDED | {"charge_type": "On Previous Row Total", "account_head": head, "rate": 2, "row_id": 2},
	]
	deals.submit(deals.order(deals.line(), taxes=taxes))


def tax_per_piece(deals: Deals) -> None:
	tax = {"charge_type": "On Item Quantity", "account_head": account_named("VAT"), "rate": 3}
	deals.submit(deals.order(deals.line(), deals.line(), taxes=[INCLUDED | tax]))


def discounted(deals: Deals) -> None:
	on = deals.chance.choice(("Net Total", "Grand Total"))
	taxes = [tax_row(deals.chance.choice(("VAT", "VAT included")))]
	fields = {"apply_discount_on": on, "additional_discount_percentage": deals.chance.choice((3, 12))}
	deals.submit(deals.order(deals.line(), taxes=taxes, **fields))


def early_payment(deals: Deals) -> None:
	deals.submit(deals.order(deals.line(), payment_terms_template=deals.market.terms, taxes=[tax_row("VAT")]))


def other_costs(deals: Deals) -> None:
	deals.submit(deals.order(deals.line(), kam_other_costs=deals.chance.choice((1, 300, 12345.67))))


def unknown_rate(deals: Deals) -> None:
	"""Nothing on the site says what an euro is worth."""
	deals.submit(deals.order(deals.line(), currency="EUR", conversion_rate=8))


def in_dollars(rate: float | None) -> Callable[[Deals], None]:
	def place(deals: Deals) -> None:
		factor = rate or SITE_RATE
		lines = [
			(item, quantity, round(price / SITE_RATE, 2), more)
			for item, quantity, price, more in (deals.line(), deals.line())
		]
		taxes = [tax_row(deals.chance.choice(("VAT", "VAT included")))]
		order = deals.order(*lines, currency="USD", conversion_rate=factor, taxes=taxes)
		order.items = order.items[:2]
		deals.submit(order)

	return place


def dealer_led(is_registered: bool) -> Callable[[Deals], None]:
	def place(deals: Deals) -> None:
		partner = deals.market.dealer if is_registered else deals.market.other_dealer
		deals.submit(deals.order(deals.line(), account=deals.market.special["dealer"], sales_partner=partner))

	return place


def between_companies(deals: Deals) -> None:
	deals.submit(deals.order(deals.line(), account=deals.market.special["internal"]))


def named_agreement(is_amended: bool) -> Callable[[Deals], None]:
	"""The agreement names the order, and covers what that is amended into."""

	def place(deals: Deals) -> None:
		account = deals.market.special["named"]
		order = deals.order(deals.line(), account=account).insert()
		named = {"reference_doctype": "Sales Order", "reference_name": order.name}
		make_rebate_agreement(account.name, submit=True, orders=[named])
		name = deals.submit(order)
		if is_amended:
			amended(deals, name)

	return place


def amended(deals: Deals, name: str | None = None) -> None:
	name = name or deals.submit(deals.order(deals.line()))
	for _generation in range(2):
		cancelled = frappe.get_doc("Sales Order", name)
		cancelled.cancel()
		del deals.placed[name]
		deals.refused.discard(name)
		again = frappe.copy_doc(cancelled)
		again.update({"docstatus": 0, "amended_from": name})
		name = deals.submit(again)


def quoted(deals: Deals) -> None:
	account = deals.chance.choice(deals.market.accounts)
	lines = [(deals.market.items["pipe"], 10, 120), (deals.market.items["valve"], 5, 180)]
	quotation = make_quotation(account.customer, lines, submit=True)
	order = order_of(quotation.name)
	order.delivery_date = in_two_weeks()
	deals.submit(order)


def excepted(deals: Deals) -> None:
	order = deals.order((deals.market.items["pipe"], 10, 41)).insert()
	approve_exception(order, deals.market.executive)
	deals.submit(order.reload())


def changed(deals: Deals) -> None:
	"""*Update Items* after the submit: the decision on the change counts."""
	name = deals.submit(deals.order(deals.line()))
	order = frappe.get_doc("Sales Order", name)
	rows = [
		{
			"docname": row.name,
			"item_code": row.item_code,
			"qty": row.qty + 2,
			"rate": row.rate - 1,
			"uom": row.uom,
		}
		for row in order.items
		if not row.is_free_item
	]
	deals.market.set_actions("Warn")
	update_child_qty_rate("Sales Order", json.dumps(rows, default=str), name)
	deals.market.set_actions("Block")
	deals.refused.discard(name)


KINDS: dict[str, Callable[[Deals], None]] = {
	"plain": plain,
	"several bands": plain,
	"unknown cost": of_good("sample"),
	"unlisted": of_good("survey"),
	"bundle": of_good("kit"),
	"listed by the box": of_good("drum"),
	"bought": of_good("bought"),
	"stocked": in_warehouses("stocked"),
	"made": in_warehouses("made"),
	"boxes": in_boxes,
	"package": package,
	"gift of the house": gift_of_house,
	"the same as a gift": same_gift,
	"forged gift": forged_gift,
	"tax": taxed("VAT"),
	"tax included": taxed("VAT included"),
	"tax on tax": tax_on_tax,
	"tax per piece": tax_per_piece,
	"negative charge": taxed("charge -200", "VAT"),
	"discounted": discounted,
	"early payment": early_payment,
	"other costs": other_costs,
	"dollars": in_dollars(None),
	"dear dollars": in_dollars(50),
	"cheap dollars": in_dollars(6.5),
	"unknown rate": unknown_rate,
	"registered dealer": dealer_led(True),
	"another dealer": dealer_led(False),
	"between own companies": between_companies,
	"named agreement": named_agreement(False),
	"amended under a named agreement": named_agreement(True),
	"amended": amended,
	"quoted": quoted,
	"excepted": excepted,
	"changed": changed,
}
