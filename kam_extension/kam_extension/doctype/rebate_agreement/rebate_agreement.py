import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from kam_extension.integration.rebates import application_form
from kam_extension.integration.rebates.agreement_approval import (
	check_agreement_approval,
	end_agreement,
	keep_agreement_approvals,
)
from kam_extension.integration.rebates.agreement_orders import (
	CUSTOMER_FIELD,
	refuse_foreign_orders,
	refuse_overlap,
)
from kam_extension.integration.rebates.agreement_programmes import check_programmes, grantable_programmes
from kam_extension.integration.rebates.approval_steps import approve_next_step
from kam_extension.integration.rebates.approval_terms import terms_of
from kam_extension.integration.rebates.approval_workflow import lead_to_next_step
from kam_extension.integration.rebates.claims import lock_claims
from kam_extension.integration.security.authorship import note_author
from kam_extension.policy.codes import RateSource


class RebateAgreement(Document):
	"""Nothing is owed that was not agreed beforehand (R37; S4 2.1)."""

	def check_if_latest(self):
		"""Agreements take turns with requests before they hold any row of their own: no deadlock (R71)."""
		lock_claims(self.key_account)
		super().check_if_latest()

	def validate(self):
		self.validate_period()
		self.validate_rate()
		self.validate_orders()
		check_programmes(self)
		refuse_overlap(self)
		note_author(self, terms_of)
		keep_agreement_approvals(self)

	def before_submit(self):
		check_agreement_approval(self)

	def on_update(self):
		if self.docstatus.is_draft():
			lead_to_next_step(self)

	@frappe.whitelist()
	def end_on(self, valid_to: str):
		"""Let an approved agreement end earlier; what was earned until then stays."""
		end_agreement(self, valid_to)

	def letter(self) -> dict:
		"""What the print format Rebate Agreement Letter shows besides the fields."""
		return application_form.letter(self)

	@frappe.whitelist()
	def approve_next_step(self):
		"""Approve the step that is next, for sites whose workflow is not ours; returns the role approved for."""
		return approve_next_step(self)

	@frappe.whitelist()
	def get_programmes(self) -> list[dict]:
		"""Programmes that this agreement may name: `value` (code) and `label`."""
		self.check_permission("read" if not self.is_new() else "create")
		frappe.has_permission("Key Account", "read", doc=self.key_account, throw=True)
		found = grantable_programmes(self.key_account, self.company, self.valid_from)
		return [{"value": row.programme, "label": row.title or row.programme} for row in found]

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
