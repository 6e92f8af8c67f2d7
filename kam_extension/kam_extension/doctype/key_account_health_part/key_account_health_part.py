from frappe.model.document import Document


class KeyAccountHealthPart(Document):
	pass
