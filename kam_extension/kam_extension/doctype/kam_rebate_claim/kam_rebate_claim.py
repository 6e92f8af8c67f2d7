from frappe.model.document import Document


class KAMRebateClaim(Document):
	pass
