from frappe.model.document import Document

from kam_extension.integration.receivables.collection_promises import check_promise, judge_saved
from kam_extension.policy.codes import PromiseStatus


class CollectionPromise(Document):
	"""What a customer promised to pay, and by when (R34). Whether it was kept follows from what was received."""

	def before_validate(self):
		self.keep_judgement()

	def validate(self):
		check_promise(self)

	def on_update(self):
		judge_saved(self)

	def after_delete(self):
		judge_saved(self)

	def keep_judgement(self):
		"""Status and money are judged, whatever a request sends."""
		before = self.get_doc_before_save()
		self.status = before.status if before else PromiseStatus.OPEN.value
		self.received = before.received if before else 0
