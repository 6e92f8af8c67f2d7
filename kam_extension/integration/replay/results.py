"""The rows that a replay keeps: one for each order and each account, nothing in them changes later (R62)."""

import base64
import json
import zlib
from collections.abc import Iterable, Sequence

import frappe
from frappe.utils import now

from kam_extension.integration.bulk_rows import insert_rows
from kam_extension.integration.replay.verdicts import (
	NEWLY_BLOCKED,
	NO_LONGER_BLOCKED,
	OTHER_VERDICT,
	Compared,
	Judged,
)
from kam_extension.policy.codes import VerdictCode
from kam_extension.policy.facts import DocumentFacts
from kam_extension.policy.money import ZERO
from kam_extension.replay.frozen import freeze

ORDER, ACCOUNT = "Policy Replay Order", "Policy Replay Account"
_FIGURES = (
	"policy", "verdict", "rules", "required_net", "passing_net", "cost", "required_markup", "actual_markup",
	"net_markup", "rebate_rate",
)  # fmt: skip
_COLUMNS = (
	"name", "creation", "modified", "owner", "modified_by", "replay", "company", "sales_order", "order_date", "customer",
	"customer_name", "key_account", "account_class", "tier", "net_total", "change", "not_replayed", "details",
	*_FIGURES, *(f"before_{name}" for name in _FIGURES),
)  # fmt: skip
SHOWN_CHANGES = 20
CHANGED = (NEWLY_BLOCKED, NO_LONGER_BLOCKED, OTHER_VERDICT)


def write_orders(replay, first: int, compared: Sequence[Compared]) -> None:
	"""Keep the verdicts on a chunk of orders, numbered from `first`. One statement for some hundred rows."""
	moment = now()
	rows = (_order_row(replay, first + place, moment, one) for place, one in enumerate(compared))
	insert_rows(ORDER, _COLUMNS, rows)


def _order_row(replay, number: int, moment: str, one: Compared) -> tuple:
	head, account, user = one.order.head, one.order.document.account, replay.started_by
	return (
		f"{replay.name}-{number:07}", moment, moment, user, user, replay.name, replay.company, head.name,
		head.transaction_date, head.customer, head.customer_name, head.key_account, account.account_class, account.tier,
		_number(one.order.document.net), one.change,
		"\n".join(one.order.not_replayed(one.tried.terms)) if one.tried.facts else "",
		pack(one), *_figures(one.tried), *_figures(one.before),
	)  # fmt: skip


def _figures(judged: Judged | None) -> tuple:
	"""The values of `_FIGURES`."""
	if judged is None:
		return (None, "", "", *[0] * (len(_FIGURES) - 3))
	verdict, margin = judged.verdict, judged.verdict.margin
	return (
		judged.terms.name,
		verdict.code.value,
		"\n".join(sorted({violation.rule.value for violation in verdict.violations})),
		_number(margin.required_net if margin else None),
		_number(verdict.passing_net),
		_number(margin.cost if margin else None),
		_number(margin.required_markup if margin else None),
		_number(margin.actual_markup if margin else None),
		_number(margin.net_markup if margin else None),
		_number(verdict.rebate_rate),
	)


def _number(value) -> float:
	return float(value or ZERO)


def pack(one: Compared) -> str:
	"""The facts that both verdicts were given on, small: what the page of the order is made from."""
	record = one.order.record
	content = {
		"currency": one.order.head.currency,
		"facts": freeze(one.tried.facts),
		"before": _before(one.tried.facts, one.before),
	}
	if record and record.exceptions:
		content |= {"exceptions": freeze(record.exceptions), "decided_on": str(record.decided_on)}
	return base64.b64encode(zlib.compress(json.dumps(content).encode(), 1)).decode()


def unpack(details: str) -> dict:
	return json.loads(zlib.decompress(base64.b64decode(details)))


def _before(facts: DocumentFacts | None, before: Judged | None):
	"""The other side's facts, True where they are the same."""
	if before is None or before.facts is None:
		return None
	return True if before.facts is facts or before.facts == facts else freeze(before.facts)


_ACCOUNT_COLUMNS = (
	"name", "creation", "modified", "owner", "modified_by", "replay", "company", "key_account", "customer",
	"customer_name", "account_class", "current_tier", "orders", "net_total",
)  # fmt: skip
_ACCOUNT_FIGURES = ("earned_tier", "points", "move", "blocked", "required_markup", "markup_kept", "rebate")


def write_accounts(replay, rows: Iterable[dict]) -> None:
	"""Keep what became of each account; keys of a row are fields of Policy Replay Account."""
	moment, user = now(), replay.started_by
	columns = (*_ACCOUNT_COLUMNS, *_ACCOUNT_FIGURES, *(f"before_{name}" for name in _ACCOUNT_FIGURES))
	values = (
		(
			f"{replay.name}-{number:07}", moment, moment, user, user, replay.name, replay.company,
			*(row.get(column) for column in columns[7:]),
		)
		for number, row in enumerate(rows, start=1)
	)  # fmt: skip
	insert_rows(ACCOUNT, columns, values)


def delete_rows(replay: str) -> None:
	"""Drop all rows of a replay: of a run that did not end, or with the replay itself."""
	for doctype in (ORDER, ACCOUNT):
		frappe.db.delete(doctype, {"replay": replay})


def largest_changes(replay: str) -> list:
	"""Rows for the table of the form: orders that the two policies judge differently, those newly blocked first, and
	among them the largest.

	Without a policy to compare with, those that are blocked.
	"""
	fields = ["name", "sales_order", "order_date", "customer_name", "tier", "net_total", "verdict", "before_verdict",
		"rules", "actual_markup", "required_markup", "change"]  # fmt: skip
	is_compared = frappe.db.exists(ORDER, {"replay": replay, "before_verdict": ("!=", "")})
	wanted = (
		[{"change": change} for change in CHANGED]
		if is_compared
		else [{"verdict": VerdictCode.BLOCKED.value}]
	)
	found = []
	for one in wanted:
		# The caller has checked that the reader may read the replay.
		found += frappe.get_all(
			ORDER,
			filters={"replay": replay} | one,
			fields=fields,
			order_by="net_total desc, name",
			limit=SHOWN_CHANGES,
		)
	return found[:SHOWN_CHANGES]
