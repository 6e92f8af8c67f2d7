"""Periodic account reports, drafted from data every night in which one comes near (R50; S2 6.1.1).

Drafting is set-based, for a run over many accounts; the rules of the single report are below it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from functools import cache, partial

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.accounts.account_reports import REPORTED_STATUSES
from kam_extension.integration.lost_connections import commit_surely
from kam_extension.integration.policies.policies import is_enabled, policy_in_force
from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, has_any_role
from kam_extension.integration.turns import hold_turn
from kam_extension.integration.visits.report_drafts import draft_of, opening_values, write_drafts
from kam_extension.integration.visits.report_figures import FIGURES, report_figures, report_quotes
from kam_extension.integration.visits.report_stages import DOCTYPE, DUE, assign_holder, refresh_figures
from kam_extension.integration.visits.settings import visit_settings
from kam_extension.policy.checks import review_months
from kam_extension.policy.codes import ReportStage
from kam_extension.policy.report_dates import ReportDates, deadlines_of, report_deadlines

TURN = "Account Reports"
ACCOUNTS_AT_ONCE = 1000
SYSTEM_FIELDS = ("status", "tier", *DUE.values(), *FIGURES)
_ACCOUNT_FIELDS = (
	"name", "customer", "customer_name", "company", "status", "account_class", "tier", "tier_override",
	"tier_override_until", "account_manager",
)  # fmt: skip
_FREELY_WRITTEN = (ReportStage.DRAFT, ReportStage.WITH_SUPERVISOR)
# A company and a period, first and last day: what is measured together.
Group = tuple[str, date, date]


def nightly() -> None:
	"""Scheduled daily: draft as of today."""
	if is_enabled():
		draft_reports(getdate(), commits=True)


def draft_reports(today: date, commits: bool = False) -> int:
	"""Draft every report that is due within the days of the settings and isn't there yet; returns how many.

	With `commits`, for a job of its own, some thousand accounts are a transaction, which is tried again after a deadlock
	or a lost connection; one that fails is logged, and the next night finds its accounts again.
	"""
	until = today + timedelta(days=visit_settings().report_draft_days)
	return sum(
		_draft_safely(group, names[start : start + ACCOUNTS_AT_ONCE], today, until, commits)
		for group, names in _due_names(today, until)
		for start in range(0, len(names), ACCOUNTS_AT_ONCE)
	)


def _due_names(today: date, until: date) -> list[tuple[Group, list[str]]]:
	return [(group, list(due)) for group, due in _due_by_group(today, until).items()]


def _draft_safely(group: Group, names: Sequence[str], today: date, until: date, commits: bool) -> int:
	draft = partial(_draft_part, group, names, today, until)
	if not commits:
		return draft()
	return commit_surely(draft, _("Account reports of {0} could not be drafted").format(group[0])) or 0


def _draft_part(group: Group, names: Sequence[str], today: date, until: date) -> int:
	# Whoever drafts at the same moment is waited for; what it has written is then seen.
	hold_turn(TURN)
	due = _due_by_group(today, until, names).get(group)
	if not due:
		return 0
	company, first, last = group
	figures = report_figures(
		company, first, last, {account.customer: name for name, (account, _dates) in due.items()}
	)
	quotes = report_quotes(first, last, list(due))
	write_drafts(
		[draft_of(account, dates, figures[name] | quotes[name]) for name, (account, dates) in due.items()]
	)
	return len(due)


def _due_by_group(
	today: date, until: date, names: Sequence[str] | None = None
) -> dict[Group, dict[str, tuple]]:
	"""{group: {account: (its row, the dates of its report)}} of what isn't there yet, one manager's accounts together;
	of all accounts, or of some.
	"""
	found: dict[Group, dict[str, tuple]] = defaultdict(dict)
	for account, dates in _due_reports(today, until, names):
		found[account.company, dates.period_start, dates.period_end][account.name] = (account, dates)
	return found


def _due_reports(
	today: date, until: date, names: Sequence[str] | None
) -> Iterator[tuple[frappe._dict, ReportDates]]:
	accounts = frappe.get_all(
		"Key Account",
		{"status": ("in", REPORTED_STATUSES)} | ({} if names is None else {"name": ("in", names)}),
		list(_ACCOUNT_FIELDS),
		order_by="account_manager, name",
	)
	drafted = _drafted(today, names)
	dates_of = _dates_by_terms(today, {account.company for account in accounts})
	for account in accounts:
		dates = dates_of(account)
		if dates and dates.period_end <= until and (account.name, dates.period_end) not in drafted:
			yield account, dates


def _drafted(today: date, names: Sequence[str] | None) -> set[tuple[str, date]]:
	"""Pairs of an account and the end of a period that has a report."""
	filters = {"period_end": (">=", today)} | ({} if names is None else {"key_account": ("in", names)})
	return set(frappe.get_all(DOCTYPE, filters, ["key_account", "period_end"], as_list=True))


def _dates_by_terms(today: date, companies: Iterable[str]) -> Callable[[frappe._dict], ReportDates | None]:
	"""The next report of an account, worked out once for each company, class and tier."""
	settings = visit_settings()
	terms = {company: policy_in_force(company, today) for company in companies}

	@cache
	def dates(company: str, account_class: str, tier: str | None) -> ReportDates | None:
		if not terms[company]:
			return None
		months = review_months(terms[company].service_level(account_class, tier).report_months)
		return report_deadlines(
			months, today, settings.report_days_to_manager, settings.report_days_to_deputy
		)

	return lambda account: dates(account.company, account.account_class, effective_tier(account))


def begin_report(report) -> None:
	"""Before_insert: a draft with its deadlines and the account's tier, whoever makes it and whatever is sent."""
	account = frappe.db.get_value("Key Account", report.key_account, _ACCOUNT_FIELDS, as_dict=True)
	if not account:
		return
	settings = visit_settings()
	dates = deadlines_of(
		getdate(report.period_start),
		getdate(report.period_end),
		settings.report_days_to_manager,
		settings.report_days_to_deputy,
	)
	report.update({**opening_values(account, dates), "steps": []})
	refresh_figures(report)


def keep_system_fields(report) -> None:
	"""Before_validate: stage, deadlines, figures and hand-overs change by their functions only (R70)."""
	before = report.get_doc_before_save()
	if before is None or report.flags.kam_system:
		return
	for field in SYSTEM_FIELDS:
		report.set(field, before.get(field))
	report.set("steps", before.steps)


def check_report(report) -> None:
	"""Validate. Raises for a period that ends before it begins, and for a change by who doesn't hold it any more."""
	if getdate(report.period_end) < getdate(report.period_start):
		frappe.throw(_("Period End is before Period Start. Correct one of them."), title=_("Period End"))
	before = report.get_doc_before_save()
	if before is None or report.flags.kam_system or before.status in _FREELY_WRITTEN:
		return
	if before.status == ReportStage.READ or not has_any_role(MANAGER_AND_ABOVE):
		frappe.throw(
			_("The report was handed over and is {0}. It can't be changed here any more.").format(
				frappe.bold(_(before.status, context=DOCTYPE))
			),
			frappe.PermissionError,
			title=_(DOCTYPE),
		)


def assign_new(report) -> None:
	"""After_insert: its writer has it on the list."""
	assign_holder(report)


def refuse_deletion(report) -> None:
	"""On_trash: what was handed over stays."""
	if report.steps and frappe.session.user != "Administrator":
		frappe.throw(
			_("This report was handed over already, so it stays. Only drafts can be deleted."),
			frappe.PermissionError,
			title=_(DOCTYPE),
		)
