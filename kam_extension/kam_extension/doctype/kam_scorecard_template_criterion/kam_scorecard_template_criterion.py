from frappe.model.document import Document


class KAMScorecardTemplateCriterion(Document):
	pass
