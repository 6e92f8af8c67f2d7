import frappe
from frappe.model.document import Document

from kam_extension.integration.rebates import rebate_approval, rebate_requests, settlement
from kam_extension.integration.rebates.claims import reverse_claims


class RebateRequest(Document):
	"""Claims the rebate on receipts of one account and period; submitting it settles the rebate (R38–R41)."""

	def validate(self):
		self.set_customer()
		rebate_requests.check_period(self)
		if self.docstatus.is_draft():
			rebate_requests.refresh_rows(self)
		rebate_requests.set_totals(self)
		rebate_approval.keep_verification(self)
		self.set_status()

	def before_submit(self):
		rebate_approval.check_approval(self)
		rebate_requests.claim_rows(self)

	def on_submit(self):
		settlement.settle(self)

	def on_cancel(self):
		self.ignore_linked_doctypes = (settlement.JOURNAL, "KAM Rebate Claim")
		reverse_claims(self)
		settlement.take_back(self)
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

	@frappe.whitelist()
	def fetch_receipts(self):
		"""Fill the rows with every open receipt of the account up to the period's end. Not saved yet."""
		self.check_permission("write" if not self.is_new() else "create")
		frappe.has_permission("Key Account", "read", doc=self.key_account, throw=True)
		rebate_requests.fetch_rows(self)

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
		settlement.settle_again(frappe.get_doc(self.doctype, self.name))
		self.reload()
