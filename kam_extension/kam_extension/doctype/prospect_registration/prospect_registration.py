import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from kam_extension.integration.accounts.prospects import (
	customer_to_convert,
	make_account,
	protection_end,
	refuse_while_protected,
)
from kam_extension.integration.accounts.twins import show_twins
from kam_extension.integration.names import normalized_name, normalized_tax_id

PROTECTED = "Protected"
CONVERTED = "Converted"


class ProspectRegistration(Document):
	"""The unit that develops a prospect first has priority (R10; S2, S3)."""

	def before_validate(self):
		self.set_registration()

	def validate(self):
		self.set_normalized_fields()
		self.validate_protection()
		self.validate_conversion()

	def after_insert(self):
		show_twins(self.prospect_name, self.tax_id)

	@frappe.whitelist()
	def convert(self, company: str, customer: str | None = None) -> str:
		"""Make the Key Account, the registering unit responsible, of `customer` or of a new Customer.

		Returns the key account. What is stored counts, whatever the call brought along.
		"""
		stored = frappe.get_doc(self.doctype, self.name, for_update=True)
		stored.check_permission("write")
		stored.make_key_account(company, customer)
		self.reload()
		return self.key_account

	def make_key_account(self, company: str, customer: str | None):
		if self.status != PROTECTED:
			frappe.throw(
				_("Only a registration with status Protected can be converted."), title=_("Conversion")
			)
		refuse_while_protected(self)
		self.customer = customer_to_convert(self, customer or self.customer)
		self.key_account = make_account(self, self.customer, company)
		self.status = CONVERTED
		self.save()

	def set_registration(self):
		"""Who registered, when and for how long is the server's to say; only the end may be extended later."""
		before = self.get_doc_before_save()
		if before:
			self.registered_by = before.registered_by
			self.registered_on = before.registered_on
			return
		self.registered_by = frappe.session.user
		self.registered_on = getdate()
		self.protected_until = protection_end(self.registered_on)

	def set_normalized_fields(self):
		self.normalized_name = normalized_name(self.prospect_name)
		self.normalized_tax_id = normalized_tax_id(self.tax_id)
		if not self.normalized_name:
			frappe.throw(_("Prospect Name needs letters or digits."), title=_("Prospect Name"))

	def validate_protection(self):
		if self.status != PROTECTED:
			return
		if not self.protected_until or getdate(self.protected_until) < getdate(self.registered_on):
			frappe.throw(_("Protected Until can't lie before Registered On."), title=_("Protected Until"))
		refuse_while_protected(self)

	def validate_conversion(self):
		if self.status == CONVERTED and not self.key_account:
			frappe.throw(
				_(
					"Status Converted is set by the button Convert, which makes the customer and its key account."
				),
				title=_("Status"),
			)
