"""Past sales orders of key accounts in chunks, each with its rows, charges, terms and packages (R62).

A chunk is read by a fixed number of queries and dropped before the next one: memory does not grow with the period.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import frappe

from kam_extension.integration.replay.snapshot import Reading

CHUNK = 500


@dataclass(frozen=True)
class Selection:
	"""Which orders are replayed: dated `from_date` to `to_date` (both inclusive), of these accounts."""

	company: str
	from_date: date
	to_date: date
	account_class: str | None = None
	tier: str | None = None
	key_accounts: Sequence[str] = ()

	def condition(self) -> str:
		"""On `account`, the Key Account; values as in `values`."""
		wanted = ["account.name in %(key_accounts)s"] if self.key_accounts else []
		wanted += ["account.account_class = %(account_class)s"] if self.account_class else []
		wanted += ["account.tier = %(tier)s"] if self.tier else []
		return " and ".join(wanted) or "true"

	def values(self) -> dict:
		return vars(self) | {"key_accounts": tuple(self.key_accounts)}


_OF_PERIOD = """
	from `tabSales Order` o join `tabKey Account` account on account.customer = o.customer
		join `tabCustomer` customer on customer.name = o.customer
	where o.company = %(company)s and o.docstatus = 1 and o.transaction_date between %(from_date)s and %(to_date)s
"""
_HEADS = """
	select o.name, o.transaction_date, o.creation, o.customer, o.customer_name, o.company, o.currency,
		o.conversion_rate, o.base_net_total, o.base_grand_total, o.sales_partner, o.amended_from, o.kam_key_account,
		o.kam_tier, o.kam_account_class, o.kam_policy, o.kam_exchange_rate, o.kam_other_costs,
		account.name key_account, account.account_class, account.tier, account.sales_partner account_partner,
		(customer.is_internal_customer = 1 and ifnull(customer.represents_company, '') != '') is_internal
"""
_ROWS = """
	select parent, name, idx, item_code, item_name, item_group, brand, qty, uom, stock_uom, conversion_factor, rate,
		base_net_rate, base_net_amount, warehouse, is_free_item, pricing_rules, item_tax_rate, prevdoc_docname
	from `tabSales Order Item` where parent in %(orders)s and parenttype = 'Sales Order' order by parent, idx
"""
_CHARGES = """
	select charge.parent, charge.idx, charge.charge_type, charge.row_id, charge.account_head, charge.rate,
		charge.included_in_print_rate, charge.base_tax_amount_after_discount_amount, account.account_type
	from `tabSales Taxes and Charges` charge left join `tabAccount` account on account.name = charge.account_head
	where charge.parent in %(orders)s and charge.parenttype = 'Sales Order' order by charge.parent, charge.idx
"""
_TERMS = """
	select parent, discount, discount_type, payment_amount from `tabPayment Schedule`
	where parent in %(orders)s and parenttype = 'Sales Order' and discount > 0
"""
_PACKED = """
	select parent, parent_item, parent_detail_docname, item_code, qty, warehouse from `tabPacked Item`
	where parent in %(orders)s and parenttype = 'Sales Order' order by parent, idx
"""
_PARTS = {"items": _ROWS, "taxes": _CHARGES, "payment_schedule": _TERMS, "packed_items": _PACKED}


def orders_by_day(selection: Selection) -> list[tuple[date, int]]:
	"""(day, orders of the day), the earliest first."""
	return list(
		frappe.db.sql(
			f"""select o.transaction_date, count(*) {_OF_PERIOD} and {selection.condition()}
			group by o.transaction_date order by o.transaction_date""",
			selection.values(),
		)
	)


def read_chunk(selection: Selection, after: tuple[date, str] | None) -> list[frappe._dict]:
	"""The next orders by date and name, after (date, name) of the last one; empty at the end. Each looks like a document."""
	position = "and (o.transaction_date, o.name) > (%(day)s, %(name)s)" if after else ""
	# The parts of the condition are constants; every value is a parameter.
	orders = frappe.db.sql(
		f"{_HEADS} {_OF_PERIOD} and {selection.condition()} {position} order by o.transaction_date, o.name limit {CHUNK}",
		selection.values() | dict(zip(("day", "name"), after or (None, None), strict=True)),
		as_dict=True,
	)
	if orders:
		_add_parts(orders)
	return orders


def _add_parts(orders: list[frappe._dict]) -> None:
	names = {"orders": tuple(order.name for order in orders)}
	for field, query in _PARTS.items():
		found = defaultdict(list)
		for row in frappe.db.sql(query, names, as_dict=True):
			row.flags = frappe._dict()
			found[row.parent].append(row)
		for order in orders:
			order[field] = found.get(order.name, [])
			order.doctype = "Sales Order"


def chunks(
	selection: Selection, days: Sequence[tuple[date, int]], reading: Reading
) -> Iterator[list[frappe._dict]]:
	"""All orders of the `days`, as by `orders_by_day`, in chunks; each is read within `reading()`.

	The database looks at the days of a chunk alone, not at the whole period again and again.
	"""
	for first, last in _stretches(days):
		part, after, is_last = replace(selection, from_date=first, to_date=last), None, False
		while not is_last:
			with reading():
				orders = read_chunk(part, after)
			is_last = len(orders) < CHUNK
			if orders:
				after = (orders[-1].transaction_date, orders[-1].name)
				yield orders


def _stretches(days: Sequence[tuple[date, int]]) -> Iterator[tuple[date, date]]:
	"""(first day, last day) of as many days as fit into a chunk; a day of more orders is a stretch of its own."""
	stretch, orders = [], 0
	for day, count in days:
		if stretch and orders + count > CHUNK:
			yield stretch[0], stretch[-1]
			stretch, orders = [], 0
		stretch.append(day)
		orders += count
	if stretch:
		yield stretch[0], stretch[-1]
