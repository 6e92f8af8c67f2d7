import frappe
from frappe.model.document import Document

from kam_extension.integration.plans import evaluations


class KeyAccountEvaluation(Document):
	"""Strengthen, maintain or end, once a year (R58; S3 art. 10)."""

	def before_insert(self):
		evaluations.refuse_second_evaluation(self)

	def autoname(self):
		self.name = evaluations.evaluation_name(self.key_account, self.evaluation_year)

	def validate(self):
		evaluations.prepare_evaluation(self)

	def before_submit(self):
		evaluations.check_evaluation_approval(self)

	def on_submit(self):
		evaluations.start_termination(self)

	def on_cancel(self):
		evaluations.end_todos(self)


@frappe.whitelist()
def open_orders(name: str) -> int:
	"""Open orders of the account (see `evaluations.open_orders`)."""
	return evaluations.open_orders(name)


@frappe.whitelist(methods=["POST"])
def terminate_account(name: str) -> None:
	"""Terminate the account of an approved End (see `evaluations.terminate_account`)."""
	evaluations.terminate_account(name)
