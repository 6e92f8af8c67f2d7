import frappe
from frappe.model.document import Document

from kam_extension.integration.rebates import accruals
from kam_extension.integration.rebates.accrual_journals import JOURNAL, cancel_journals, post_journals
from kam_extension.integration.security.roles import require_other_person


class RebateAccrual(Document):
	"""Rebates earned and not settled at a month's end: accrued there, reversed on the next day (R42, R73)."""

	def validate(self):
		accruals.check_month_end(self)
		accruals.keep_one_for_each_month(self)
		if self.docstatus.is_draft():
			accruals.refresh_rows(self)
			accruals.set_accounts(self)

	def before_submit(self):
		require_other_person(self.owner, self.doctype)
		accruals.check_rows(self)
		accruals.set_accounts(self, required=True)

	def on_submit(self):
		post_journals(self)

	def on_cancel(self):
		self.ignore_linked_doctypes = (JOURNAL,)
		cancel_journals(self)
		self.db_set("month_key", None)

	def get_invalid_links(self, is_submittable=False):
		"""An amended copy still names the cancelled entries, which no link check would let pass."""
		if self.docstatus.is_draft():
			self.journal_entry = self.reversal_entry = None
		return super().get_invalid_links(is_submittable)

	@frappe.whitelist()
	def fetch_rebates(self):
		"""Fill the accounts with what is earned and not settled at the accrual date. Not saved yet."""
		self.check_permission("write" if not self.is_new() else "create")
		accruals.check_month_end(self)
		accruals.refresh_rows(self)
