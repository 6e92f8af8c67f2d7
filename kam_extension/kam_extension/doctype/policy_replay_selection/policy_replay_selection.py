from frappe.model.document import Document


class PolicyReplaySelection(Document):
	"""A row of the key accounts that a replay is limited to."""
