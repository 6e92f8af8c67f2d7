"""What is still to be delivered, the best customers first (R36)."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import date_diff, flt, getdate

from kam_extension.kam_extension.report.columns import column
from kam_extension.policy.codes import AccountStatus

ROW = "Sales Order Item"
NOT_DELIVERED_NOW = ("Closed", "On Hold", "Completed")
LAST = 10**6


def execute(filters: dict | None = None) -> tuple:
	filters = frappe._dict(filters or {})
	if not filters.company:
		frappe.throw(_("Choose the company whose orders are to be delivered."), title=_("Company"))
	return get_columns(), get_rows(filters)


def get_rows(filters: frappe._dict) -> list[frappe._dict]:
	"""Rows of submitted, open sales orders that the session's user may read, in the order in which to serve them.

	Key accounts by shipping priority (of the day on which the order was last judged), then everybody else; within that
	by delivery date. Quantities in stock units. Rows that a supplier delivers are left out.
	"""
	rows = [row for row in _open_rows(filters) if flt(row.pending_qty, row.precision) > 0]
	_add_stock(rows)
	_add_hints(rows)
	today = getdate()
	for row in rows:
		row.days_late = max(date_diff(today, row.delivery_date), 0) if row.delivery_date else 0
	return sorted(rows, key=_place)


def _open_rows(filters: frappe._dict) -> list[frappe._dict]:
	"""Through `get_list`, so that roles, user permissions and sharing decide who sees which order."""
	rows = frappe.get_list(
		"Sales Order",
		filters=_conditions(filters),
		fields=[
			"name as sales_order",
			"customer",
			"customer_name",
			"kam_key_account as key_account",
			"kam_tier as tier",
			"kam_shipping_priority as priority",
			"delivery_date as order_delivery_date",
			*(
				f"`tab{ROW}`.{field}"
				for field in (
					"idx",
					"item_code",
					"item_name",
					"qty",
					"delivered_qty",
					"conversion_factor",
					"stock_uom",
					"delivery_date",
					"warehouse",
				)  # fmt: skip
			),
		],
		limit_page_length=0,
		order_by="`tabSales Order`.name, `tabSales Order Item`.idx",
	)
	precision = frappe.get_precision(ROW, "stock_qty")
	for row in rows:
		row.precision = precision
		row.delivery_date = row.delivery_date or row.order_delivery_date
		row.pending_qty = flt(
			(flt(row.qty) - flt(row.delivered_qty)) * (flt(row.conversion_factor) or 1), precision
		)
		row.priority = (row.priority or None) if row.key_account else None
	return rows


def _conditions(filters: frappe._dict) -> list[list]:
	conditions = [
		["Sales Order", "docstatus", "=", 1],
		["Sales Order", "company", "=", filters.company],
		["Sales Order", "status", "not in", NOT_DELIVERED_NOW],
		["Sales Order", "per_delivered", "<", 100],
		["Sales Order", "skip_delivery_note", "=", 0],
		[ROW, "delivered_by_supplier", "=", 0],
	]
	if filters.customer:
		conditions.append(["Sales Order", "customer", "=", filters.customer])
	if filters.key_accounts_only:
		conditions.append(["Sales Order", "kam_key_account", "is", "set"])
	if filters.warehouse:
		conditions.append([ROW, "warehouse", "in", _warehouses(filters.warehouse)])
	if filters.from_date:
		conditions.append([ROW, "delivery_date", ">=", filters.from_date])
	if filters.to_date:
		conditions.append([ROW, "delivery_date", "<=", filters.to_date])
	return conditions


def _warehouses(name: str) -> list[str]:
	"""A group of warehouses stands for those in it."""
	span = frappe.db.get_value("Warehouse", name, ("lft", "rgt"))
	if not span:
		return [name]
	filters = {"lft": (">=", span[0]), "rgt": ("<=", span[1])}
	return frappe.get_all("Warehouse", filters=filters, pluck="name")


def _add_stock(rows: Iterable[frappe._dict]) -> None:
	"""What lies in the row's warehouse. Who may read the order may know whether it can be served."""
	wanted = {(row.item_code, row.warehouse) for row in rows if row.item_code and row.warehouse}
	bins = frappe.get_all(
		"Bin",
		filters={
			"item_code": ("in", list({item for item, _warehouse in wanted})),
			"warehouse": ("in", list({warehouse for _item, warehouse in wanted})),
		},
		fields=["item_code", "warehouse", "actual_qty"],
	) if wanted else []  # fmt: skip
	actual = {(row.item_code, row.warehouse): row.actual_qty for row in bins}
	for row in rows:
		row.available_qty = flt(actual.get((row.item_code, row.warehouse)))


def _add_hints(rows: Iterable[frappe._dict]) -> None:
	"""A suspended account gets nothing, whatever its priority; the delivery would be refused with the same words."""
	accounts = {row.key_account for row in rows if row.key_account}
	filters = {"name": ("in", list(accounts)), "status": AccountStatus.SUSPENDED.value}
	suspended = set(frappe.get_all("Key Account", filters=filters, pluck="name")) if accounts else set()
	for row in rows:
		row.hint = AccountStatus.SUSPENDED.value if row.key_account in suspended else None


def _place(row: frappe._dict) -> tuple:
	own_group = row.priority or (LAST if row.key_account else LAST + 1)
	return own_group, str(row.delivery_date or ""), row.sales_order, row.idx


def get_columns() -> list[dict]:
	"""What one serves by comes first and fits a desk's width; names and accounts follow to the right."""
	return [
		column("priority", _("Priority"), "Int", None, 80),
		_link("customer", _("Customer"), "Customer", 150),
		_link("tier", _("Tier"), "KAM Tier", 60),
		_link("sales_order", _("Sales Order"), "Sales Order", 170),
		_link("item_code", _("Item"), "Item", 140),
		column("pending_qty", _("Quantity to Deliver"), "Float", None, 150),
		_link("stock_uom", _("Stock UOM"), "UOM", 100),
		column("delivery_date", _("Delivery Date"), "Date", None, 115),
		column("days_late", _("Days Late"), "Int", None, 90),
		column("available_qty", _("Available Quantity"), "Float", None, 150),
		column("hint", _("Hint"), "Data", None, 100),
		_link("warehouse", _("Warehouse"), "Warehouse", 140),
		column("customer_name", _("Customer Name"), "Data", None, 160),
		column("item_name", _("Item Name"), "Data", None, 160),
		_link("key_account", _("Key Account"), "Key Account", 110),
	]


def _link(fieldname: str, label: str, doctype: str, width: int) -> dict:
	"""A link for those who may open what it leads to. Frappe refuses a report with links that its reader may not read."""
	if frappe.has_permission(doctype, "read"):
		return column(fieldname, label, "Link", doctype, width)
	return column(fieldname, label, "Data", None, width)
