"""Ways by which Frappe tells of documents without asking for the right to read them, closed for accounts (R68).

Frappe's global search, titles of links and documents of a tag ask for the right to the DocType only; so do the lists
of files and tags. A link search may leave permissions out on its own word, and a list may join any field of a
document that it links to.
"""

import re
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.desk import listview
from frappe.desk import search as link_search
from frappe.share import get_shared_doctypes
from frappe.utils import cint, cstr, global_search, sbool

from kam_extension.integration.security import selling_visibility
from kam_extension.integration.security.account_visibility import (
	SEES_ALL,
	account_records,
	condition_of_records,
	is_limited,
)

TITLE = "customer_name"
_JOINED = re.compile(
	r"\b(?:(?:kam_|parent_)?key_account|(?:kam_price_)?exception|kam_rebate_request)"
	rf"\s*\.\s*(?!{TITLE}\b)\w"
)
_ESCAPE = re.compile(r"\\+u([0-9a-fA-F]{4})")
MODULE = "KAM Extension"
MOST_PAGES = 20


def keep_to_permissions() -> None:
	"""Hook auth_hooks, which runs when the user of a request is known: who doesn't see all accounts reads no fields of
	one through a document that links to it, and a limited user's link search keeps to permissions."""
	request = frappe.form_dict
	if sbool(request.get("expand_links")) and _expands_ours():
		request.expand_links = 0
	asked = " ".join(cstr(value) for key, value in request.items() if "field" in key and value)
	joins = _JOINED.search(_ESCAPE.sub(lambda code: chr(int(code[1], 16)), asked))
	if joins and SEES_ALL.isdisjoint(frappe.get_roles()):
		frappe.throw(
			_("Fields of a key account are read from the account itself, not through {0}.").format(
				frappe.bold(joins.group().split(".")[0].strip())
			),
			frappe.PermissionError,
			title=_("Key Account"),
		)
	if (
		request.get("ignore_user_permissions")
		and is_limited()
		and request.get("doctype") in limited_doctypes()
	):
		request.ignore_user_permissions = 0


def _expands_ours() -> bool:
	"""Frappe expands links into whole documents without asking for any right or field level."""
	parts = re.split("/+", unquote(frappe.request.path))
	if frappe.session.user == "Administrator" or "resource" not in parts:
		return False
	doctype, *name = parts[parts.index("resource") + 1 :] or [""]
	if not frappe.db.exists("DocType", doctype):
		return False
	ours = set(frappe.get_all("DocType", {"module": MODULE}, pluck="name"))
	ours |= limited_doctypes() if is_limited() else set()
	meta, document = frappe.get_meta(doctype), "/".join(name).rstrip("/")
	linked = {field.options for field in meta.get_link_fields()}
	linked |= {
		frappe.db.get_value(doctype, document, field.options) for field in meta.get_dynamic_link_fields()
	}
	return not ours.isdisjoint(linked)


def limited_doctypes() -> set[str]:
	"""DocTypes of which a limited user sees a part."""
	by_switch = selling_visibility.CUSTOMER_FIELDS if selling_visibility.is_switched_on() else ()
	return {*account_records(), *by_switch}


@frappe.whitelist()
def search(text: str, start: int | str = 0, limit: int | str = 20, doctype: str = "") -> list[dict]:
	"""Frappe's global search, without the documents that the reader may not see."""
	start, limit = cint(start), cint(limit)
	if not is_limited():
		return global_search.search(text, start=start, limit=limit, doctype=doctype)
	found: list[dict] = []
	for _page in range(MOST_PAGES):
		rows = global_search.search(text, start=start, limit=limit, doctype=doctype)
		found += _visible(rows)
		start += limit
		if len(rows) < limit or len(found) >= limit:
			break
	return found[:limit]


@frappe.whitelist()
def get_link_title(doctype: str, docname: str) -> str | None:
	"""Title of a document for a link to it; its name for a reader who may not see the document."""
	if doctype in limited_doctypes() and not _is_visible(doctype, docname):
		return docname
	return link_search.get_link_title(doctype, docname)


@frappe.whitelist()
def get_tagged_docs(doctype: str, tag: str) -> list:
	"""Names of the documents with a tag that the reader may see."""
	return frappe.get_list(
		doctype, filters={"_user_tags": ("like", tag)}, as_list=True, limit_page_length=0, order_by=None
	)


@frappe.whitelist()
def get_group_by_count(doctype: str, current_filters: str, field: str) -> list[dict]:
	"""Frappe's counts in the sidebar of a list, of documents that the reader may see."""
	is_ours = frappe.get_meta(doctype).module == MODULE
	if field == "assigned_to" and (is_ours or (is_limited() and doctype in limited_doctypes())):
		filters = frappe.parse_json(current_filters)
		names = frappe.get_list(doctype, filters=filters, pluck="name", limit_page_length=0, distinct=True)
		current_filters = frappe.as_json([[doctype, "name", "in", names or [""]]])
	return listview.get_group_by_count(doctype, current_filters, field)


def condition_of_files(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook permission_query_conditions of File: attachments follow their document."""
	return _condition("File", "attached_to_doctype", "attached_to_name", user)


def condition_of_tags(user: str | None = None, doctype: str | None = None) -> str:
	"""Hook permission_query_conditions of Tag Link, which keeps the titles of tagged documents."""
	return _condition("Tag Link", "document_type", "document_name", user)


def _condition(table: str, type_field: str, name_field: str, user: str | None) -> str:
	user = user or frappe.session.user
	if not is_limited(user):
		return _condition_by_role(table, type_field, user)
	kind = f"ifnull(`tab{table}`.`{type_field}`, '')"
	parts = [
		f"({kind} != {frappe.db.escape(parent)} or `tab{table}`.`{name_field}` in "
		f"(select `tab{parent}`.name from `tab{parent}` where {_condition_of(parent, user)}))"
		for parent in sorted(limited_doctypes())
	]
	return f"({' and '.join(parts)})"


def _condition_by_role(table: str, type_field: str, user: str) -> str:
	"""Others see what their roles let them read: Frappe's list of tags asks for no right at all."""
	shared = set(get_shared_doctypes(user))
	hidden = [
		name
		for name in account_records()
		# Shared documents would be asked for in a query for each DocType.
		if name not in shared
		and not frappe.has_permission(name, "read", user=user, ignore_share_permissions=True)
	]
	names = ", ".join(frappe.db.escape(name) for name in hidden)
	return f"ifnull(`tab{table}`.`{type_field}`, '') not in ({names})" if hidden else ""


def _condition_of(doctype: str, user: str) -> str:
	hook = condition_of_records if doctype in account_records() else selling_visibility.condition_of_documents
	return hook(user, doctype)


def _visible(rows: list[dict]) -> list[dict]:
	"""Rows (`doctype`, `name`) in their order; one query for each DocType."""
	names: dict[str, list[str]] = {}
	limited = limited_doctypes()
	for row in rows:
		if row["doctype"] in limited:
			names.setdefault(row["doctype"], []).append(row["name"])
	seen = {doctype: _names_visible(doctype, wanted) for doctype, wanted in names.items()}
	return [row for row in rows if row["doctype"] not in seen or row["name"] in seen[row["doctype"]]]


def _is_visible(doctype: str, name: str) -> bool:
	if not (frappe.has_permission(doctype, "read") or frappe.has_permission(doctype, "select")):
		return False
	return not is_limited() or bool(_names_visible(doctype, [name]))


def _names_visible(doctype: str, names: list[str]) -> set[str]:
	return set(frappe.get_list(doctype, {"name": ("in", names)}, pluck="name", limit_page_length=0))
