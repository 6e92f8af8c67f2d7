from frappe.model.document import Document


class RebateRequestProgramme(Document):
	pass
