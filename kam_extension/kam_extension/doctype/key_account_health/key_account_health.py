from frappe.model.document import Document


class KeyAccountHealth(Document):
	"""An account's health score from one day on (R77); written by the nightly run only."""
