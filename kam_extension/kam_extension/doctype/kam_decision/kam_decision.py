import frappe
from frappe import _
from frappe.model.document import Document

from kam_extension.integration.decisions.decision_page import page_of


class KAMDecision(Document):
	"""A record (R29). Only the app's own code writes it, by `doc.flags.kam_system`, which no request can set."""

	def onload(self):
		self.set_onload("page", self.page())

	def before_validate(self):
		self.refuse_by_hand()

	def on_trash(self):
		self.refuse_by_hand()

	def page(self) -> str:
		"""The decision as a readable page (HTML); the form and the print format show it."""
		return page_of(self)

	def refuse_by_hand(self):
		if not self.flags.kam_system:
			frappe.throw(
				_("A KAM Decision is a record: nobody can make, change or delete one by hand."),
				exc=frappe.PermissionError,
				title=_("Record of a Decision"),
			)


def on_doctype_update():
	frappe.db.add_index("KAM Decision", ["reference_doctype", "reference_name"])
