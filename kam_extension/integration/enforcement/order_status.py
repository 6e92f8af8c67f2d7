"""Closing, reopening and releasing of submitted orders and deliveries (R25, R32).

ERPNext writes the status straight into the table: of all events only `on_change` fires, from the form, from the list
and from code alike. It fires after every other save as well, so it asks for the status first.
"""

from kam_extension.integration.accounts.accounts import account_of
from kam_extension.integration.decisions.decisions import record_decision
from kam_extension.integration.documents.exemptions import is_exempt
from kam_extension.integration.documents.selling_documents import is_commitment
from kam_extension.integration.enforcement.account_judgement import judge_standing
from kam_extension.integration.enforcement.closing import record_remainder
from kam_extension.integration.enforcement.consequences import act_on
from kam_extension.integration.enforcement.judgement import CLOSED, RELEASED, REOPENED
from kam_extension.integration.enforcement.turns import judge_in_turn
from kam_extension.integration.policies.policies import is_enabled

ON_HOLD = "On Hold"


def on_change(doc, method: str | None = None) -> None:
	"""Event of Sales Order and Delivery Note."""
	previous = _previous_status(doc)
	if previous is None or CLOSED not in (previous, doc.status) and previous != ON_HOLD:
		return
	account = account_of(doc.customer) if is_enabled() else None
	if account is None or is_exempt(doc) or not is_commitment(doc):
		return
	doc.kam_key_account = account
	if doc.status == CLOSED:
		record_remainder(doc)
	else:
		_let_go_on(doc, is_reopened=previous == CLOSED)


def _previous_status(doc) -> str | None:
	"""The status before this change of it; None where it did not change, or the document is not a submitted one.

	ERPNext writes twice, first the status that was asked for and then the one that follows from it, and keeps the state
	before the first write for both. So the first of them is judged.
	"""
	before = doc.get_doc_before_save()
	if before is None or doc.docstatus != 1:
		return None
	previous = doc.flags.kam_status or before.status
	doc.flags.kam_status = doc.status
	return previous if previous != doc.status else None


def _let_go_on(doc, is_reopened: bool) -> None:
	"""Reopening commits anew and is judged like a submit. What was on hold counted all the while: only a suspension
	stops it.
	"""
	occasion = REOPENED if is_reopened else RELEASED
	judgement = judge_in_turn(doc, lambda: judge_standing(doc, occasion, with_credit=is_reopened))
	if judgement is None:
		return
	act_on(doc, judgement)
	if is_reopened:
		record_decision(doc, judgement)
