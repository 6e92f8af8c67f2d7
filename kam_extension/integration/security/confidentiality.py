"""Cost figures, and what is personal of stakeholders, stay with those entitled (R82, R8): field permissions guard the
document, this guards its history.
"""

import json

from kam_extension.integration.documents.selling_documents import GUARDED

CONFIDENTIAL = frozenset(
	{
		*("kam_unit_cost", "kam_required_markup", "kam_actual_markup", "kam_net_markup", "kam_rebate_rate"),
		*("plan_margin_target", "plan_margin_actual", "plan_margin_last_year", "plan_margin_light"),
		*("quarter_margin", "evaluation_margin"),
	}
)
PERSONAL = frozenset({"birthday", "preferences"})
_WITH_COST = (*GUARDED, "Key Account Plan", "Key Account Evaluation")
_HIDDEN = {**dict.fromkeys(_WITH_COST, CONFIDENTIAL), "Key Account": PERSONAL}


def strip_version(version, method: str | None = None) -> None:
	"""Event before_insert of Version: everybody who reads a document reads its history, so nothing goes into it that
	not all of them may read.
	"""
	hidden = _HIDDEN.get(version.ref_doctype, frozenset())
	if not any(field in version.data for field in hidden):
		return
	data = json.loads(version.data)
	data["changed"] = _without(hidden, data.get("changed"))
	for row in data.get("row_changed") or ():
		row[-1] = _without(hidden, row[-1])
	for kind in ("added", "removed"):
		for _table, values in data.get(kind) or ():
			for field in hidden:
				values.pop(field, None)
	version.data = json.dumps(data, indent=None, separators=(",", ":"))


def _without(hidden: frozenset[str], changes: list | None) -> list:
	return [change for change in changes or () if change[0] not in hidden]
