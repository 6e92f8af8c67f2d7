from frappe.model.document import Document


class RebateAccrualAccount(Document):
	"""What one account had earned and not been settled at the month's end (R42); written by the server."""
