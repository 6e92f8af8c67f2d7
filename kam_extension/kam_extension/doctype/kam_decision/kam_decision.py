import frappe
from frappe import _
from frappe.model.document import Document


class KAMDecision(Document):
	"""A record (R29). Only the app's own code writes it, by `doc.flags.kam_system`, which no request can set."""

	def before_validate(self):
		self.refuse_by_hand()

	def on_trash(self):
		self.refuse_by_hand()

	def refuse_by_hand(self):
		may_insert = self.is_new() and self.flags.ignore_permissions
		if not (self.flags.kam_system or may_insert):
			frappe.throw(
				_("A KAM Decision is a record: nobody can make, change or delete one by hand."),
				exc=frappe.PermissionError,
				title=_("Record of a Decision"),
			)


def on_doctype_update():
	frappe.db.add_index("KAM Decision", ["reference_doctype", "reference_name"])
