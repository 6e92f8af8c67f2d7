from frappe.model.document import Document


class KAMPolicyLevel(Document):
	pass
