from frappe.model.document import Document


class KAMPolicyRebateBand(Document):
	pass
