from frappe.model.document import Document


class SatisfactionSurveyAnswer(Document):
	"""A customer's judgement of one dimension (R52)."""
