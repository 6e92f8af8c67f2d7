from frappe.model.document import Document


class KeyAccountTeamMember(Document):
	pass
