from frappe.model.document import Document


class KAMChurnWarning(Document):
	pass
