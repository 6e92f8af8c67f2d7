from frappe.model.document import Document


class KAMScorecardPoint(Document):
	pass
