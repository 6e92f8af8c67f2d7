from frappe.model.document import Document


class KAMPolicyTier(Document):
	pass
