from frappe.model.document import Document


class ProspectRegistration(Document):
	pass
