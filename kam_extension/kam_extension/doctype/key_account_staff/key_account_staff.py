from frappe.model.document import Document

from kam_extension.integration.people import archive
from kam_extension.integration.people.staff import check_staff


class KeyAccountStaff(Document):
	"""An account manager or clerk: supervisor, scorecard, pay, archive (R12, R59)."""

	def validate(self):
		check_staff(self)

	def archive(self) -> dict:
		"""What the print format Manager Archive shows besides the fields."""
		return archive.archive(self)
