import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from kam_extension.integration.rebates.agreement_orders import (
	CUSTOMER_FIELD,
	refuse_foreign_orders,
	refuse_overlap,
)
from kam_extension.integration.security.roles import EXECUTIVE_ONLY, require_other_person, require_role
from kam_extension.policy.codes import RateSource


class RebateAgreement(Document):
	"""Nothing is owed that was not agreed beforehand (R37; S4 2.1)."""

	def validate(self):
		self.validate_period()
		self.validate_rate()
		self.validate_orders()
		refuse_overlap(self)

	def before_submit(self):
		require_role(EXECUTIVE_ONLY, _("Approve Rebate Agreement"))
		require_other_person(self.owner, self.doctype)
		self.approved_by = frappe.session.user

	def validate_period(self):
		if getdate(self.valid_from) > getdate(self.valid_to):
			frappe.throw(_("Valid To must not lie before Valid From."), title=_("Period"))

	def validate_rate(self):
		if self.rate_source != RateSource.SPECIAL:
			if flt(self.special_rate):
				frappe.throw(
					_(
						"Special Rate must be empty when the rate follows the policy's ladder. Clear it, or choose Special."
					),
					title=_("Special Rate"),
				)
			return
		if not 0 < flt(self.special_rate) <= 100:
			frappe.throw(_("Special Rate must be above 0 and at most 100."), title=_("Special Rate"))

	def validate_orders(self):
		seen = set()
		for row in self.orders:
			key = (row.reference_doctype, row.reference_name)
			if row.reference_doctype not in CUSTOMER_FIELD or key in seen:
				frappe.throw(
					_("Quotations and Orders, row {0}: name each quotation or sales order once.").format(
						row.idx
					),
					title=_("Quotations and Orders"),
				)
			seen.add(key)
		if self.orders:
			refuse_foreign_orders(self)
