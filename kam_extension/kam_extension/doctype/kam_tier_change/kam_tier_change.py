from frappe.model.document import Document


class KAMTierChange(Document):
	pass
