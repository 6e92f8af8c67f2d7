from frappe.model.document import Document


class RebateAgreement(Document):
	pass
