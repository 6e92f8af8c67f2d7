from frappe.model.document import Document


class KAMPolicyCostSource(Document):
	pass
