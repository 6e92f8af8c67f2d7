from frappe.model.document import Document


class KAMAccountTurn(Document):
	"""A counter, written by `enforcement/turns.py` only."""
