import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_link_to_form, getdate

from kam_extension.integration.accounts import access_requests
from kam_extension.integration.accounts.accounts import account_of
from kam_extension.integration.accounts.units import units_of_user
from kam_extension.policy.codes import AccessStatus


class AccessRequest(Document):
	"""Another unit asks to sell to an account (R11; S0 5.8)."""

	def before_insert(self):
		self.requested_by = frappe.session.user

	def before_validate(self):
		self.set_account()
		self.unit = self.unit or next(iter(units_of_user(frappe.session.user)), None)

	def validate(self):
		self.keep_requester()
		self.keep_status()
		self.validate_date()
		self.validate_unit()
		self.refuse_second()

	def after_insert(self):
		access_requests.tell_granters(self)

	def before_submit(self):
		self.refuse_closed()
		access_requests.check_granter(self)
		self.granted_by = frappe.session.user
		self.status = AccessStatus.GRANTED

	def on_submit(self):
		access_requests.tell_of_grant(self)

	def on_cancel(self):
		self.db_set("status", AccessStatus.REVOKED)

	@frappe.whitelist()
	def decline(self, reason: str) -> None:
		"""Refuse the request (see `access_requests.decline`)."""
		access_requests.decline(self._stored("read"), reason)

	@frappe.whitelist()
	def withdraw(self) -> None:
		"""Take the request back (see `access_requests.withdraw`)."""
		access_requests.withdraw(self._stored("read"))

	def _stored(self, right: str):
		"""The document as stored, whatever the call brought along."""
		stored = frappe.get_doc(self.doctype, self.name, for_update=True)
		stored.check_permission(right)
		return stored

	def set_account(self):
		"""Members of sales don't see accounts of others, so they may name the customer instead."""
		if self.key_account or not self.customer:
			return
		self.key_account = account_of(self.customer)
		if not self.key_account:
			frappe.throw(
				_("Customer {0} is no key account: every unit may sell to it.").format(
					frappe.bold(self.customer)
				),
				title=_("Customer"),
			)

	def keep_requester(self):
		before = self.get_doc_before_save()
		if not before:
			return
		self.requested_by = before.requested_by
		# Who grants, grants what was asked for.
		if frappe.session.user not in ("Administrator", before.requested_by):
			for fieldname in ("key_account", "customer", "unit"):
				self.set(fieldname, before.get(fieldname))

	def keep_status(self):
		"""The state follows from what people do by buttons, whatever a request sends."""
		before = self.get_doc_before_save()
		self.status = self.flags.kam_status or (before.status if before else AccessStatus.OPEN)

	def validate_date(self):
		matters = not self.flags.kam_status and self.docstatus.is_draft()
		if (matters or self._action == "submit") and getdate(self.valid_until) < getdate():
			frappe.throw(
				_("Valid Until lies in the past. Enter the last day on which the unit needs access."),
				title=_("Valid Until"),
			)

	def validate_unit(self):
		account = frappe.get_doc("Key Account", self.key_account)
		if not self.flags.kam_status and self.unit in {
			account.responsible_unit,
			*(row.unit for row in account.units),
		}:
			frappe.throw(
				_("Unit {0} may sell to {1} already. No request is needed.").format(
					frappe.bold(self.unit), get_link_to_form("Key Account", self.key_account)
				),
				title=_("Unit"),
			)

	def refuse_second(self):
		"""One open request of a unit for an account; a granted one may be prolonged by another."""
		if self.flags.kam_status or not self.docstatus.is_draft():
			return
		others = {
			"key_account": self.key_account,
			"unit": self.unit,
			"docstatus": 0,
			"status": AccessStatus.OPEN,
		}
		waiting = frappe.db.get_value("Access Request", others | {"name": ("!=", self.name)})
		if waiting:
			frappe.throw(
				_("Access Request {0} of this unit waits for a decision already.").format(
					get_link_to_form("Access Request", waiting)
				),
				title=_("Already Requested"),
			)

	def refuse_closed(self):
		if self.status in (AccessStatus.DECLINED, AccessStatus.WITHDRAWN):
			frappe.throw(
				_("This request was declined or withdrawn. Make a new one."), title=_("Access Request")
			)


def on_doctype_update():
	frappe.db.add_index("Access Request", ["key_account", "unit"])
