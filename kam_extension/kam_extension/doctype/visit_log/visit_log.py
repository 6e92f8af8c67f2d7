import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, strip_html

from kam_extension.integration.accounts.visits import refresh_account_of_visit
from kam_extension.integration.visits.follow_ups import cancel_todos, keep_rows, sync_todos
from kam_extension.integration.visits.needs import check_needs
from kam_extension.integration.visits.visit_tasks import follow_visit
from kam_extension.integration.visits.visit_times import check_times, keep_times
from kam_extension.policy.codes import VisitStatus

EXECUTIVE = "Executive"
# Written by the nightly run only, whatever a request sends.
SYSTEM_FIELDS = ("planned_automatically", "due_date", "visitor_role")


class VisitLog(Document):
	"""A planned or held contact with an account (R45–R48)."""

	def before_validate(self):
		self.keep_system_fields()
		keep_times(self)
		keep_rows(self)

	def validate(self):
		self.mark_executive_visit()
		self.validate_planned_date()
		self.validate_completion()
		self.validate_satisfaction()
		check_times(self)
		check_needs(self)

	def on_update(self):
		follow_visit(self)
		sync_todos(self)
		if not self.flags.kam_system:
			refresh_account_of_visit(self)

	def on_trash(self):
		cancel_todos(self)

	def after_delete(self):
		refresh_account_of_visit(self)

	def keep_system_fields(self):
		if self.flags.kam_system:
			return
		before = self.get_doc_before_save()
		for fieldname in SYSTEM_FIELDS:
			self.set(fieldname, before.get(fieldname) if before else None)
		# From now on the visit is somebody's own and the run leaves it where it is.
		self.is_touched = 1

	def mark_executive_visit(self):
		if self.visit_type == EXECUTIVE:
			self.is_executive_visit = 1

	def validate_planned_date(self):
		changed = self.has_value_changed("visit_date") or self.has_value_changed("status")
		if self.status == VisitStatus.PLANNED and changed and getdate(self.visit_date) < getdate():
			frappe.throw(
				_(
					"Visit Date of a planned visit can't lie in the past. Choose a later date or another status."
				),
				title=_("Visit Date"),
			)

	def validate_completion(self):
		if self.status != VisitStatus.COMPLETED:
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
