import frappe
from frappe.model.document import Document

from kam_extension.integration.replay import control, inputs, results
from kam_extension.integration.replay.explanation import page_of


class PolicyReplay(Document):
	"""A policy tried on past orders, and what came of it (R62)."""

	def validate(self):
		inputs.keep_run(self)
		inputs.check(self)

	def on_trash(self):
		inputs.refuse_while_under_way(self)
		results.delete_rows(self.name)

	@frappe.whitelist(methods=["POST"])
	def start(self) -> None:
		"""Run it in the background. Raises PermissionError and ValidationError."""
		self.check_permission("write")
		control.start(self.name)

	@frappe.whitelist(methods=["POST"])
	def cancel_run(self) -> None:
		"""Stop it. Raises PermissionError and ValidationError."""
		self.check_permission("write")
		control.cancel(self.name)

	@frappe.whitelist()
	def largest_changes(self) -> list[dict]:
		"""The orders whose verdict changes, the largest first. Raises PermissionError."""
		self.check_permission("read")
		return results.largest_changes(self.name)

	@frappe.whitelist()
	def explain(self, row: str) -> str:
		"""The page of one order, HTML. Raises PermissionError and DoesNotExistError."""
		order = frappe.get_doc("Policy Replay Order", row)
		order.check_permission("read")
		return page_of(order)
