"""The app's roles (S4 and S0 name the functions that they stand for)."""

import frappe
from frappe.query_builder import DocType

KAM_USER = "KAM User"
KAM_MANAGER = "KAM Manager"
KAM_DIRECTOR = "KAM Director"
KAM_EXECUTIVE = "KAM Executive"
KAM_FINANCE = "KAM Finance"

ROLES = (KAM_USER, KAM_MANAGER, KAM_DIRECTOR, KAM_EXECUTIVE, KAM_FINANCE)
COST_READERS = (KAM_MANAGER, KAM_DIRECTOR, KAM_EXECUTIVE, KAM_FINANCE)


def remove_roles() -> None:
	"""Take the roles from users, role profiles, reports and pages, then delete them (R1)."""
	for doctype in ("Has Role", "Custom DocPerm"):
		table = DocType(doctype)
		frappe.qb.from_(table).delete().where(table.role.isin(ROLES)).run()
	for role in ROLES:
		frappe.delete_doc("Role", role, force=True, ignore_missing=True, delete_permanently=True)
