import frappe
from frappe.model.document import Document

from kam_extension.integration.risk import accountability
from kam_extension.integration.security.own_records import keep_as_stored


class AccountabilityCase(Document):
	"""Who answers for an account that was badly looked after, and how (R80; S0 articles 10 and 11)."""

	def validate(self):
		accountability.keep_server_fields(self)
		accountability.check_case(self)

	def before_submit(self):
		accountability.check_approval(self)
		accountability.note_decision(self)
		self.flags.kam_checked = True

	def on_submit(self):
		accountability.check_unchecked_submit(self)
		accountability.tell_decision(self)

	def before_update_after_submit(self):
		accountability.keep_server_fields(self)

	def before_cancel(self):
		keep_as_stored(self)
		accountability.refuse_undoing(self)

	def on_cancel(self):
		accountability.refuse_undoing(self)

	def on_trash(self):
		accountability.check_trash(self)

	@frappe.whitelist()
	def open_hearing(self) -> None:
		"""Put the case to the person concerned (see `accountability.open_hearing`)."""
		accountability.open_hearing(self._stored("write"))

	@frappe.whitelist()
	def give_statement(self, statement: str) -> None:
		"""Enter what the person concerned says (see `accountability.give_statement`)."""
		accountability.give_statement(self._stored("read"), statement)

	@frappe.whitelist()
	def reject(self, reason: str) -> None:
		"""Decide that nobody answers for it (see `accountability.reject`)."""
		accountability.reject(self._stored("submit"), reason)

	@frappe.whitelist()
	def revoke(self, reason: str) -> None:
		"""Take an approved measure back (see `accountability.revoke`)."""
		accountability.revoke(self._stored("submit"), reason)

	def _stored(self, right: str):
		"""The document as stored, whatever the call brought along."""
		stored = frappe.get_doc(self.doctype, self.name, for_update=True)
		stored.check_permission(right)
		return stored
