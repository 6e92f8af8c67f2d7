from frappe.model.document import Document


class KeyAccountPlanAction(Document):
	pass
