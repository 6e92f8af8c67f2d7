import frappe
from frappe.model.document import Document

from kam_extension.integration.plans import plan_actions, plan_paper, plans, quarter_reviews


class KeyAccountPlan(Document):
	"""An account's targets, strategy and actions of a fiscal year (R57; S0)."""

	def before_insert(self):
		plans.refuse_second_plan(self)

	def autoname(self):
		self.name = plans.plan_name(self.key_account, self.fiscal_year)

	def validate(self):
		plans.prepare_plan(self)

	def plan_paper(self) -> dict:
		"""What the print format Key Account Annual Plan shows besides the fields."""
		return plan_paper.plan_paper(self)

	def before_submit(self):
		plans.check_plan_approval(self)

	def on_submit(self):
		plan_actions.follow_actions(self)

	def on_update_after_submit(self):
		plan_actions.follow_actions(self)

	def on_cancel(self):
		self.db_set("status", "Cancelled", update_modified=False)
		plan_actions.end_actions(self)


@frappe.whitelist(methods=["POST"])
def refresh_actuals(name: str) -> None:
	"""Read a plan's figures anew (see `quarter_reviews.refresh_plan`)."""
	quarter_reviews.refresh_plan(name)


@frappe.whitelist(methods=["POST"])
def review_quarter(name: str, quarter: int, review: str, confirm: int = 0) -> None:
	"""Review a quarter, and confirm it (see `quarter_reviews.review_quarter`)."""
	quarter_reviews.review_quarter(name, int(quarter), review, bool(int(confirm)))
