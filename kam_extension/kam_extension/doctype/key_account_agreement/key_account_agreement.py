import frappe
from frappe.model.document import Document

from kam_extension.integration.agreements.agreements import (
	check_dates,
	check_predecessor,
	check_signature,
	check_termination,
	current_status,
	link_predecessor,
	unlink_predecessor,
)
from kam_extension.integration.agreements.renewal import draft_successor


class KeyAccountAgreement(Document):
	"""What was agreed with a key account besides its contracts (R9); a submitted one is signed."""

	def before_validate(self):
		self.keep_successor()

	def validate(self):
		check_dates(self)
		check_predecessor(self)
		self.status = current_status(self)

	def before_submit(self):
		check_signature(self)

	def on_submit(self):
		link_predecessor(self)

	def before_update_after_submit(self):
		check_dates(self)
		check_termination(self)
		self.status = current_status(self)

	def on_cancel(self):
		# A successor that is cancelled frees its predecessor; neither hinders the other.
		self.ignore_linked_doctypes = (self.doctype,)
		unlink_predecessor(self)
		self.db_set("status", current_status(self))

	def on_trash(self):
		unlink_predecessor(self)

	def keep_successor(self):
		"""The successor writes this field, whatever a request sends."""
		before = self.get_doc_before_save()
		self.renewed_by = before.renewed_by if before else None


@frappe.whitelist()
def renew(agreement: str) -> dict:
	"""The unsaved successor of an agreement, for the form."""
	frappe.has_permission("Key Account Agreement", "create", throw=True)
	document = frappe.get_doc("Key Account Agreement", agreement)
	document.check_permission("read")
	return draft_successor(document).as_dict()
