"""By a switch, what holds for key accounts holds for ERPNext's own papers about them (R68).

Limited are the same users as in `account_visibility`. Documents of customers that are no key accounts stay as they are.
"""

import frappe
from frappe import _
from frappe.permissions import push_perm_check_log

from kam_extension.integration.accounts.account_access import is_in_team, sql_of_accounts
from kam_extension.integration.accounts.accounts import account_of
from kam_extension.integration.security.account_visibility import is_limited

CUSTOMER = "Customer"
# DocType → field with the customer, and the field that says whether it is one, where it may be somebody else.
CUSTOMER_FIELDS = {
	CUSTOMER: ("name", None),
	"Blanket Order": ("customer", None),
	"Delivery Note": ("customer", None),
	"Dunning": ("customer", None),
	"GL Entry": ("party", "party_type"),
	"Issue": ("customer", None),
	"Opportunity": ("party_name", "opportunity_from"),
	"POS Invoice": ("customer", None),
	"Payment Entry": ("party", "party_type"),
	"Payment Ledger Entry": ("party", "party_type"),
	"Payment Request": ("party", "party_type"),
	"Quotation": ("party_name", "quotation_to"),
	"Sales Invoice": ("customer", None),
	"Sales Order": ("customer", None),
}


def is_switched_on() -> bool:
	"""Whether the site limits these documents. No query: every save of a selling document may ask this."""
	return bool(frappe.get_cached_doc("KAM Settings").get("limit_selling_documents"))


def condition_of_documents(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook permission_query_conditions: SQL that leaves out documents of other people's key accounts."""
	user = user or frappe.session.user
	if not (is_limited(user) and is_switched_on()):
		return ""
	field, kind = CUSTOMER_FIELDS[doctype]
	customer = f"`tab{doctype}`.`{field}`"
	own = f"select kam_own.name from {sql_of_accounts(user)} kam_own"
	parts = [
		f"{customer} in (select own_file.customer from `tabKey Account` own_file where own_file.name in ({own}))",
		# One look at an index for each row that is listed. As `not in` or `not exists` MariaDB reads all accounts first.
		f"(select 1 from `tabKey Account` any_file where any_file.customer = {customer} limit 1) is null",
	]
	if kind:
		parts.append(f"ifnull(`tab{doctype}`.`{kind}`, '') != '{CUSTOMER}'")
	shared = frappe.share.get_shared(doctype, user)
	if shared:
		names = ", ".join(frappe.db.escape(name, percent=False) for name in shared)
		parts.append(f"`tab{doctype}`.name in ({names})")
	return f"({' or '.join(parts)})"


def condition_of_rows(user: str | None = None, doctype: str | None = None) -> str:
	"""The same for the item rows of the selling documents."""
	parent = doctype.removesuffix(" Item")
	condition = condition_of_documents(user, parent)
	return f"`tab{doctype}`.parent in (select name from `tab{parent}` where {condition})" if condition else ""


def may_use(doc, ptype: str | None = None, user: str | None = None) -> bool | None:
	"""Hook has_permission: False for a document of another's key account, None to leave it to roles and shares.

	What is stored counts as much as what is about to be stored.
	"""
	user = user or frappe.session.user
	if not (is_limited(user) and is_switched_on()):
		return None
	accounts = {account_of(customer) for customer in _customers(doc)} - {None}
	if all(is_in_team(account, user) for account in accounts):
		return None
	push_perm_check_log(
		_("{0} {1}: this key account is not yours. You see the accounts that you manage or serve.").format(
			_(doc.doctype), frappe.bold(doc.name or "")
		)
	)
	return False


def _customers(doc) -> set[str]:
	field, kind = CUSTOMER_FIELDS[doc.doctype]
	fields = [field, kind] if kind else [field]
	stored = frappe.db.get_value(doc.doctype, doc.name, fields, as_dict=True) if doc.name else None
	versions = [version for version in (doc, stored) if version]
	return {
		version.get(field)
		for version in versions
		if version.get(field) and (not kind or version.get(kind) == CUSTOMER)
	}
