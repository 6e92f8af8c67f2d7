from frappe.model.document import Document

from kam_extension.integration.people.templates import check_template


class KAMScorecardTemplate(Document):
	"""What people are scored on, and what a score pays (R59; S4 chapter 6)."""

	def validate(self):
		check_template(self)
