from frappe.model.document import Document


class SatisfactionSurveyQuestion(Document):
	"""A dimension that customers judge (R52)."""
