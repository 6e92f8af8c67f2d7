"""A key account that becomes an own company leaves the rules (R25), so not everybody may declare it one (R70)."""

from frappe import _

from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, require_role

FIELDS = ("is_internal_customer", "represents_company")


def protect_internal_customer(customer, method: str | None = None) -> None:
	"""Event validate of Customer: those who may change the file of a key account may make it an internal customer."""
	before = customer.get_doc_before_save()
	if not before or not before.kam_key_account:
		return
	if any((before.get(field) or None) != (customer.get(field) or None) for field in FIELDS):
		require_role(MANAGER_AND_ABOVE, _("Internal Customer"))
