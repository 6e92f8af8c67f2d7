"""The figures behind a decision can't be found out by trial: nobody searches or sorts by what he may not read (R82).

Frappe leaves a field out of an answer by its permission level, but filters, sorts and groups by it all the same.
"""

import re
from urllib.parse import unquote

import frappe
from frappe import _

RECORD = "KAM Decision"
FREE_TEXT = {"content", "description", "message", "subject", "txt"}
_FIGURES = re.compile(r"\bdetails\b", re.IGNORECASE)


def refuse_questions_about_details() -> None:
	"""Hook auth_hooks, on every request: `details` of decisions is for those who may read it."""
	if _is_about_decisions() and _mentions_details() and not _may_read_details():
		frappe.throw(
			_(
				"The figures behind a decision are confidential: they can't be searched, sorted or grouped by."
			),
			frappe.PermissionError,
			title=_("Confidential"),
		)


def _is_about_decisions() -> bool:
	request = frappe.local.request
	in_path = request is not None and RECORD in unquote(request.path)
	return in_path or any(RECORD in value for value in _texts())


def _mentions_details() -> bool:
	return any(_FIGURES.search(value) for value in _texts())


def _texts() -> list[str]:
	"""What the request says in so many words; JSON escapes could spell the field's name differently."""
	return [_unescaped(str(value)) for key, value in frappe.form_dict.items() if key not in FREE_TEXT]


def _unescaped(text: str) -> str:
	if "\\u" not in text:
		return text
	return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


def _may_read_details() -> bool:
	permlevel = frappe.get_meta(RECORD).get_field("details").permlevel
	return permlevel in frappe.get_meta(RECORD).get_permlevel_access("read")
