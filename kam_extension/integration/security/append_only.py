"""Records that only the app itself writes and nobody changes (R19, R29, R39)."""

import frappe
from frappe import _
from frappe.model.document import Document


class AppendOnlyRecord(Document):
	"""Base of such records: code of the app sets `flags.kam_system`, which no request can set."""

	def validate(self):
		self.refuse_unless_system()

	def on_trash(self):
		self.refuse_unless_system()

	def refuse_unless_system(self):
		if not self.flags.kam_system:
			frappe.throw(
				_(
					"{0} is a record that only the app writes. It can't be made, changed or deleted by hand."
				).format(_(self.doctype)),
				frappe.PermissionError,
				title=_("Protected Record"),
			)
