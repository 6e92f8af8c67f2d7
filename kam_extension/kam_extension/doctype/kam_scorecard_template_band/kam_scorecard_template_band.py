from frappe.model.document import Document


class KAMScorecardTemplateBand(Document):
	pass
