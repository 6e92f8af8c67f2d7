"""The book's orders with more rows, what items cost, and the records of what was decided about them."""

import json
from collections.abc import Mapping

import frappe

from book import tables
from book.orders import HELPER, SALES_ORDER_ITEM
from kam_extension.integration.accounts.account_file import load_account
from kam_extension.integration.decisions.decision_details import details_of
from kam_extension.integration.enforcement.judgement import Judgement
from kam_extension.integration.replay import run
from kam_extension.integration.replay.order_facts import past_orders
from kam_extension.integration.replay.order_rows import chunks, orders_by_day
from kam_extension.integration.replay.snapshot import snapshot
from kam_extension.integration.replay.verdicts import judge_past

ROWS = 5
# The rows behind the first two: each of another item, a quarter of the first row's quantity, at the list's price.
RATE = "100 + (number + 7 * side) %% %(items)s %% 50"
QUANTITY = "round(first_qty / 4, 3)"
MORE_ROWS = SALES_ORDER_ITEM | {
	"name": "concat('sw', lpad(10 * number + side, 10, '0'))",
	"qty": QUANTITY,
	"stock_qty": QUANTITY,
	**dict.fromkeys(("rate", "base_rate", "net_rate", "base_net_rate"), RATE),
	**dict.fromkeys(
		("amount", "base_amount", "net_amount", "base_net_amount"), f"round(({QUANTITY}) * ({RATE}), 2)"
	),
}
FIRST_RATES = """
	update `tabSales Order Item` set net_rate = net_amount / qty, base_net_rate = base_net_amount / qty where qty > 0
"""
TOTALS = """
	update `tabSales Order` o join (
		select parent, sum(base_net_amount) net from `tabSales Order Item` group by parent
	) row on row.parent = o.name
	set o.base_net_total = net, o.net_total = net, o.base_grand_total = round(net * 1.13, 2),
		o.grand_total = round(net * 1.13, 2)
"""
# From four fifths of the list price down to a half.
COST = {
	"name": "concat('ic', lpad(seq, 5, '0'))",
	"item_code": "concat('ITEM-', lpad(seq, 4, '0'))",
	"item_name": "concat('ITEM-', lpad(seq, 4, '0'))",
	"price_list": "%(cost_price_list)s",
	"buying": "1",
	"currency": "%(currency)s",
	"uom": "'Nos'",
	"price_list_rate": "round((100 + seq %% 50) * (80 - seq %% 4 * 10) / 100, 2)",
}
DECISION_COLUMNS = (
	"name", "creation", "modified", "owner", "modified_by", "reference_doctype", "reference_name", "key_account",
	"customer", "company", "policy", "tier", "verdict", "decided_at", "decided_by", "document_date", "net_total",
	"passing_net", "details",
)  # fmt: skip


def widen_orders(values: Mapping) -> None:
	"""Give each order of `load_orders` five rows, and every item a cost. Commits."""
	sides = f"`tab{HELPER}` join (select seq side from seq_2_to_{ROWS - 1}) sides"
	columns = tables.FRAMEWORK | MORE_ROWS
	names = ", ".join(f"`{column}`" for column in columns)
	tables.insert("Sales Order Item", f"({names}) select {', '.join(columns.values())} from {sides}", values)
	frappe.db.sql(FIRST_RATES)
	frappe.db.sql(TOTALS)
	columns = tables.FRAMEWORK | COST
	names = ", ".join(f"`{column}`" for column in columns)
	items = f"(select seq from seq_0_to_{values['items'] - 1}) items"
	tables.insert("Item Price", f"({names}) select {', '.join(columns.values())} from {items}", values)
	tables.analyze("Sales Order", "Sales Order Item", "Item Price")


def record_decisions(replay, every: int) -> int:
	"""Write the KAM Decision of every so many-th order, as it would have been at its submit; returns how many."""
	work, written = None, 0
	with snapshot() as reading:
		work = run.Work(replay, reading, commits=True)
		with reading():
			market, days = work.market(), orders_by_day(work.selection)
		for orders in chunks(work.selection, days, reading):
			with reading():
				past = past_orders(orders, market)[::every]
			rows = [_decision(order, work.policies.tried) for order in past]
			frappe.db.bulk_insert("KAM Decision", list(DECISION_COLUMNS), rows)
			frappe.db.commit()
			written += len(rows)
	return written


def _decision(order, terms) -> tuple:
	judged = judge_past(order, terms, None)
	verdict, account = judged.verdict, load_account(order.head.key_account)
	judgement = Judgement(order.head.company, account, terms, judged.facts, verdict)
	moment = order.head.transaction_date
	return (
		f"kd{order.name}", moment, moment, "Administrator", "Administrator", "Sales Order", order.name, account.name,
		order.head.customer, order.head.company, terms.name, judged.facts.account.tier, str(verdict.code), moment,
		"Administrator", order.head.transaction_date, float(verdict.net), float(verdict.passing_net or 0),
		json.dumps(details_of(frappe._dict(currency=order.head.currency), judgement)),
	)  # fmt: skip
