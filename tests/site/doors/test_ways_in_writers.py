"""Other callable methods that write to selling documents; the appendix of docs/doors.md lists them all (R25, R70)."""

import json

import frappe
import pytest
from frappe.desk.calendar import update_event
from frappe.handler import run_doc_method

from kam_extension.exceptions import PolicyViolation
from tests.site.doors.market import FAILING, PASSING, open_market, selling_document
from tests.site.doors.ways import posted
from tests.site.factories import make_delivery_note, make_quotation, make_sales_order


def drag(order, **change) -> None:
	"""Move the order in a calendar whose start is any field at all."""
	((field, value),) = change.items()
	values = {"doctype": order.doctype, "name": order.name, field: value}
	fields = {"id": "name", "start": field, "end": "delivery_date"}
	update_event(json.dumps(values | {"delivery_date": str(order.delivery_date)}), json.dumps(fields))


def test_calendar_drag_that_submits(market):
	"""The calendar saves whatever two fields the client names as start and end."""
	order = make_sales_order(market.customer, [(market.item, 1, FAILING)])
	with pytest.raises(PolicyViolation):
		drag(order, docstatus=1)


def test_calendar_drag_of_a_submitted_order(market):
	order = make_sales_order(market.customer, [(market.item, 1, PASSING)], submit=True)
	with pytest.raises(frappe.UpdateAfterSubmitError):
		drag(order, discount_amount=100)


def test_restored_document(market):
	from frappe.core.doctype.deleted_document.deleted_document import restore

	order = make_sales_order(market.customer, [(market.item, 1, FAILING)])
	order.delete()
	deleted = frappe.get_last_doc("Deleted Document", {"deleted_name": order.name})
	deleted.db_set("data", json.dumps(json.loads(deleted.data) | {"docstatus": 1}))
	with pytest.raises(PolicyViolation):
		restore(deleted.name)


def test_method_on_a_forged_submitted_document(market):
	"""A document method runs on the client's copy; saving it after submit changes no price."""
	quotation = make_quotation(market.customer, [(market.item, 1, PASSING)], submit=True)
	forged = quotation.reload().as_dict()
	forged["items"][0].update({"rate": 1, "net_rate": 1, "base_net_rate": 1})
	posted()
	lost = {"lost_reasons_list": [], "competitors": [], "detailed_reason": "x"}
	with pytest.raises(frappe.UpdateAfterSubmitError):
		run_doc_method("declare_enquiry_lost", docs=json.dumps(forged, default=str), args=json.dumps(lost))


@pytest.mark.parametrize(
	"change", [{"discount_amount": 50}, {"valid_till": "2099-12-31"}, {"kam_other_costs": 0.01}]
)
def test_submitted_quotation_keeps_what_was_judged(market, change):
	quotation = make_quotation(market.customer, [(market.item, 1, PASSING)], submit=True)
	with pytest.raises(frappe.UpdateAfterSubmitError):
		frappe.client.set_value("Quotation", quotation.name, json.dumps(change))


@pytest.mark.parametrize("change", ["remove", "replace", "add"])
def test_rows_of_a_submitted_order_are_not_exchanged(market, change):
	order = make_sales_order(
		market.customer, [(market.item, 1, PASSING), (market.item, 2, PASSING)], submit=True
	)
	rows = [row.as_dict() for row in order.reload().items]
	new = rows[1] | {"name": None, "rate": 1, "net_rate": 1, "base_net_rate": 1}
	posted_rows = {"remove": rows[:1], "replace": [rows[0], new], "add": [*rows, new]}[change]
	with pytest.raises((frappe.UpdateAfterSubmitError, frappe.DoesNotExistError)):
		frappe.client.set_value("Sales Order", order.name, json.dumps({"items": posted_rows}, default=str))


@pytest.mark.parametrize("against", ["nothing", "a delivery"])
def test_a_delivery_that_calls_itself_return(against):
	"""Goods that go out are no return, whatever the flag says; the discount cap counts where the markup is off."""
	market = open_market(margin_action="Off")
	delivered = make_delivery_note(market.customer, [(market.item, 1, PASSING)], submit=True)
	claim = {"is_return": 1, "return_against": delivered.name if against == "a delivery" else None}
	with pytest.raises(PolicyViolation, match="169.99"):
		frappe.client.insert(selling_document("Delivery Note", market, docstatus=1, **claim))


def test_a_second_attempt_is_judged_anew(market):
	"""A script that goes on with the same document after a refusal, and skips validation, is no way round."""
	order = make_sales_order(market.customer, [(market.item, 1, FAILING)])
	saved = {"docstatus": 0, "modified": order.modified}
	with pytest.raises(PolicyViolation):
		order.submit()
	order.update(saved)
	order.flags.ignore_validate = True
	with pytest.raises(PolicyViolation):
		order.submit()
