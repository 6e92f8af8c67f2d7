from frappe.model.document import Document


class KAMPolicyProgrammeBand(Document):
	pass
