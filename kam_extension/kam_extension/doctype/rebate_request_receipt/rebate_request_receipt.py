from frappe.model.document import Document


class RebateRequestReceipt(Document):
	pass
