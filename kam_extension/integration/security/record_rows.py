"""Controller of all our tables: a row read by itself is as confidential as its document (R68).

For a row that comes without its document Frappe asks for the right to the document's DocType only, and a request may
choose the row by any filter. hooks.py gives this class to all tables that have no code of their own.
"""

import frappe
from frappe.model.document import Document


class RecordRow(Document):
	def has_permission(self, permtype="read", *, debug=False, user=None) -> bool:
		"""The right to the row's document as well."""
		if not super().has_permission(permtype, debug=debug, user=user):
			return False
		if self.flags.ignore_permissions or self.parent_doc or not self.parent:
			return True
		return bool(frappe.has_permission(self.parenttype, permtype, doc=self.parent, user=user))
