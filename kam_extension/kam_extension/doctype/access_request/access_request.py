from frappe.model.document import Document


class AccessRequest(Document):
	pass
