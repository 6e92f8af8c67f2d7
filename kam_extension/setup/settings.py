"""KAM Settings: a Single keeps no default in the database before somebody saves it, and code reads the database."""

import frappe
from frappe.utils import cstr

DOCTYPE = "KAM Settings"


def complete_settings() -> None:
	"""Store the default of each setting that the site has never stored; what it has set stays (R2)."""
	stored = frappe.db.get_singles_dict(DOCTYPE)
	missing = {
		field.fieldname: field.default
		for field in frappe.get_meta(DOCTYPE).fields
		if cstr(field.default) and field.fieldname not in stored
	}
	if missing:
		frappe.db.set_single_value(DOCTYPE, missing)
