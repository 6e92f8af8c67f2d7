"""What the demo made, kept in the database: removal takes that and nothing else."""

import json

import frappe
from frappe.model.document import Document

PARENT, KEY = "__kam_demo", "made"


class Manifest:
	"""`made` lists (DocType, name) in order of making; `names` maps the book's codes to documents' names."""

	def __init__(self):
		self.made: list[list[str]] = []
		self.names: dict[str, str] = {}
		self.is_complete = False

	def doctypes(self) -> list[str]:
		return list(dict.fromkeys(doctype for doctype, _name in self.made))

	def of(self, doctype: str) -> list[str]:
		"""Names of the documents of this DocType that were made."""
		return [name for made, name in self.made if made == doctype]

	@classmethod
	def stored(cls) -> "Manifest | None":
		"""What an earlier load left, complete or not; None when there was none."""
		value = frappe.db.get_value("DefaultValue", {"parent": PARENT, "defkey": KEY}, "defvalue")
		if not value:
			return None
		manifest = cls()
		content = json.loads(value)
		manifest.made, manifest.is_complete = content["made"], content["is_complete"]
		return manifest

	def make(self, doctype: str, code: str | None = None, **values) -> Document:
		"""Insert a document and remember it, under the book's `code` when one is given."""
		document = frappe.get_doc({"doctype": doctype, **values})
		document.insert()
		self.made.append([document.doctype, document.name])
		if code:
			self.names[code] = document.name
		return document

	def make_missing(self, doctype: str, name: str, **values) -> str:
		"""Make a document of this name unless the site has one already, which is then used and not remembered."""
		if not frappe.db.exists(doctype, name):
			self.make(doctype, **values)
		return name

	def store(self) -> None:
		frappe.db.delete("DefaultValue", {"parent": PARENT})
		content = json.dumps({"made": self.made, "is_complete": self.is_complete})
		row = {
			"doctype": "DefaultValue",
			"parent": PARENT,
			"parenttype": PARENT,
			"parentfield": "system_defaults",
		}
		frappe.get_doc({**row, "defkey": KEY, "defvalue": content}).db_insert()

	@staticmethod
	def forget() -> None:
		frappe.db.delete("DefaultValue", {"parent": PARENT})
