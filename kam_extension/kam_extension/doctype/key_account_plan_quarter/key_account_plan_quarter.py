from frappe.model.document import Document


class KeyAccountPlanQuarter(Document):
	pass
