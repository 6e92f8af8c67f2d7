from frappe.model.document import Document


class PriceException(Document):
	pass
