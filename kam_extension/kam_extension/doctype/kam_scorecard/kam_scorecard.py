import frappe
from frappe.model.document import Document

from kam_extension.integration.people import scorecards
from kam_extension.integration.security.own_records import keep_as_stored


class KAMScorecard(Document):
	"""A person's month: points, payout, rank (R59; S4 chapter 6)."""

	def validate(self):
		scorecards.prepare_scorecard(self)

	def before_submit(self):
		scorecards.check_scorecard_approval(self)

	def before_update_after_submit(self):
		scorecards.refuse_own(self)

	def before_cancel(self):
		keep_as_stored(self)
		scorecards.refuse_own(self)

	def on_submit(self):
		scorecards.after_approval(self)

	def on_cancel(self):
		scorecards.after_cancel(self)


@frappe.whitelist(methods=["POST"])
def object_to(name: str, objection: str) -> None:
	"""The person's objection to a scorecard (see `scorecards.object_to`)."""
	scorecards.object_to(name, objection)
