"""What a policy changes against another one, in the reader's words (R13, R79)."""

import frappe
from frappe import _
from frappe.utils import formatdate

from kam_extension.integration.policies.policies import policy_in_force, terms_of
from kam_extension.integration.policies.policy_words import (
	column_label,
	field_label,
	row_text,
	tab_labels,
	value_text,
)
from kam_extension.policy.comparison import Difference, compare_terms


def compare_policies(policy, other_name: str | None = None) -> dict:
	"""What `policy` changes against another KAM Policy: by default the one that it supersedes, else the one in force.

	Returns `old` and `new` (name, title, dates) and `sections`: the tabs with differences, in the order of the form,
	each with `rows` of `field`, `label`, `about`, `kind` (Changed, Added, Removed) and `changes` (label, old, new).
	Raises frappe.ValidationError where there is nothing to compare with, PermissionError without the right to read it.
	"""
	name = other_name or _usual_other(policy)
	if not name or name == policy.name:
		frappe.throw(
			_("There is no other policy to compare {0} with. Choose one.").format(frappe.bold(policy.title)),
			title=_("Nothing to Compare"),
		)
	other = frappe.get_doc("KAM Policy", name)
	other.check_permission("read")
	differences = compare_terms(terms_of(other), terms_of(policy))
	return {"old": _heading(other), "new": _heading(policy), "sections": _sections(differences)}


def _usual_other(policy) -> str | None:
	if policy.supersedes or policy.amended_from:
		return policy.supersedes or policy.amended_from
	in_force = policy_in_force(policy.company or "")
	return in_force.name if in_force else None


def _heading(policy) -> dict:
	start = formatdate(policy.valid_from) if policy.valid_from else ""
	end = formatdate(policy.valid_to) if policy.valid_to else _("open end")
	return {"name": policy.name, "title": policy.title, "days": _("{0} to {1}").format(start, end)}


def _sections(differences: list[Difference]) -> list[dict]:
	tabs = tab_labels()
	order = list(tabs)
	sections: dict[str, list[dict]] = {}
	for difference in sorted(differences, key=lambda one: order.index(one.field)):
		sections.setdefault(tabs[difference.field], []).append(_row(difference))
	return [{"tab": tab, "rows": rows} for tab, rows in sections.items()]


def _row(difference: Difference) -> dict:
	return {
		"field": difference.field,
		"label": field_label(difference.field),
		"about": row_text(difference.field, difference.key) if difference.key else "",
		"kind": str(difference.kind),
		"changes": [
			{
				"label": column_label(difference.field, change.column) if change.column else "",
				"old": value_text(difference.field, change.column, change.old),
				"new": value_text(difference.field, change.column, change.new),
			}
			for change in difference.changes
		],
	}
