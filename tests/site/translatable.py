"""Every text of the app that a user can read: what Frappe's own collection finds, and what it leaves out.

Frappe reads `_()` and `__()` of all files and the DocTypes' labels. It leaves out workspaces, cards, charts, reports on
other apps' DocTypes, Select options of custom fields, and texts that reach `_()` by a variable; those are read from their
files and declarations here.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import frappe
from frappe.gettext.extractors.utils import is_translatable
from frappe.translate import get_messages_for_app

from kam_extension import hooks
from kam_extension.policy.explain import COST_SENTENCES, SENTENCES
from kam_extension.setup.presets import DIRECTORY, NEW_TIERS
from kam_extension.setup.roles import ROLES
from kam_extension.setup.workflows import WORKFLOWS

APP = Path(hooks.__file__).parent
Text = tuple[str, str | None]


def texts() -> set[Text]:
	"""Pairs of a text and the context in which it is looked up (None: none)."""
	found = {*from_frappe(), *from_files(), *from_declarations()}
	return {(text.strip(), context) for text, context in found if text and is_translatable(text)}


def from_frappe() -> Iterator[Text]:
	frappe.flags.scanned_files = set()
	for source, text, *rest in get_messages_for_app("kam_extension", deduplicate=False):
		if source != "Navbar:":
			yield text, rest[0] if rest else None


def from_files() -> Iterator[Text]:
	"""Labels in the JSON files of the module and in the fixtures."""
	for path in sorted([*(APP / "kam_extension").rglob("*.json"), *(APP / "fixtures").glob("*.json")]):
		content = json.loads(path.read_text(encoding="utf-8"))
		for document in content if isinstance(content, list) else [content]:
			read = READERS.get(document.get("doctype"))
			assert read, f"{path}: say in READERS what of a {document.get('doctype')} a user reads"
			yield from read(document)


def from_declarations() -> Iterator[Text]:
	"""Texts that reach `_()` by a variable."""
	yield hooks.app_title, None
	for template in (*SENTENCES.values(), *COST_SENTENCES.values(), *ROLES):
		yield template, None
	for preset in sorted(DIRECTORY.glob("*.json")):
		terms = json.loads(preset.read_text(encoding="utf-8"))
		for text in (
			terms["title"],
			terms["description"],
			*(tier["title"] for tier in terms.get(NEW_TIERS, ())),
		):
			yield text, None
	for workflow in WORKFLOWS:
		yield from ((state.state, None) for state in workflow.states)
		yield from ((step.action, None) for step in workflow.steps)


def of_doctype(document: dict) -> Iterator[Text]:
	name = document["name"]
	yield name, None
	yield document.get("description"), None
	for field in document.get("fields", []):
		yield from of_field(field, name)
	for action in document.get("actions", []):
		yield action.get("label"), None
	for link in document.get("links", []):
		yield link.get("group"), None
	for state in document.get("states", []):
		yield state.get("title"), None


def of_field(field: dict, doctype: str) -> Iterator[Text]:
	"""Forms look labels, descriptions and options up with the DocType as context, lists without."""
	for text in (field.get("label"), field.get("description"), *options_of(field)):
		yield text, doctype
		yield text, None


def options_of(field: dict) -> list[str]:
	if field.get("fieldtype") == "Select" and field.get("fieldname") != "naming_series":
		return (field.get("options") or "").split("\n")
	return [field["options"]] if field.get("fieldtype") == "HTML" and field.get("options") else []


def of_custom_field(document: dict) -> Iterator[Text]:
	yield from of_field(document, document["dt"])


def of_report(document: dict) -> Iterator[Text]:
	yield document["report_name"], None
	for column in document.get("columns", []):
		yield column.get("label"), f"Column of report '{document['report_name']}'"
	for entry in document.get("filters", []):
		yield entry.get("label"), None


def of_workspace(document: dict) -> Iterator[Text]:
	yield document["label"], None
	yield document["title"], None
	for table in ("links", "shortcuts", "number_cards", "charts"):
		for row in document.get(table, []):
			yield from ((row.get(key), None) for key in ("label", "description", "format"))
	for block in json.loads(document["content"]):
		yield re.sub("<[^>]*>", "", block["data"].get("text", "")), None


def of_number_card(document: dict) -> Iterator[Text]:
	yield document["label"], None


def of_print_format(document: dict) -> Iterator[Text]:
	yield document["name"], None


def of_dashboard_chart(document: dict) -> Iterator[Text]:
	yield document["chart_name"], None


READERS = {
	"DocType": of_doctype,
	"Custom Field": of_custom_field,
	"Report": of_report,
	"Workspace": of_workspace,
	"Number Card": of_number_card,
	"Dashboard Chart": of_dashboard_chart,
	"Print Format": of_print_format,
}
