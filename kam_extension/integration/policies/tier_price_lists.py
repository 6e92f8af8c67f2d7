"""Tier prices as native price lists (R20).

A tier row with a price list of its own uses that. A row with a discount gets a managed list, the base list less the
discount, which follows every change of the base list. Pricing Rules were not used: a rule's condition is ignored
where ERPNext prices without a document, so it would reach customers who are no key accounts.
"""

import frappe
from frappe import _
from frappe.query_builder import DocType

from kam_extension.integration.money import currency_precision
from kam_extension.policy.terms import PolicyTerms, TierTerms

COPIED_FIELDS = (
	"item_code", "uom", "packing_unit", "item_name", "brand", "item_description", "customer", "batch_no", "currency",
	"valid_from", "valid_upto", "lead_time_days", "note", "reference",
)  # fmt: skip


def price_list_of(terms: PolicyTerms, level: TierTerms) -> str | None:
	"""The price list that customers of a service level get, None for their own."""
	if _is_managed(terms, level):
		return managed_list_name(terms.base_price_list, level.discount_percentage)
	return level.price_list if level.price_list != terms.base_price_list else None


def managed_list_name(base_price_list: str, discount: object) -> str:
	"""Same base and discount, same list, whichever policy asks."""
	return f"{base_price_list} - {float(discount):g}%"


def publish_policy_prices(terms: PolicyTerms) -> None:
	"""Make the managed lists of a policy's tiers, filled from the base list."""
	discounts = {level.discount_percentage for level in terms.tiers if _is_managed(terms, level)}
	for discount in sorted(discounts):
		name = managed_list_name(terms.base_price_list, discount)
		_ensure_list(name, terms.base_price_list, discount)
		refill(name)


def follow_item_price(item_price, method: str | None = None) -> None:
	"""Event of Item Price: carry one base price's change into the managed lists."""
	for managed in _managed_lists(item_price.price_list):
		if method == "on_trash":
			_delete_copies(managed, item_price.name)
		else:
			_bring_in_step(managed, item_price.name)


def refill_all() -> None:
	"""Nightly: bring every managed list in step, whatever wrote to the base list."""
	for name in frappe.get_all("Price List", filters={"kam_base_price_list": ("is", "set")}, pluck="name"):
		refill(name)


def refill(name: str) -> None:
	"""Bring a managed list in step with its base list: prices that differ are written, and no other."""
	_bring_in_step(frappe.get_cached_doc("Price List", name))


def _is_managed(terms: PolicyTerms, level: TierTerms) -> bool:
	has_own_list = level.price_list and level.price_list != terms.base_price_list
	return bool(terms.base_price_list and level.discount_percentage) and not has_own_list


def _managed_lists(base_price_list: str) -> list:
	names = frappe.get_all("Price List", filters={"kam_base_price_list": base_price_list}, pluck="name")
	return [frappe.get_cached_doc("Price List", name) for name in names]


def _ensure_list(name: str, base_price_list: str, discount: object) -> None:
	if not frappe.db.exists("Price List", name):
		_make_list(name, base_price_list, discount)
	elif frappe.db.get_value("Price List", name, "kam_base_price_list") != base_price_list:
		frappe.throw(
			_(
				"Price List {0} exists, but its prices are not kept by the policy. Rename it, then submit again."
			).format(frappe.bold(name)),
			title=_("Price List Not Usable"),
		)


def _make_list(name: str, base_price_list: str, discount: object) -> None:
	base = frappe.get_cached_doc("Price List", base_price_list)
	managed = frappe.new_doc("Price List")
	managed.update(
		{
			"price_list_name": name,
			"currency": base.currency,
			"selling": 1,
			"enabled": 1,
			"price_not_uom_dependent": base.price_not_uom_dependent,
			"kam_base_price_list": base_price_list,
			"kam_discount_percentage": float(discount),
		}
	)
	# Whoever may submit a policy may have its price lists made.
	managed.insert(ignore_permissions=True)


def _delete_copies(managed, base_item_price: str) -> None:
	price = DocType("Item Price")
	query = frappe.qb.from_(price).delete().where(price.price_list == managed.name)
	query.where(price.kam_base_item_price == base_item_price).run()


# A price agreed with one customer is copied as it is. Where ERPNext looks for an item's price without naming a list, it
# takes the latest, or any for buying. That has to stay the base price for everybody, so a copy is older than its
# original and for selling only.
_WANTED = {
	"name": "sha1(concat(%(name)s, base.name))",
	"creation": "base.creation",
	"modified": "base.modified - interval 1 second",
	"price_list_rate": """if(ifnull(base.customer, '') != '', base.price_list_rate,
		round(base.price_list_rate * (100 - %(discount)s) / 100, %(precision)s))""",
	"kam_base_item_price": "base.name",
	**{field: f"base.`{field}`" for field in COPIED_FIELDS},
}
_SAME = " and ".join(f"{value} <=> copy.`{field}`" for field, value in _WANTED.items())


def _bring_in_step(managed, base_item_price: str | None = None) -> None:
	"""Delete the rows of the list that the base list doesn't call for as they are, and insert those that are missing.

	Conditions are such that an index serves them: a single price locks its own rows only.
	"""
	values = {
		"name": managed.name,
		"user": frappe.session.user,
		"discount": managed.kam_discount_percentage,
		"precision": currency_precision(managed.currency),
		"base": managed.kam_base_price_list,
		"base_item_price": base_item_price,
	}
	of_copy = "and copy.kam_base_item_price = %(base_item_price)s" if base_item_price else ""
	frappe.db.sql(
		f"""
		delete copy from `tabItem Price` copy
			left join `tabItem Price` base on base.name = copy.kam_base_item_price
				and base.price_list = %(base)s and {_SAME}
		where copy.price_list = %(name)s and base.name is null {of_copy}
		""",
		values,
	)
	columns = ", ".join(f"`{field}`" for field in _WANTED)
	of_base = "and base.name = %(base_item_price)s" if base_item_price else ""
	frappe.db.sql(
		f"""
		insert into `tabItem Price` ({columns}, owner, modified_by, docstatus, price_list, buying, selling)
		select {", ".join(f"wanted.`{field}`" for field in _WANTED)}, %(user)s, %(user)s, 0, %(name)s, 0, 1
		from (
			select {", ".join(f"{value} `{field}`" for field, value in _WANTED.items())}
			from `tabItem Price` base where base.price_list = %(base)s {of_base}
		) wanted
		left join `tabItem Price` copy on copy.name = wanted.name
		where copy.name is null
		""",
		values,
	)


def refuse_manual_change(item_price, method: str | None = None) -> None:
	"""Event of Item Price: rows of a managed list follow the base list and nothing else.

	A new row is let in with a warning: ERPNext makes one by itself while it saves an order for an unlisted item.
	The nightly refill takes it out again.
	"""
	base = frappe.get_cached_value("Price List", item_price.price_list, "kam_base_price_list")
	if not base:
		return
	message = _("Price list {0} is kept in step with {1}. Change the item's price in {1}.").format(
		frappe.bold(item_price.price_list), frappe.bold(base)
	)
	if item_price.is_new():
		frappe.msgprint(message, alert=True, indicator="orange")
	else:
		frappe.throw(message, title=_("Managed Price List"))
