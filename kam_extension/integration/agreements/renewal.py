"""Successors of agreements: made by hand as a draft, or by themselves where that was agreed (R9)."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, cint, date_diff, getdate

from kam_extension.integration.agreements.agreements import DOCTYPE
from kam_extension.integration.attempts import attempt
from kam_extension.policy.agreements import next_term
from kam_extension.policy.codes import AgreementRenewal

CARRIED = (
	"key_account", "company", "title", "agreement_type", "renewal", "renewal_months", "content",
)  # fmt: skip


def draft_successor(agreement):
	"""A new, unsaved agreement for the term after the given one, which is as long as that one was.

	Raises frappe.ValidationError where there is nothing to follow.
	"""
	if agreement.docstatus != 1 or not agreement.valid_to or agreement.renewed_by:
		frappe.throw(
			_(
				"Only a submitted agreement with a last day that nothing renews yet can be renewed. Open {0}."
			).format(frappe.bold(agreement.renewed_by or agreement.name)),
			title=_("Renew"),
		)
	successor = frappe.new_doc(DOCTYPE)
	successor.update({field: agreement.get(field) for field in CARRIED})
	length = date_diff(agreement.valid_to, agreement.valid_from)
	successor.valid_from = getdate(add_days(agreement.valid_to, 1))
	successor.valid_to = getdate(add_days(successor.valid_from, length))
	successor.renews = agreement.name
	return successor


def renew_by_themselves(today: date) -> int:
	"""Make the successors of agreements whose last day has passed and that renew automatically; returns how many.

	The successor is submitted: it was agreed with the first one. Doing it again makes nothing.
	"""
	due = frappe.get_all(
		DOCTYPE,
		filters={
			"docstatus": 1,
			"renewal": AgreementRenewal.AUTOMATIC,
			"valid_to": ("<", today),
			"renewed_by": ("is", "not set"),
			"terminated_on": ("is", "not set"),
		},
		pluck="name",
		order_by="valid_to, name",
	)
	return sum(
		attempt(lambda name=name: _renew(name), _("Agreement {0} could not be renewed").format(name))
		for name in due
	)


def _renew(name: str) -> None:
	"""Under a lock: of two runs at the same moment the second finds it renewed."""
	agreement = frappe.get_doc(DOCTYPE, name, for_update=True)
	if agreement.renewed_by:
		return
	successor = draft_successor(agreement)
	successor.valid_from, successor.valid_to = next_term(
		getdate(agreement.valid_to), cint(agreement.renewal_months)
	)
	successor.signed_on = agreement.signed_on
	# What both sides signed says that it goes on; the scheduler only writes it down.
	successor.flags.ignore_permissions = True
	successor.insert()
	successor.submit()
