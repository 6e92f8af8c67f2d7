from frappe.model.document import Document


class KeyAccount(Document):
	pass
