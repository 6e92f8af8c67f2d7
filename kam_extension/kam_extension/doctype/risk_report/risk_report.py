import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from kam_extension.integration.accounts.churn_reports import note_author, release_report
from kam_extension.integration.accounts.risk_levels import apply_report, rank, revert_report


class RiskReport(Document):
	"""Quarterly or early warning about an account (R53–R55; S0 article 8)."""

	def validate(self):
		note_author(self)
		self.set_previous_level()
		self.validate_date()
		self.validate_level()
		self.validate_measures()

	def on_submit(self):
		apply_report(self)

	def before_update_after_submit(self):
		self.validate_measures()

	def on_cancel(self):
		revert_report(self)

	def on_trash(self):
		release_report(self)

	def set_previous_level(self):
		self.previous_risk_level = frappe.db.get_value("Key Account", self.key_account, "risk_level")

	def validate_date(self):
		if getdate(self.report_date) > getdate():
			frappe.throw(_("Report Date can't lie in the future."), title=_("Report Date"))

	def validate_level(self):
		"""At least the highest indicator; raised freely, lowered only with a reason (R53)."""
		floor = max([rank(self.previous_risk_level), *(rank(row.level) for row in self.indicators)])
		if rank(self.risk_level) < floor and not (self.lowering_reason or "").strip():
			frappe.throw(
				_(
					"Risk Level {0} is below the previous level or below an indicator. Raise it, or say why under "
					"Reason for a Lower Level."
				).format(frappe.bold(_(self.risk_level))),
				title=_("Risk Level"),
			)

	def validate_measures(self):
		for row in self.measures:
			if row.status == "Done" and not (row.evidence or "").strip():
				frappe.throw(
					_("Measures, row {0}: a measure is done only with evidence. Enter it in the row.").format(
						row.idx
					),
					title=_("Measures"),
				)
