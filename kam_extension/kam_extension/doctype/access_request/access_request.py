import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form, getdate

from kam_extension.integration.security.roles import (
	DIRECTOR_AND_ABOVE,
	MANAGER_AND_ABOVE,
	require_other_person,
	require_role,
)
from kam_extension.policy.codes import AccountLevel


class AccessRequest(Document):
	"""Another unit asks to sell to an account (R11; S0 5.8)."""

	def before_insert(self):
		self.requested_by = frappe.session.user

	def validate(self):
		self.keep_requester()
		self.validate_date()
		self.validate_unit()

	def before_submit(self):
		self.check_grant()
		self.granted_by = frappe.session.user

	def keep_requester(self):
		before = self.get_doc_before_save()
		if before:
			self.requested_by = before.requested_by

	def validate_date(self):
		if getdate(self.valid_until) < getdate():
			frappe.throw(
				_("Valid Until lies in the past. Enter the last day on which the unit needs access."),
				title=_("Valid Until"),
			)

	def validate_unit(self):
		account = frappe.get_doc("Key Account", self.key_account)
		if self.unit in {account.responsible_unit, *(row.unit for row in account.units)}:
			frappe.throw(
				_("Unit {0} may sell to {1} already. No request is needed.").format(
					frappe.bold(self.unit), get_link_to_form("Key Account", self.key_account)
				),
				title=_("Unit"),
			)

	def check_grant(self):
		"""For Group accounts the director grants, for others also the manager; never the requester."""
		level = frappe.db.get_value("Key Account", self.key_account, "account_level")
		granting = DIRECTOR_AND_ABOVE if level == AccountLevel.GROUP else MANAGER_AND_ABOVE
		require_role(granting, _("Grant Access"))
		require_other_person(self.requested_by, self.doctype)
