from frappe.model.document import Document


class KAMPolicyRebateProgramme(Document):
	pass
