from frappe.model.document import Document


class RebateRequest(Document):
	pass
