"""Cost figures stay with those entitled (R82): field permissions guard the document, this guards its history."""

import json

from kam_extension.integration.documents.selling_documents import GUARDED

CONFIDENTIAL = frozenset(
	{"kam_unit_cost", "kam_required_markup", "kam_actual_markup", "kam_net_markup", "kam_rebate_rate"}
)


def strip_version(version, method: str | None = None) -> None:
	"""Event before_insert of Version: everybody who reads a document reads its history, so no cost goes into it."""
	if version.ref_doctype not in GUARDED or not any(field in version.data for field in CONFIDENTIAL):
		return
	data = json.loads(version.data)
	data["changed"] = _without_cost(data.get("changed"))
	for row in data.get("row_changed") or ():
		row[-1] = _without_cost(row[-1])
	for kind in ("added", "removed"):
		for _table, values in data.get(kind) or ():
			for field in CONFIDENTIAL:
				values.pop(field, None)
	version.data = json.dumps(data, indent=None, separators=(",", ":"))


def _without_cost(changes: list | None) -> list:
	return [change for change in changes or () if change[0] not in CONFIDENTIAL]
