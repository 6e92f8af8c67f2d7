from frappe.model.document import Document


class KeyAccountReportStep(Document):
	pass
