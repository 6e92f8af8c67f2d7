"""Removes the demo: the rows of its company, whoever made them, and the documents that the load remembered."""

import frappe
from frappe.utils import now

from kam_extension.demo_data.manifest import Manifest
from kam_extension.demo_data.rows import delete_about, delete_linked, delete_where
from kam_extension.integration.policies.policies import forget_policies
from kam_extension.integration.policies.policy_turns import POLICY_TURN
from kam_extension.integration.rebates.claims import CLAIM_TURN
from kam_extension.integration.turns import forget_turns


def clear() -> list[str]:
	"""See `kam_extension.demo.clear`."""
	manifest = Manifest.stored()
	if manifest is None:
		return []
	started = now()
	_delete_company_rows(manifest)
	_delete_prices(manifest.of("Price List"))
	_delete_around_users(manifest.of("User"))
	kept = [f"{doctype} {name}" for doctype, name in reversed(manifest.made) if not _delete(doctype, name)]
	_delete_traces(manifest, started)
	Manifest.forget()
	forget_policies()
	if not frappe.db.count("KAM Policy"):
		forget_turns(POLICY_TURN)
	if not frappe.db.count("KAM Rebate Claim"):
		forget_turns(CLAIM_TURN)
	frappe.clear_cache()
	frappe.db.commit()  # nosemgrep: called from the command line, and by `load` after it rolled back
	return kept


def _delete_company_rows(manifest: Manifest) -> None:
	"""Everything of the demo's company but the company. Key accounts go by their own event, which frees customers."""
	companies = manifest.of("Company")
	delete_where("Fiscal Year", "name", manifest.of("Fiscal Year"))
	accounts = (
		frappe.get_all("Key Account", {"company": ("in", companies)}, pluck="name") if companies else []
	)
	delete_linked("key_account", "Key Account", accounts)
	delete_linked("company", "Company", companies, but=("Key Account",))
	delete_where("User Permission", "for_value", companies)
	for name in accounts:
		frappe.delete_doc("Key Account", name, force=True, ignore_permissions=True, delete_permanently=True)


def _delete_prices(price_lists: list[str]) -> None:
	"""Prices in the demo's lists and in the tier lists that follow them, and those tier lists."""
	if not price_lists:
		return
	managed = frappe.get_all("Price List", {"kam_base_price_list": ("in", price_lists)}, pluck="name")
	delete_where("Item Price", "price_list", [*price_lists, *managed])
	for name in managed:
		_delete("Price List", name)


def _delete_around_users(users: list[str]) -> None:
	"""What Frappe makes for each user, the contact by a background job."""
	delete_where("Contact", "user", users)
	delete_where("DefaultValue", "parent", users)
	delete_where("Notification Settings", "name", users)


def _delete(doctype: str, name: str) -> bool:
	"""Delete a document, unless one that stays uses it."""
	savepoint = "kam_demo_removal"
	frappe.db.savepoint(savepoint)
	try:
		frappe.delete_doc(
			doctype, name, ignore_permissions=True, ignore_missing=True, delete_permanently=True
		)
	except frappe.ValidationError:
		frappe.db.rollback(save_point=savepoint)
		frappe.clear_last_message()
		return False
	return True


def _delete_traces(manifest: Manifest, started: str) -> None:
	"""What was written about the documents, and the notes that Frappe writes when one is deleted."""
	for doctype in manifest.doctypes():
		delete_about(doctype, manifest.of(doctype))
		filters = {"comment_type": "Deleted", "reference_doctype": doctype, "creation": (">=", started)}
		frappe.db.delete("Comment", filters)
