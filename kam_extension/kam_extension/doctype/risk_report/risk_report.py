import frappe
from frappe.model.document import Document

from kam_extension.integration.accounts.churn_reports import release_report
from kam_extension.integration.accounts.risk_levels import apply_report, revert_report
from kam_extension.integration.risk.assessment import check_date, check_level, keep_server_fields, prepare
from kam_extension.integration.risk.follow_up import begin_follow_up, close_report, end_follow_up
from kam_extension.integration.risk.measures import check_measures, follow_measures
from kam_extension.integration.risk.notices import tell_critical
from kam_extension.integration.risk.settings import risk_rules
from kam_extension.integration.risk.submission import check_cancel, check_submit
from kam_extension.integration.security.own_records import keep_as_stored
from kam_extension.policy.codes import RiskLevel


class RiskReport(Document):
	"""Periodic or early warning about an account, followed up until closed with evidence (R53–R55; S0 article 8)."""

	def validate(self):
		prepare(self)
		check_date(self)
		check_level(self)
		check_measures(self)

	def before_submit(self):
		check_submit(self)
		self.flags.kam_checked = True

	def on_submit(self):
		self.check_unchecked_submit()
		apply_report(self)
		begin_follow_up(self)
		if self.risk_level == RiskLevel.CRITICAL:
			tell_critical(self)

	def before_update_after_submit(self):
		keep_server_fields(self)
		check_measures(self)

	def on_update_after_submit(self):
		follow_measures(self)

	def before_cancel(self):
		keep_as_stored(self)
		check_cancel(self)

	def on_cancel(self):
		revert_report(self)
		end_follow_up(self)

	def on_trash(self):
		release_report(self)

	def check_unchecked_submit(self):
		"""A submit that skips validation comes here all the same (R70)."""
		if not self.flags.kam_checked:
			self.run_method("validate")
			check_submit(self)

	@frappe.whitelist()
	def close(self, statement: str) -> None:
		"""Close the report with a statement of what was achieved (R55); see `follow_up.close_report`."""
		self.check_permission("write")
		close_report(frappe.get_doc("Risk Report", self.name), statement)


@frappe.whitelist()
def event_levels() -> dict[str, str]:
	"""{judged event: its usual level}, for the form; readers of settings and writers of reports alike see it."""
	frappe.has_permission("Risk Report", "create", throw=True)
	return {str(indicator): str(level) for indicator, level in risk_rules().events.items()}
