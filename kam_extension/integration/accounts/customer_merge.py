"""Renaming and merging customers keeps the key-account file whole (R6)."""

import frappe
from frappe import _
from frappe.utils import get_link_to_form

from kam_extension.integration.accounts.accounts import publish_account


def refuse_merge_of_two_accounts(
	customer, method: str | None, old: str, new: str, merge: bool = False
) -> None:
	"""Event before_rename of Customer: two files can't become one by themselves."""
	if not merge:
		return
	files = frappe.get_all("Key Account", {"customer": ("in", (old, new))}, ["name", "customer"])
	if len(files) < 2:
		return
	of = {row.customer: get_link_to_form("Key Account", row.name) for row in files}
	frappe.throw(
		_(
			"{0} and {1} both have a key account ({2}, {3}). Move what you need from the one into the other and "
			"delete it, then merge the customers."
		).format(frappe.bold(old), frappe.bold(new), of[old], of[new]),
		title=_("Two Key Accounts"),
	)


def carry_account(customer, method: str | None, old: str, new: str, merge: bool = False) -> None:
	"""Event after_rename of Customer: after a merge the remaining customer shows the file."""
	file = frappe.db.get_value("Key Account", {"customer": new}) if merge else None
	if file:
		publish_account(frappe.get_doc("Key Account", file))


def refresh_customer_name(customer, method: str | None = None) -> None:
	"""Event on_update of Customer: its key account is listed and found under the present name."""
	frappe.db.set_value(
		"Key Account",
		{"customer": customer.name, "customer_name": ("!=", customer.customer_name)},
		"customer_name",
		customer.customer_name,
		update_modified=False,
	)
