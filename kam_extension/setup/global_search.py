"""Our documents in the desk's global search (R64): added once, the administrator's afterwards (R2).

A site that runs its setup wizard later, or resets the list, takes them from the hook global_search_doctypes. On uninstall
the rows go with the records about our DocTypes (setup/leftovers.py). Who sees what is decided at each search (R68).
"""

import frappe

SETTINGS, ROW, FIELD = "Global Search Settings", "Global Search DocType", "allowed_in_global_search"


def seed_global_search() -> None:
	"""Append the DocTypes of the hook that are not in the list yet, without touching the others' rows."""
	filters = {"parent": SETTINGS, "parenttype": SETTINGS}
	known = frappe.get_all(ROW, filters=filters, pluck="document_type")
	wanted = [
		entry["doctype"]
		for entry in frappe.get_hooks("global_search_doctypes", app_name="kam_extension")["Default"]
	]
	for doctype in wanted:
		if doctype not in known:
			known.append(doctype)
			row = frappe.new_doc(ROW)
			row.update(filters | {"parentfield": FIELD, "document_type": doctype, "idx": len(known)})
			row.db_insert()
	frappe.cache.hdel("global_search", "search_priorities")
