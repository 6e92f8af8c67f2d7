from frappe.model.document import Document

from kam_extension.integration.visits.account_reports import (
	assign_new,
	begin_report,
	check_report,
	keep_system_fields,
	refuse_deletion,
)
from kam_extension.integration.visits.report_stages import may_hand_over


class KeyAccountReport(Document):
	"""A periodic report about an account, handed from its supervisor up to the deputy general manager (R50)."""

	def onload(self):
		self.set_onload("may_hand_over", may_hand_over(self))

	def before_insert(self):
		begin_report(self)

	def before_validate(self):
		keep_system_fields(self)

	def validate(self):
		check_report(self)

	def after_insert(self):
		assign_new(self)

	def on_trash(self):
		refuse_deletion(self)
