import frappe
from frappe.model.document import Document

from kam_extension.integration.rebates import (
	application_form,
	approval_steps,
	rebate_approval,
	rebate_requests,
)
from kam_extension.integration.rebates.claims import lock_claims, reverse_claims
from kam_extension.integration.rebates.settlement import offsets, posting, settlement_plan


class RebateRequest(Document):
	"""Claims the rebate on receipts of one account and period; submitting it settles the rebate (R38–R41)."""

	def check_if_latest(self):
		"""Requests take turns before they hold any row of their own: no deadlock (R71)."""
		lock_claims(self.key_account)
		super().check_if_latest()

	def validate(self):
		self.set_customer()
		rebate_requests.check_period(self)
		rebate_approval.note_authors(self)
		if self.docstatus.is_draft():
			rebate_requests.refresh_rows(self)
		rebate_requests.set_totals(self)
		settlement_plan.prepare_settlement(self)
		rebate_approval.keep_approvals(self)
		self.set_status()

	def before_submit(self):
		rebate_approval.check_approval(self)
		rebate_requests.claim_rows(self)
		settlement_plan.lock_settlement(self)

	def on_update(self):
		rebate_approval.follow_workflow(self)

	def on_submit(self):
		posting.settle(self)

	def on_cancel(self):
		self.ignore_linked_doctypes = ("Journal Entry", "Sales Invoice", "KAM Rebate Claim")
		reverse_claims(self)
		posting.take_back(self)
		self.db_set("status", "Cancelled")

	def set_customer(self):
		fields = ["customer", "customer_name"]
		self.customer, self.customer_name = frappe.db.get_value("Key Account", self.key_account, fields) or (
			"",
			"",
		)

	def set_status(self):
		if self.docstatus.is_draft():
			self.settlement_document_type = self.settlement_document = None
			self.status = rebate_approval.draft_status(self)
		else:
			self.status = "Approved"

	def get_invalid_links(self, is_submittable=False):
		"""An amended copy still names the cancelled settlement, which no link check would let pass."""
		if self.is_new():
			self.settlement_document_type = self.settlement_document = None
		return super().get_invalid_links(is_submittable)

	def application_form(self) -> dict:
		"""What the print format Rebate Application shows besides the fields."""
		return application_form.application(self)

	@frappe.whitelist()
	def fetch_receipts(self):
		"""Fill the rows with every open receipt of the account up to the period's end. Not saved yet."""
		self.check_permission("write" if not self.is_new() else "create")
		frappe.has_permission("Key Account", "read", doc=self.key_account, throw=True)
		rebate_requests.fetch_rows(self)

	@frappe.whitelist()
	def approve_next_step(self):
		"""Approve the step that is next, for sites whose workflow is not ours; returns the role approved for."""
		return approval_steps.approve_next_step(self)

	@frappe.whitelist()
	def verify(self, collected: float):
		"""Record what finance found in the bank, in company currency."""
		self.check_permission("write")
		self.verified_collected = frappe.utils.flt(collected, self.precision("verified_collected"))
		self.flags.verifying = True
		self.save()

	@frappe.whitelist()
	def settle_again(self):
		"""Post the settlement anew after finance cancelled it."""
		self.check_permission("read")
		posting.settle_again(frappe.get_doc(self.doctype, self.name))
		self.reload()

	@frappe.whitelist()
	def propose_offsets(self):
		"""Fill the offsets with the customer's oldest open invoices. Not saved yet."""
		self.check_permission("write")
		frappe.has_permission("Key Account", "read", doc=self.key_account, throw=True)
		offsets.propose_offsets(self)
