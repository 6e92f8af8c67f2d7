from frappe.model.document import Document


class KAMTierRun(Document):
	pass
