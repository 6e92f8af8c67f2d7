"""Submits that run later or in bulk: background jobs, submission queue, workflow, import, bulk creation (R25, R71)."""

import json

import frappe
import pytest
from frappe.core.doctype.submission_queue.submission_queue import queue_submission
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs
from frappe.model.workflow import apply_workflow, bulk_workflow_approval

from kam_extension.exceptions import PolicyViolation
from tests.site.doors.market import FAILING, PASSING, selling_document
from tests.site.factories import insert, make_quotation, make_sales_order, unique


def order_of(market, rate: float, **fields):
	return make_sales_order(market.customer, [(market.item, 1, rate)], **fields)


def docstatus_of(*documents) -> list[int]:
	return [frappe.db.get_value(document.doctype, document.name, "docstatus") for document in documents]


def test_bulk_submit_in_the_background(market, jobs):
	cheap, fine = order_of(market, FAILING), order_of(market, PASSING)
	frappe.db.commit()
	submit_cancel_or_update_docs("Sales Order", [cheap.name, fine.name] * 10)
	((failed),) = jobs.run("bulk_update")
	assert cheap.name in failed
	assert docstatus_of(cheap, fine) == [0, 1]


def test_submission_queue(market, jobs, monkeypatch):
	cheap, fine = order_of(market, FAILING), order_of(market, PASSING)
	frappe.db.commit()
	monkeypatch.setattr(
		"frappe.core.doctype.submission_queue.submission_queue.get_current_job",
		lambda: frappe._dict(id="job"),
	)
	for order in (cheap, fine):
		queue_submission(order, "Submit")
	frappe.db.commit()
	jobs.run("execute_action")
	assert docstatus_of(cheap, fine) == [0, 1]
	states = frappe.get_all("Submission Queue", fields=["ref_docname", "status", "exception"])
	states = {state.ref_docname: state for state in states}
	assert states[fine.name].status == "Finished"
	assert states[cheap.name].status == "Failed"
	assert "PolicyViolation" in states[cheap.name].exception


@pytest.fixture
def workflow(market):
	"""Sales orders are submitted by a workflow action."""
	for state in ("Asked", "Agreed"):
		if not frappe.db.exists("Workflow State", state):
			insert("Workflow State", workflow_state_name=state)
	if not frappe.db.exists("Workflow Action Master", "Agree"):
		insert("Workflow Action Master", workflow_action_name="Agree")
	return insert(
		"Workflow",
		workflow_name=unique("Orders"),
		document_type="Sales Order",
		is_active=1,
		workflow_state_field="workflow_state",
		states=[
			{"state": "Asked", "doc_status": "0", "allow_edit": "All"},
			{"state": "Agreed", "doc_status": "1", "allow_edit": "All"},
		],
		transitions=[
			{
				"state": "Asked",
				"action": "Agree",
				"next_state": "Agreed",
				"allowed": "All",
				"allow_self_approval": 1,
			}
		],
	)


@pytest.mark.committing
def test_workflow_action(market, workflow):
	cheap, fine = order_of(market, FAILING), order_of(market, PASSING)
	with pytest.raises(PolicyViolation):
		apply_workflow(cheap.as_json(), "Agree")
	assert apply_workflow(fine.as_json(), "Agree").docstatus == 1


@pytest.mark.committing
def test_bulk_workflow_action(market, workflow):
	cheap, fine = order_of(market, FAILING), order_of(market, PASSING)
	frappe.db.commit()
	bulk_workflow_approval(json.dumps([cheap.name, fine.name]), "Sales Order", "Agree")
	assert docstatus_of(cheap, fine) == [0, 1]


def test_bulk_creation_makes_drafts_that_are_judged(market, jobs):
	from erpnext.utilities.bulk_transaction import transaction_processing

	quotation = make_quotation(market.customer, [(market.item, 2, PASSING)], submit=True)
	frappe.db.commit()
	transaction_processing([{"name": quotation.name}], "Quotation", "Sales Order")
	jobs.run("bulk_transaction")
	order = frappe.get_last_doc("Sales Order", {"customer": market.customer})
	assert order.docstatus == 0
	order.delivery_date = frappe.utils.nowdate()
	order.items[0].update({"rate": FAILING, "delivery_date": order.delivery_date})
	with pytest.raises(PolicyViolation):
		order.save().submit()


def run_import(rows: list[dict], import_type: str, submit: int = 0, doctype: str = "Sales Order"):
	"""A Data Import document run with a CSV file of these rows; returns it when it is through."""
	header = list(rows[0])
	lines = [",".join(header)] + [",".join(f'"{row[label]}"' for label in header) for row in rows]
	file = insert("File", file_name=f"{unique('import')}.csv", content="\n".join(lines), is_private=1)
	data_import = insert(
		"Data Import",
		reference_doctype=doctype,
		import_type=import_type,
		submit_after_import=submit,
		mute_emails=1,
		import_file=file.file_url,
	)
	from frappe.core.doctype.data_import.data_import import start_import

	frappe.db.commit()
	start_import(data_import.name)
	return data_import.reload()


def row_of(market, rate: float) -> dict:
	document = selling_document("Sales Order", market, rate)
	return {
		"Customer": document["customer"],
		"Company": document["company"],
		"Delivery Date": document["delivery_date"],
		"Item Code (Items)": market.item,
		"Quantity (Items)": 1,
		"Rate (Items)": rate,
		"Order Type": "Sales",
		"Series": "SAL-ORD-.YYYY.-",
		"Date": frappe.utils.nowdate(),
	}


def imported(market) -> list:
	return frappe.get_all(
		"Sales Order", {"customer": market.customer}, ["docstatus", "grand_total"], order_by="grand_total"
	)


def test_data_import_that_submits(market):
	result = run_import([row_of(market, FAILING), row_of(market, PASSING)], "Insert New Records", submit=1)
	assert result.status == "Partial Success"
	assert imported(market) == [{"docstatus": 1, "grand_total": PASSING}]


def test_data_import_that_changes_a_draft(market):
	order = order_of(market, PASSING)
	row = {"ID": order.name, "ID (Items)": order.items[0].name, "Rate (Items)": FAILING}
	result = run_import([row], "Update Existing Records")
	assert result.status == "Success"
	with pytest.raises(PolicyViolation):
		order.reload().submit()


def test_data_import_does_not_change_a_submitted_order(market):
	order = order_of(market, PASSING, submit=True)
	row = {"ID": order.name, "ID (Items)": order.items[0].name, "Rate (Items)": FAILING}
	result = run_import([row], "Update Existing Records")
	(reason,) = frappe.get_all("Data Import Log", {"data_import": result.name}, pluck="exception")
	assert "Not allowed to change <strong>Rate</strong>" in reason
	assert imported(market) == [{"docstatus": 1, "grand_total": PASSING}]
