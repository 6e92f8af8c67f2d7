"""Once a year an evaluation is drafted for every account (R58; S3 art. 10)."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import cint, getdate, now

from kam_extension.integration.alerts import tell
from kam_extension.integration.attempts import attempt
from kam_extension.integration.metrics.scope import SCORED_STATUSES
from kam_extension.integration.plans.evaluation_figures import evaluation_values, year_of
from kam_extension.integration.plans.evaluations import EVALUATION, evaluation_name
from kam_extension.integration.plans.periods import period_scope
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.turns import hold_turn

TURN = "Annual Evaluation"
CHUNK = 2000
_ACCOUNT = ("key_account", "customer", "customer_name", "company", "account_manager", "tier")
_FIGURES = (
	"revenue", "revenue_last_year", "growth", "collected", "receivable_balance", "overdue_days",
	"evaluation_margin", "satisfaction", "complaints", "visits", "known", "risk_level", "suggestion",
	"suggestion_reason",
)  # fmt: skip
_OWN = (
	"name", "creation", "modified", "owner", "modified_by", "docstatus", "status", "evaluation_year", "from_date",
	"to_date",
)  # fmt: skip


def nightly() -> None:
	"""Scheduled daily: in the month of the settings, draft what is missing; each chunk is a transaction."""
	today = getdate()
	month = cint(frappe.get_cached_doc("KAM Settings").get("evaluation_month"))
	if is_enabled() and today.month == month:
		frappe.db.commit()
		hold_turn(TURN)
		draft_evaluations(year_of(today), today, commits=True)
		frappe.db.commit()


def draft_evaluations(year: int, today: date, commits: bool = False) -> int:
	"""Draft the evaluations of `year` that accounts don't have, drafts and cancelled ones included; returns how many.

	Account managers are told once each. Done again it writes nothing. With `commits`, for a job of its own, a chunk
	that is written stays when a later one fails.
	"""
	drafted: dict[str, int] = {}
	for company, accounts in _without_evaluation(year):
		if attempt(
			partial(_insert, company, accounts, year, today),
			_("Evaluations of {0} could not be drafted").format(company),
		):
			for account in accounts:
				drafted[account.account_manager] = drafted.get(account.account_manager, 0) + 1
		if commits:
			frappe.db.commit()
			hold_turn(TURN)
	for manager, number in sorted(drafted.items()):
		attempt(
			partial(_tell, manager, number, year),
			_("{0} could not be told of evaluations").format(manager),
		)
	return sum(drafted.values())


def _without_evaluation(year: int) -> Iterator[tuple[str, list]]:
	"""Chunks of accounts of one company each."""
	account, evaluation = DocType("Key Account"), DocType(EVALUATION)
	rows = (
		frappe.qb.from_(account)
		.left_join(evaluation)
		.on((evaluation.key_account == account.name) & (evaluation.evaluation_year == year))
		.select(
			account.name.as_("key_account"),
			*(account[field] for field in (*_ACCOUNT[1:], "risk_level")),
		)
		.where(evaluation.name.isnull() & account.status.isin(SCORED_STATUSES))
		.orderby(account.company, account.name)
	).run(as_dict=True)
	by_company: dict[str, list] = {}
	for row in rows:
		by_company.setdefault(row.company, []).append(row)
	for company, accounts in by_company.items():
		for start in range(0, len(accounts), CHUNK):
			yield company, accounts[start : start + CHUNK]


def _insert(company: str, accounts: Sequence, year: int, today: date) -> None:
	first, last = date(year, 1, 1), min(date(year, 12, 31), today)
	scope = period_scope(company, {row.customer: row.key_account for row in accounts}, first, last)
	found = evaluation_values(scope, {row.key_account: row.risk_level for row in accounts})
	time, user = now(), frappe.session.user
	rows = [
		(
			evaluation_name(row.key_account, year), time, time, user, user, 0, "Draft", year, first, last,
			*(row[field] for field in _ACCOUNT),
			*(found[row.key_account][field] for field in _FIGURES),
		)
		for row in accounts
	]  # fmt: skip
	frappe.db.bulk_insert(EVALUATION, (*_OWN, *_ACCOUNT, *_FIGURES), rows, ignore_duplicates=True)


def _tell(manager: str, number: int, year: int) -> None:
	tell(
		manager,
		lambda language: _("{0} accounts wait for their evaluation of {1}.", lang=language).format(
			number, year
		),
		EVALUATION,
		{"account_manager": manager, "evaluation_year": year},
	)
