"""Every way of submitting that the desk and the API offer, for every guarded DocType (R25)."""

import frappe
import pytest

from kam_extension.exceptions import PolicyViolation
from tests.site.doors.market import FAILING, PASSING, selling_document
from tests.site.doors.pos import open_till, pos_invoice
from tests.site.doors.ways import WAYS

DOCTYPES = ("Quotation", "Sales Order", "Sales Invoice", "Delivery Note", "POS Invoice")


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_way_is_guarded(market, way):
	"""One cent below the floor nothing is submitted, whether the way raises or reports; at the floor it is."""
	till = open_till()
	outcomes = {
		doctype: [
			outcome(way, market, document_of(doctype, market, rate, till)) for rate in (FAILING, PASSING)
		]
		for doctype in DOCTYPES
	}
	assert outcomes == dict.fromkeys(DOCTYPES, [("refused", []), ("accepted", ["Pass"])])


def document_of(doctype: str, market, rate: float, till: str) -> dict:
	if doctype == "POS Invoice":
		return pos_invoice(till, market.customer, [(market.item, 1, rate)])
	return selling_document(doctype, market, rate)


def outcome(way, market, document: dict) -> tuple[str, list]:
	"""Whether the policy stopped it, and the verdicts of what was submitted. A request that raises is rolled back."""
	frappe.clear_messages()
	frappe.db.commit()
	try:
		way(document)
	except PolicyViolation:
		frappe.db.rollback()
	was_stopped = "Stopped by the Key Account Policy" in str(frappe.get_message_log())
	ours = {"kam_key_account": market.account, "docstatus": 1}
	return "refused" if was_stopped else "accepted", frappe.get_all(
		document["doctype"], ours, pluck="kam_verdict"
	)
