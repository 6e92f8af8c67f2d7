from frappe.model.document import Document


class KAMSettingsCompany(Document):
	pass
