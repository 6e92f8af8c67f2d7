"""What is personal of stakeholders can't be got by trial or by an export (R8).

Field permissions take birthday and preferences out of what is read. Frappe checks them neither where a request filters
or sorts by a field, which tells its value by trial, nor in its export tools.
"""

import re
from urllib.parse import unquote

import frappe
from frappe import _

from kam_extension.integration.security.account_visibility import is_limited
from kam_extension.integration.security.confidentiality import PERSONAL

ACCOUNT, PERSONAL_LEVEL = "Key Account", 2
QUESTIONS = (
	"filters", "or_filters", "fields", "order_by", "group_by", "having", "export_fields", "select_columns",
	"aggregate_on_field", "aggregate_on_doctype", "field", "txt_field", "searchfield",
	"current_filters", "chart", "field_map", "stats",
)  # fmt: skip
# Exports that take every field where none is named, by the name of the parameter that names them.
EXPORTS = {"download_template": "export_fields", "export_data": "select_columns"}
_MENTION = re.compile(rf"\b(?:{'|'.join(sorted(PERSONAL))})\b", re.IGNORECASE)


def refuse_questions_about_persons() -> None:
	"""Hook auth_hooks, on every request: who may not read the fields may not filter, sort, group or export by them either.

	Members of sales see accounts that they belong to and no others, and of those they may read the fields.
	"""
	if not _asks(frappe.form_dict, _path()) or _may_read():
		return
	frappe.throw(
		_("Birthday and preferences of stakeholders are for the account's team: leave these fields out."),
		frappe.PermissionError,
		title=_("Confidential"),
	)


def _path() -> str:
	request = getattr(frappe.local, "request", None)
	return unquote(request.path) if request else ""


def _asks(form: dict, path: str) -> bool:
	asked = [str(form[key]) for key in QUESTIONS if form.get(key)]
	is_export = _exports_all(form, path)
	if not is_export and not any(_MENTION.search(text) or "\\u" in text for text in asked):
		return False
	return ACCOUNT in f"{path} {form.get('doctype') or ''} {' '.join(asked)}"


def _exports_all(form: dict, path: str) -> bool:
	method = str(form.get("cmd") or path).rpartition(".")[2]
	parameter = EXPORTS.get(method)
	return bool(parameter) and str(form.get(parameter) or "All").strip('"') == "All"


def _may_read() -> bool:
	return is_limited() or PERSONAL_LEVEL in frappe.get_meta(ACCOUNT).get_permlevel_access("read")
