"""Cost stays with those entitled on every request of the site's API (R82).

Field permissions take cost out of what is read. Frappe checks them neither where a request filters, sorts or groups by a
field, which tells its value by trial, nor in the answers of calls that write a document or run one of its methods.
"""

import json
import re

import frappe
from frappe import _

from kam_extension.integration.security.confidentiality import CONFIDENTIAL
from kam_extension.setup.permissions import COST_LEVEL

_NAMES = "|".join(sorted(CONFIDENTIAL))
_MENTION = re.compile(_NAMES, re.IGNORECASE)
_ANSWERED = re.compile(rf'"(?:{_NAMES})"\s*:'.encode())
_PLAIN_COLUMN = re.compile(r"[\w`.\s]+")
"""A column by itself, perhaps with an alias: those Frappe leaves out where the reader may not see them."""


def refuse_questions_about_cost() -> None:
	"""Hook auth_hooks, on every request: who may not read cost may not filter, sort, group or calculate by it either."""
	if any(_asks(key, value) for key, value in frappe.form_dict.items()) and not _may_read_cost():
		frappe.throw(
			_("Cost figures are confidential: they can't be searched, sorted or grouped by."),
			frappe.PermissionError,
			title=_("Confidential"),
		)


def remove_cost(response=None, request=None) -> None:
	"""Hook after_request: take cost out of an answer that holds documents as they are stored."""
	if response is None or response.mimetype != "application/json" or not _ANSWERED.search(response.data):
		return
	if not _may_read_cost():
		response.data = json.dumps(_without_cost(json.loads(response.data)), separators=(",", ":"))


def _may_read_cost() -> bool:
	return COST_LEVEL in frappe.get_meta("Sales Order").get_permlevel_access("read")


def _asks(key: str, value, is_condition: bool = False) -> bool:
	"""Whether a value of a request uses the name of a cost field. As a key outside of conditions it is a field that a
	document brings along: those are the server's and get replaced."""
	is_condition = is_condition or "filter" in key or "condition" in key
	if isinstance(value, dict):
		named = is_condition and any(_MENTION.search(str(name)) for name in value)
		return named or any(_asks(str(name), one, is_condition) for name, one in value.items())
	if isinstance(value, list | tuple):
		return any(_asks(key, one, is_condition) for one in value)
	return isinstance(value, str) and _text_asks(key, value, is_condition)


def _text_asks(key: str, text: str, is_condition: bool) -> bool:
	if not (_MENTION.search(text) or "\\u" in text):
		return False
	if text.lstrip()[:1] in ("{", "["):
		try:
			return _asks(key, json.loads(text), is_condition)
		except ValueError:
			return True
	is_column = key in ("fields", "fieldname") and not is_condition and _PLAIN_COLUMN.fullmatch(text)
	return bool(_MENTION.search(text)) and not is_column


def _without_cost(value):
	if isinstance(value, dict):
		return {name: _without_cost(one) for name, one in value.items() if name not in CONFIDENTIAL}
	return [_without_cost(one) for one in value] if isinstance(value, list) else value
