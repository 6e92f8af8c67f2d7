"""What sales orders still stand for when their rebate is claimed: after returns, credit notes and closing (R38)."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Coalesce, Sum

from kam_extension.integration.rebates.receipts import order_shares
from kam_extension.policy.money import ZERO, decimal
from kam_extension.policy.standing_order import OrderRow, standing_net


def standing_shares(orders: Iterable[str], closed: Iterable[str]) -> dict[str, Decimal]:
	"""{sales order: what is left of its net amount, as a share of what was ordered}; 1 where nothing was ordered.

	`closed` are those of the orders that were closed: of them counts what was invoiced, which may be above 1.
	The number of queries is fixed.
	"""
	names, closed = set(orders), set(closed)
	if not names:
		return {}
	invoiced, credited, apart = _billed(names)
	rows = _order_rows(names, invoiced, credited)
	found = {}
	for order in names:
		ordered = sum((row.ordered for row in rows[order]), ZERO)
		net = standing_net(rows[order], order in closed, apart[order])
		found[order] = net / ordered if ordered > 0 else Decimal(1)
	return found


def _order_rows(orders: set[str], invoiced: dict, credited: dict) -> dict[str, list[OrderRow]]:
	item = DocType("Sales Order Item")
	rows = (
		frappe.qb.from_(item)
		.select(
			item.name,
			item.parent,
			item.qty,
			item.delivered_qty,
			item.base_net_amount,
		)
		.where(item.parent.isin(orders))
		.where(item.parenttype == "Sales Order")
	).run(as_dict=True)
	returned = _returned_quantities(orders)
	found = defaultdict(list)
	named = set()
	for row in rows:
		key = (row.parent, row.name)
		named.add(key)
		found[row.parent].append(_order_row(row, invoiced[key], credited[key], returned.get(row.name, ZERO)))
	for key in (invoiced.keys() | credited.keys()) - named:
		found[key[0]].append(OrderRow(ZERO, invoiced[key], credited[key]))
	return found


def _order_row(row, invoiced: Decimal, credited: Decimal, returned: Decimal) -> OrderRow:
	ordered, delivered = decimal(row.base_net_amount), decimal(row.delivered_qty)
	quantity = decimal(row.qty)
	not_there = max(quantity - delivered, ZERO)
	per_unit = ordered / quantity if quantity else ZERO
	return OrderRow(
		ordered=ordered,
		invoiced=invoiced,
		credited=credited,
		delivered=delivered * per_unit,
		returned=min(returned, not_there) * per_unit,
	)


def _returned_quantities(orders: set[str]) -> dict[str, Decimal]:
	"""{order row: quantity that came back}. ERPNext's `returned_qty` stays 0 for returns that a server call made."""
	delivery, item = DocType("Delivery Note"), DocType("Delivery Note Item")
	rows = (
		frappe.qb.from_(item)
		.inner_join(delivery)
		.on(delivery.name == item.parent)
		.select(item.so_detail, Sum(item.qty).as_("quantity"))
		.where(item.against_sales_order.isin(orders))
		.where(delivery.docstatus == 1)
		.where(delivery.is_return == 1)
		.groupby(item.so_detail)
	).run(as_dict=True)
	return {row.so_detail: -decimal(row.quantity) for row in rows}


def _billed(orders: set[str]) -> tuple[dict, dict, dict[str, Decimal]]:
	"""Invoiced and credited amounts by (order, order row), and what credit notes that name no row gave back."""
	invoiced, credited = defaultdict(Decimal), defaultdict(Decimal)
	invoices = set()
	for row in _invoice_rows(orders):
		key = (row.sales_order, row.so_detail or "")
		if row.is_return:
			credited[key] -= decimal(row.net)
		else:
			invoices.add(row.invoice)
			invoiced[key] += decimal(row.net)
	apart = defaultdict(Decimal)
	unnamed = _unnamed_returns(invoices)
	shares = order_shares({row.return_against for row in unnamed})
	for row in unnamed:
		for order, share in shares.get(row.return_against, {}).items():
			apart[order] -= decimal(row.net) * share
	return invoiced, credited, apart


def _invoice_rows(orders: set[str]) -> list:
	invoice, item = DocType("Sales Invoice"), DocType("Sales Invoice Item")
	return (
		frappe.qb.from_(item)
		.inner_join(invoice)
		.on(invoice.name == item.parent)
		.select(
			invoice.name.as_("invoice"),
			invoice.is_return,
			item.sales_order,
			item.so_detail,
			Sum(item.base_net_amount).as_("net"),
		)
		.where(item.sales_order.isin(orders))
		.where(invoice.docstatus == 1)
		.groupby(invoice.name, item.sales_order, item.so_detail)
	).run(as_dict=True)


def _unnamed_returns(invoices: set[str]) -> list:
	"""Net amounts, by original invoice, of credit note rows that name no order."""
	if not invoices:
		return []
	credit_note, item = DocType("Sales Invoice"), DocType("Sales Invoice Item")
	return (
		frappe.qb.from_(credit_note)
		.inner_join(item)
		.on(item.parent == credit_note.name)
		.select(credit_note.return_against, Sum(item.base_net_amount).as_("net"))
		.where(credit_note.return_against.isin(invoices))
		.where(credit_note.docstatus == 1)
		.where(credit_note.is_return == 1)
		.where(Coalesce(item.sales_order, "") == "")
		.groupby(credit_note.return_against)
	).run(as_dict=True)
