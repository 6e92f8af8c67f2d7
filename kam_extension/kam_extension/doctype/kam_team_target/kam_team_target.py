from frappe.model.document import Document

from kam_extension.integration.people import team_targets


class KAMTeamTarget(Document):
	"""What a unit is to sell in a month (R59; S4 chapter 6, 5.)."""

	def validate(self):
		team_targets.prepare_target(self)

	def before_submit(self):
		team_targets.check_target_approval(self)

	def on_cancel(self):
		team_targets.release_key(self)
