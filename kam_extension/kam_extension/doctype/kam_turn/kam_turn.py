from frappe.model.document import Document


class KAMTurn(Document):
	"""A counter, written by `integration/turns.py` only."""
