"""What follows from a judgement while a document is on its way: a refusal, a warning, or nothing (R26, R29)."""

import frappe
from frappe import _

from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.decisions.decisions import record_refusal
from kam_extension.integration.enforcement.judgement import Judgement
from kam_extension.integration.enforcement.messages import refusal, warning
from kam_extension.integration.enforcement.subscription_invoices import keep_refused_invoice
from kam_extension.policy.codes import VerdictCode


def act_on(doc, judgement: Judgement) -> None:
	"""Stop a blocked document and record that; tell what a document breaks that goes through all the same.

	Raises PolicyViolation.
	"""
	if judgement.verdict.is_blocked:
		record_refusal(doc, judgement)
		keep_refused_invoice(doc, judgement)
		frappe.throw(
			refusal(doc, judgement), PolicyViolation, title=_("Stopped by the Key Account Policy"), wide=True
		)
	if judgement.verdict.code == VerdictCode.WARNED:
		frappe.msgprint(warning(doc, judgement), title=_("Key Account Policy"), indicator="orange")
