from frappe.model.document import Document


class KAMPolicyAuthority(Document):
	pass
