import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, strip_html

from kam_extension.integration.accounts.visits import refresh_account_of_visit

COMPLETED = "Completed"
PLANNED = "Planned"
EXECUTIVE = "Executive"


class VisitLog(Document):
	"""A planned or held contact with an account (R45–R48)."""

	def validate(self):
		self.mark_executive_visit()
		self.validate_planned_date()
		self.validate_completion()
		self.validate_satisfaction()

	def on_update(self):
		refresh_account_of_visit(self)

	def after_delete(self):
		refresh_account_of_visit(self)

	def mark_executive_visit(self):
		if self.visit_type == EXECUTIVE:
			self.is_executive_visit = 1

	def validate_planned_date(self):
		changed = self.has_value_changed("visit_date") or self.has_value_changed("status")
		if self.status == PLANNED and changed and getdate(self.visit_date) < getdate():
			frappe.throw(
				_(
					"Visit Date of a planned visit can't lie in the past. Choose a later date or another status."
				),
				title=_("Visit Date"),
			)

	def validate_completion(self):
		if self.status != COMPLETED:
			return
		if getdate(self.visit_date) > getdate():
			frappe.throw(
				_("Visit Date of a completed visit can't lie in the future. Correct the date or the status."),
				title=_("Visit Date"),
			)
		if not strip_html(self.discussion or "").strip():
			frappe.throw(
				_("Discussion is missing: a completed visit says what was discussed."),
				frappe.MandatoryError,
				title=_("Discussion"),
			)

	def validate_satisfaction(self):
		if not 0 <= (self.satisfaction or 0) <= 100:
			frappe.throw(_("Satisfaction must be between 0 and 100."), title=_("Satisfaction"))
