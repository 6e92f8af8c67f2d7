from frappe.model.document import Document


class KAMPolicyMarginBand(Document):
	pass
