from frappe.model.document import Document


class RebateApproval(Document):
	"""Who approved which figure at which step of a Rebate Agreement or Rebate Request (R39); written by the server."""
