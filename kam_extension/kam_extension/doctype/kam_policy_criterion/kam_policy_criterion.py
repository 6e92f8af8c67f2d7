from frappe.model.document import Document


class KAMPolicyCriterion(Document):
	pass
