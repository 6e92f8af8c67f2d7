"""An account's health over time, for its form (R77)."""

import frappe

from kam_extension.integration.health.settings import health_terms

LATEST_SCORES = 200
_WEAKEST = """
	select health.scored_on, part.part, part.score points
	from `tabKey Account Health` health
		join `tabKey Account Health Part` part on part.parent = health.name
	where health.key_account = %(account)s
	order by health.scored_on desc, part.score, part.weight desc
	limit 1
"""
PART_FIELDS = ("part", "value", "score", "weight", "evidence_date")


def health_history(key_account: str) -> dict:
	"""What a reader of the Key Account may know of its health; raises PermissionError for others.

	`scores`: oldest first, `scored_on`, `score`, `band`. `parts` of the latest one. `missing`: parts that count and had
	no data. `fair_below`, `poor_below`: the thresholds.
	"""
	frappe.has_permission("Key Account", "read", doc=key_account, throw=True)
	# Whoever may read the file may read what became of it.
	scores = frappe.get_all(
		"Key Account Health",
		filters={"key_account": key_account},
		fields=["name", "scored_on", "score", "band"],
		order_by="scored_on desc",
		limit=LATEST_SCORES,
	)
	terms = health_terms()
	parts = _parts(scores[0].name) if scores else []
	known = {row.part for row in parts}
	return {
		"scores": scores[::-1],
		"parts": parts,
		"missing": [
			part for part, part_terms in terms.parts.items() if part_terms.weight > 0 and part not in known
		]
		if scores
		else [],
		"fair_below": terms.fair_below,
		"poor_below": terms.poor_below,
	}


def weakest_part(account) -> dict | None:
	"""Of the latest score: since when it holds (`scored_on`), and its `part` with the fewest `points`."""
	rows = frappe.db.sql(_WEAKEST, {"account": account.name}, as_dict=True)
	return rows[0] if rows else None


def _parts(name: str) -> list:
	filters = {"parent": name, "parenttype": "Key Account Health"}
	return frappe.get_all("Key Account Health Part", filters=filters, fields=PART_FIELDS, order_by="idx")
