from frappe.model.document import Document


class KeyAccountStakeholder(Document):
	pass
