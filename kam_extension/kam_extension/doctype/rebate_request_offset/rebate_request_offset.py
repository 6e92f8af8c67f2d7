from frappe.model.document import Document


class RebateRequestOffset(Document):
	"""An open invoice that the credit of a request pays; amounts in the currency of its receivable account."""
