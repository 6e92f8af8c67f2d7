from frappe.model.document import Document


class KeyAccountUnit(Document):
	pass
