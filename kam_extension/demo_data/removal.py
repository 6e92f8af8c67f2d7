"""Removes the demo: the rows of its company, whoever made them, and the documents that the load remembered."""

from collections.abc import Iterable

import frappe
from frappe.query_builder import DocType

from kam_extension.demo_data.manifest import Manifest
from kam_extension.integration.accounts import forget_customer
from kam_extension.integration.policies import forget_policies

BY_NAME_ONLY = ("Company", "Fiscal Year", "Customer", "Key Account")
ABOUT_OTHERS = (
	("Comment", "reference_doctype", "reference_name"),
	("Communication", "reference_doctype", "reference_name"),
	("Version", "ref_doctype", "docname"),
	("ToDo", "reference_type", "reference_name"),
	("Workflow Action", "reference_doctype", "reference_name"),
	("Notification Log", "document_type", "document_name"),
	("Activity Log", "reference_doctype", "reference_name"),
	("DocShare", "share_doctype", "share_name"),
	("View Log", "reference_doctype", "reference_name"),
	("File", "attached_to_doctype", "attached_to_name"),
	("Dynamic Link", "link_doctype", "link_name"),
)


def clear() -> list[str]:
	"""See `kam_extension.demo.clear`."""
	manifest = Manifest.stored()
	if manifest is None:
		return []
	made = _by_doctype(manifest.made)
	_delete_rows("Fiscal Year", made.get("Fiscal Year", []))
	for company in made.get("Company", []):
		_delete_rows_of("company", "Company", [company])
	_delete_rows_of("key_account", "Key Account", made.get("Key Account", []))
	kept = _delete_documents(reversed(manifest.made))
	Manifest.forget()
	forget_policies()
	frappe.clear_cache()
	frappe.db.commit()  # nosemgrep: called from the command line and by `load` after it rolled back
	return kept


def _by_doctype(made: Iterable[list[str]]) -> dict[str, list[str]]:
	grouped: dict[str, list[str]] = {}
	for doctype, name in made:
		grouped.setdefault(doctype, []).append(name)
	return grouped
