from frappe.model.document import Document

from kam_extension.integration.replay.explanation import page_of
from kam_extension.integration.replay.kept_rows import refuse_by_hand


class PolicyReplayOrder(Document):
	"""What two policies say of one past order (R62). Only a replay writes it, and it goes with its replay."""

	def onload(self):
		self.set_onload("page", page_of(self))

	def before_validate(self):
		refuse_by_hand(self)

	def on_trash(self):
		refuse_by_hand(self)
