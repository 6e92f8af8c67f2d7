"""Do on the site what a plan says: make a document, send it through a way in, go on with it."""

import json
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

import frappe
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note as delivery_of
from erpnext.selling.doctype.sales_order.sales_order import make_sales_invoice as invoice_of
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice as invoice_of_delivery
from frappe.model.document import Document, execute_action

from tests.site.case_market import CUSTOMER_FIELD, DOCUMENT_FIELDS, ROW_FIELDS, in_two_weeks, tax_row
from tests.site.doors.pos import pos_invoice
from tests.site.doors.ways import WAYS, draft
from tests.site.factories import company
from tests.site.fuzz.plans import Deal, Line, Step
from tests.site.fuzz.world import UNITS, World

CENT = Decimal("0.01")
Move = Callable[[], None]


def document_of(deal: Deal, world: World) -> dict:
	customer = world.customers[deal.account]
	if deal.doctype == "POS Invoice":
		rows = [
			(world.items[line.good], line.quantity, float(line.rate), row_fields(line)) for line in deal.lines
		]
		sold = pos_invoice(world.till, customer, rows)
		sold["payments"][0]["amount"] *= 2  # ERPNext rounds totals up; change is given back
		return sold
	values = {
		"doctype": deal.doctype,
		CUSTOMER_FIELD.get(deal.doctype, "customer"): customer,
		"company": company(),
		"currency": deal.currency,
		"kam_other_costs": deal.other_costs,
		"items": [row_of(deal, line, world) for line in deal.lines],
		"taxes": [tax_row(tax) for tax in taxes_of(deal)],
	}
	if deal.exchange_rate:
		values["conversion_rate"] = deal.exchange_rate
	if deal.early:
		values["payment_terms_template"] = world.terms
	return values | DOCUMENT_FIELDS.get(deal.doctype, dict)() | deal.discount | deal.forged


def taxes_of(deal: Deal) -> list[str]:
	taxes = [deal.tax] if deal.tax else []
	return [*taxes, f"charge {deal.charge}"] if deal.charge else taxes


def row_of(deal: Deal, line: Line, world: World) -> dict:
	rate = line.rate * (Decimal("1.13") if deal.tax == "VAT included" else 1)
	if deal.currency == "USD":
		rate /= Decimal(str(deal.exchange_rate or 7))
	row = {
		"item_code": world.items[line.good],
		"qty": line.quantity,
		"rate": float(max(rate.quantize(CENT, ROUND_HALF_UP), CENT)),
	}
	return row | row_fields(line) | ROW_FIELDS.get(deal.doctype, dict)()


def row_fields(line: Line) -> dict:
	return {"uom": line.unit, "conversion_factor": UNITS.get(line.unit, 1)} | line.more


def imported(document: dict) -> None:
	"""As a Data Import row: Frappe relaxes some checks while this flag is up."""
	frappe.flags.in_import = True
	try:
		frappe.new_doc(document["doctype"]).update(document).insert().submit()
	finally:
		frappe.flags.in_import = False


def queued(document: dict) -> None:
	"""As a worker submits in the background: what goes wrong is told to nobody."""
	saved = draft(document)
	frappe.db.commit()
	execute_action(saved.doctype, saved.name, "submit")


ALL_WAYS = (*WAYS, imported, queued)


def send(document: dict, way: int) -> Move:
	return lambda: ALL_WAYS[way % len(ALL_WAYS)](document)


def is_open(doc: Document) -> bool:
	return doc.docstatus == 1 and doc.get("status") not in ("Closed", "Completed")


def next_move(doc: Document, step: Step, world: World) -> tuple[Move, str] | None:
	"""What the step does to the submitted `doc`, and the DocType that comes of it; None where it makes no sense."""
	return STEPS[step.kind](doc, step, world)


def map_on(doc: Document, step: Step, world: World) -> tuple[Move, str] | None:
	mappers = MAPPERS.get(doc.doctype)
	if not mappers:
		return None
	mapped = mappers[step.way % len(mappers)](doc.name)
	for row in mapped.items:
		row.qty *= step.factor
		change_rate(row, step.cents)
	document = json.loads(mapped.as_json()) | {"docstatus": 0}
	if mapped.doctype == "Sales Order":
		document["delivery_date"] = in_two_weeks()
		for row in document["items"]:
			row["delivery_date"] = in_two_weeks()
	if step.added:
		deal = Deal(mapped.doctype, "", (), currency=mapped.currency, exchange_rate=mapped.conversion_rate)
		document["items"].append(row_of(deal, step.added, world))
	if step.charge:
		document.setdefault("taxes", []).append(tax_row(f"charge {step.charge}"))
	return send(document, step.way), mapped.doctype


def change_rate(row, cents: int) -> None:
	row.rate = max(row.rate + cents / 100, 0.01) if row.rate else row.rate
	if cents:
		row.update(
			{"discount_percentage": 0, "discount_amount": 0, "margin_type": None, "pricing_rules": None}
		)


def update_items(doc: Document, step: Step, world: World) -> tuple[Move, str] | None:
	if doc.doctype not in ("Sales Order", "Quotation"):
		return None
	rows = [
		{
			"docname": row.name,
			"item_code": row.item_code,
			"qty": row.qty * step.factor,
			"rate": max(row.rate + step.cents / 100, 0),
			"uom": row.uom,
			"conversion_factor": row.conversion_factor,
			"delivery_date": in_two_weeks(),
		}
		for row in doc.items
	]
	if step.added:
		deal = Deal(doc.doctype, "", (), currency=doc.currency, exchange_rate=doc.conversion_rate)
		rows.append(row_of(deal, step.added, world) | {"delivery_date": in_two_weeks()})
	return lambda: update_child_qty_rate(doc.doctype, json.dumps(rows), doc.name), doc.doctype


def amend(doc: Document, step: Step, world: World) -> tuple[Move, str]:
	doc.cancel()
	amended = frappe.copy_doc(doc)
	for row in amended.items:
		row.qty *= step.factor
		change_rate(row, step.cents)
	document = json.loads(amended.as_json()) | {"docstatus": 0, "amended_from": doc.name}
	return send(document, step.way), doc.doctype


def reopen(doc: Document, step: Step, world: World) -> tuple[Move, str] | None:
	if doc.doctype != "Sales Order":
		return None

	def move() -> None:
		doc.update_status("Closed")
		doc.update_status("Draft")

	return move, doc.doctype


MAPPERS: dict[str, tuple[Callable[[str], Document], ...]] = {
	"Quotation": (order_of,),
	"Sales Order": (lambda name: invoice_of(name, ignore_permissions=True), delivery_of),
	"Delivery Note": (invoice_of_delivery,),
}
STEPS = {"map": map_on, "update items": update_items, "amend": amend, "reopen": reopen}
