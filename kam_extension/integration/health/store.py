"""The tables of the health score, written for many accounts at once (R77)."""

import json
from collections.abc import Sequence
from datetime import date

import frappe
from frappe.utils import now

HEALTH, PART = "Key Account Health", "Key Account Health Part"

_STATES = "select name, health_score, health_band from `tabKey Account` where name in %(names)s order by name"
_LOCK = f"{_STATES} for update"
# The rows travel as one parameter.
_PUBLISH = """
	update `tabKey Account` account
		join json_table(%(rows)s, '$[*]' columns (
			name varchar(140) path '$[0]', score int path '$[1]', band varchar(140) path '$[2]'
		)) scored on scored.name = account.name
	set account.health_score = scored.score, account.health_band = scored.band
"""
_ROW_FIELDS = ("name", "creation", "modified", "owner", "modified_by")
_HEALTH_FIELDS = (*_ROW_FIELDS, "key_account", "customer_name", "scored_on", "score", "band")
_PART_FIELDS = (
	*_ROW_FIELDS, "idx", "parent", "parenttype", "parentfield", "part", "value", "score", "weight", "evidence_date",
)  # fmt: skip


def locked_states(names: Sequence[str], lock: bool) -> dict[str, tuple]:
	"""Key account → stored score and band, as committed last and locked where `lock` says so."""
	rows = frappe.db.sql(_LOCK if lock else _STATES, {"names": tuple(names)})
	return {name: (score, band) for name, score, band in rows}


def record_name(key_account: str, day: date) -> str:
	"""Name of an account's score of a day: there is one, whoever writes it."""
	return f"{key_account}-{day}"


def write_scores(scored: Sequence) -> None:
	"""One record a score with its parts, in place of an earlier one of the same day; and the account's own fields."""
	if not scored:
		return
	names = {one.account.name: record_name(one.account.name, one.as_of) for one in scored}
	frappe.db.delete(PART, {"parent": ("in", list(names.values()))})
	frappe.db.delete(HEALTH, {"name": ("in", list(names.values()))})
	stamp = (now(), now(), frappe.session.user, frappe.session.user)
	frappe.db.bulk_insert(HEALTH, _HEALTH_FIELDS, [_health_row(one, names, stamp) for one in scored])
	parts = [row for one in scored for row in _part_rows(one, names[one.account.name], stamp)]
	frappe.db.bulk_insert(PART, _PART_FIELDS, parts)
	rows = [(one.account.name, one.health.score, one.band) for one in scored]
	frappe.db.sql(_PUBLISH, {"rows": json.dumps(rows)})


def forget_health(key_account: str) -> None:
	"""With a Key Account that is deleted go its scores."""
	names = frappe.get_all(HEALTH, {"key_account": key_account}, pluck="name")
	if names:
		frappe.db.delete(PART, {"parent": ("in", names)})
		frappe.db.delete(HEALTH, {"name": ("in", names)})


def _health_row(one, names: dict[str, str], stamp: tuple) -> tuple:
	account = one.account
	return (
		names[account.name], *stamp, account.name, account.customer_name, one.as_of, one.health.score, one.band,
	)  # fmt: skip


def _part_rows(one, parent: str, stamp: tuple):
	for idx, part in enumerate(one.health.parts, start=1):
		yield (
			f"{parent}-{idx}", *stamp, idx, parent, HEALTH, "parts", part.part, round(float(part.value), 2),
			float(part.points), float(part.weight), part.evidence_date,
		)  # fmt: skip
