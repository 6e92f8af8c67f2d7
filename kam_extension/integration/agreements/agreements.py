"""What a Key Account Agreement refuses, and where it stands by the date (R9)."""

import frappe
from frappe import _
from frappe.utils import cint, getdate

from kam_extension.policy.agreements import status_of
from kam_extension.policy.codes import AgreementRenewal, AgreementStatus

DOCTYPE = "Key Account Agreement"


def current_status(agreement) -> AgreementStatus:
	"""Status of the document today: that of its life as a document, of a signed one that of its dates."""
	if agreement.docstatus == 0:
		return AgreementStatus.DRAFT
	if agreement.docstatus == 2:
		return AgreementStatus.CANCELLED
	return status_of(
		getdate(agreement.valid_from),
		getdate(agreement.valid_to) if agreement.valid_to else None,
		getdate(agreement.terminated_on) if agreement.terminated_on else None,
		getdate(),
		expiring_days(),
	)


def expiring_days() -> int:
	return cint(frappe.get_cached_doc("KAM Settings").agreement_expiring_days)


def check_dates(agreement) -> None:
	"""Valid Until follows Valid From; an automatic renewal needs a last day and a length."""
	if agreement.valid_to and getdate(agreement.valid_to) < getdate(agreement.valid_from):
		_refuse(_("Valid Until lies before Valid From. Correct one of them."), _("Valid Until"))
	if agreement.renewal != AgreementRenewal.AUTOMATIC:
		return
	if not agreement.valid_to:
		_refuse(
			_("An agreement without Valid Until never ends, so it isn't renewed. Enter its last day."),
			_("Renewal"),
		)
	if cint(agreement.renewal_months) < 1:
		_refuse(
			_("Renewed for Months is missing: enter how long each automatic renewal holds."), _("Renewal")
		)


def check_signature(agreement) -> None:
	"""Before submit: a submitted agreement is a signed one."""
	if not agreement.signed_on:
		_refuse(
			_("Signed On is missing: enter the day on which both sides had signed, then submit."),
			_("Signed On"),
		)
	if getdate(agreement.signed_on) > getdate():
		_refuse(_("Signed On can't lie in the future."), _("Signed On"))


def check_termination(agreement) -> None:
	if not agreement.terminated_on:
		return
	if getdate(agreement.terminated_on) < getdate(agreement.valid_from):
		_refuse(_("Terminated On lies before Valid From. Cancel the agreement instead."), _("Terminated On"))
	if not (agreement.termination_reason or "").strip():
		_refuse(_("Reason is missing: say why the agreement was terminated."), _("Terminated On"))


def check_predecessor(agreement) -> None:
	"""An agreement renews an earlier one of the same account and kind, that nothing else renews."""
	if not agreement.renews:
		return
	earlier = frappe.db.get_value(
		DOCTYPE,
		agreement.renews,
		("key_account", "agreement_type", "docstatus", "renewed_by", "valid_from"),
		as_dict=True,
	)
	is_fit = (
		agreement.renews != agreement.name
		and earlier.docstatus == 1
		and (earlier.key_account, earlier.agreement_type) == (agreement.key_account, agreement.agreement_type)
		and getdate(earlier.valid_from) < getdate(agreement.valid_from)
	)
	if not is_fit:
		_refuse(
			_("Renews must name an earlier, submitted agreement of the same account and type."), _("Renews")
		)
	if earlier.renewed_by and earlier.renewed_by != agreement.name:
		_refuse(
			_("{0} is renewed by {1} already. Choose another one, or none.").format(
				frappe.bold(agreement.renews), frappe.bold(earlier.renewed_by)
			),
			_("Renews"),
		)


def link_predecessor(agreement) -> None:
	"""After submit: the earlier agreement names its successor, so that no other renews it."""
	if agreement.renews:
		frappe.db.set_value(DOCTYPE, agreement.renews, "renewed_by", agreement.name, update_modified=False)


def unlink_predecessor(agreement) -> None:
	"""After cancel: the earlier agreement may be renewed again."""
	frappe.db.set_value(DOCTYPE, {"renewed_by": agreement.name}, "renewed_by", None, update_modified=False)


def _refuse(message: str, title: str) -> None:
	frappe.throw(message, title=title)
