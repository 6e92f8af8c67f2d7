from frappe.model.document import Document


class RebateAgreementOrder(Document):
	pass
