from frappe.model.document import Document


class RebateAgreementProgramme(Document):
	pass
