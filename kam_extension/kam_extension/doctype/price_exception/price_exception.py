import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from kam_extension.integration.documents.selling_documents import GUARDED
from kam_extension.integration.exceptions.exception_authority import (
	check_approval,
	check_change,
	roles_for,
	tell_people,
)
from kam_extension.integration.exceptions.exception_release import release_drafts
from kam_extension.integration.exceptions.exception_requests import REQUESTABLE, fill_from_document

FROZEN_COLUMNS = (
	"rule", "reason_code", "subject", "row", "item_code", "message", "required", "requested", "shortfall",
	"approved", "excess_points",
)  # fmt: skip
KEPT_FIELDS = ("requested_by", "key_account", "customer", "policy", "snapshot")
STORED_DECIMALS = 6
LINKING_DOCTYPES = (*GUARDED, "KAM Decision")


class PriceException(Document):
	"""Leave to break a rule on one document and its successors (R27, 特批)."""

	def before_insert(self):
		self.requested_by = frappe.session.user
		if not self.flags.kam_system:
			self.validate_document_type()
			fill_from_document(self)
		self.flags.ignore_permlevel_for_fields = [
			"snapshot"
		]  # figures the requester may not read himself (R82)

	def validate(self):
		self.keep_request()
		check_change(self)
		self.validate_date()
		self.validate_reason()
		self.validate_violations()
		self.set_approval_role()

	def before_submit(self):
		check_approval(self)
		self.approved_by = frappe.session.user

	def on_update(self):
		tell_people(self)

	def on_cancel(self):
		self.ignore_linked_doctypes = LINKING_DOCTYPES
		release_drafts(self.name)

	def keep_request(self):
		before = self.get_doc_before_save()
		if before:
			for fieldname in KEPT_FIELDS:
				self.set(fieldname, before.get(fieldname))
		if self.docstatus.is_draft():
			self.approved_by = None

	def set_approval_role(self):
		"""Limits may have changed since the request: they are those of the policy in force (R13)."""
		self.approval_role = next(iter(roles_for(self)), None)

	def validate_date(self):
		matters = self.docstatus.is_submitted() or self.has_value_changed("valid_until")
		if matters and getdate(self.valid_until) < getdate():
			frappe.throw(
				_("Valid Until lies in the past. Enter the last day on which the document may be submitted."),
				title=_("Valid Until"),
			)

	def validate_reason(self):
		if not (self.reason or "").strip():
			frappe.throw(
				_("Reason is missing: say why these terms should be accepted."),
				frappe.MandatoryError,
				title=_("Reason"),
			)

	def validate_document_type(self):
		if self.reference_doctype not in REQUESTABLE:
			frappe.throw(
				_("Document Type {0} is not checked by the policy, so it needs no exception.").format(
					_(self.reference_doctype)
				),
				title=_("Document Type"),
			)

	def validate_violations(self):
		before = self.get_doc_before_save()
		if before and _frozen(before.violations) != _frozen(self.violations):
			frappe.throw(
				_(
					"The broken rules were taken from the document and can't be edited. Ask for a new exception instead."
				),
				title=_("Broken Rules"),
			)


def _frozen(rows) -> list[tuple]:
	return [tuple(_comparable(row.get(column)) for column in FROZEN_COLUMNS) for row in rows]


def _comparable(value):
	return flt(value, STORED_DECIMALS) if isinstance(value, int | float) else value or 0.0
