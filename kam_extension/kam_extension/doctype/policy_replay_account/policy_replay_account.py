from frappe.model.document import Document

from kam_extension.integration.replay.kept_rows import refuse_by_hand


class PolicyReplayAccount(Document):
	"""What two policies make of one key account (R62). Only a replay writes it, and it goes with its replay."""

	def before_validate(self):
		refuse_by_hand(self)

	def on_trash(self):
		refuse_by_hand(self)
