import frappe
from frappe.model.document import Document

from kam_extension.integration.accounts.account_access import is_in_team
from kam_extension.integration.visits.care import check_care, keep_care_key

PERSONAL_LEVEL = 2


class KeyAccountCare(Document):
	"""A birthday, a festival or another occasion to show an account attention (R49)."""

	def before_validate(self):
		keep_care_key(self)

	def validate(self):
		check_care(self)

	def get_permlevel_access(self, permission_type: str = "write") -> list[int]:
		"""Whose birthday it is and what he likes is open to the account's own team, as in the file itself (R8)."""
		levels = super().get_permlevel_access(permission_type)
		if PERSONAL_LEVEL not in levels and is_in_team(self.key_account, frappe.session.user):
			return [*levels, PERSONAL_LEVEL]
		return levels
