from frappe.model.document import Document


class PriceExceptionViolation(Document):
	pass
