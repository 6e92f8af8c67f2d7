"""Periodic account reports, drafted from data every night in which one comes near (R50; S2 6.1.1)."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from functools import cache, partial

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.accounts.account_reports import REPORTED_STATUSES
from kam_extension.integration.attempts import attempt
from kam_extension.integration.policies.policies import is_enabled, policy_in_force
from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, has_any_role
from kam_extension.integration.turns import take_turn
from kam_extension.integration.visits.report_figures import FIGURES, report_figures, report_quotes
from kam_extension.integration.visits.report_stages import DOCTYPE, DUE, assign_holder, refresh_figures
from kam_extension.integration.visits.settings import visit_settings
from kam_extension.policy.checks import review_months
from kam_extension.policy.codes import ReportStage
from kam_extension.policy.report_dates import ReportDates, deadlines_of, report_deadlines

TURN = "Account Reports"
SYSTEM_FIELDS = ("status", "tier", *DUE.values(), *FIGURES)
_ACCOUNT_FIELDS = (
	"name", "customer", "customer_name", "company", "status", "account_class", "tier", "tier_override",
	"tier_override_until", "account_manager",
)  # fmt: skip
_FREELY_WRITTEN = (ReportStage.DRAFT, ReportStage.WITH_SUPERVISOR)


def nightly() -> None:
	"""Scheduled daily: draft as of today; one transaction."""
	if not is_enabled():
		return
	frappe.db.commit()
	take_turn(TURN)
	draft_reports(getdate())
	frappe.db.commit()


def draft_reports(today: date) -> int:
	"""Draft every report that is due within the days of the settings and isn't there yet; returns how many."""
	until = today + timedelta(days=visit_settings().report_draft_days)
	groups: dict[tuple, dict[str, tuple]] = defaultdict(dict)
	for account, dates in _due_reports(today, until):
		groups[account.company, dates.period_start, dates.period_end][account.name] = (account, dates)
	return sum(_draft_group(*key, due) for key, due in groups.items())


def _due_reports(today: date, until: date) -> Iterator[tuple[frappe._dict, ReportDates]]:
	accounts = frappe.get_all(
		"Key Account", filters={"status": ("in", REPORTED_STATUSES)}, fields=list(_ACCOUNT_FIELDS)
	)
	drafted = set(
		frappe.get_all(
			DOCTYPE, filters={"period_end": (">=", today)}, fields=["key_account", "period_end"], as_list=True
		)
	)
	dates_of = _dates_by_terms(today, {account.company for account in accounts})
	for account in accounts:
		dates = dates_of(account)
		if dates and dates.period_end <= until and (account.name, dates.period_end) not in drafted:
			yield account, dates


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


def _draft_group(company: str, first: date, last: date, due: dict[str, tuple]) -> int:
	customers = {account.customer: name for name, (account, _dates) in due.items()}
	figures = report_figures(company, first, last, customers)
	quotes = report_quotes(first, last, list(due))
	return sum(
		attempt(
			partial(_draft, account, dates, figures[name] | quotes[name]),
			_("Account report of {0} could not be drafted").format(name),
		)
		for name, (account, dates) in due.items()
	)


def _draft(account: frappe._dict, dates: ReportDates, values: dict) -> None:
	report = frappe.new_doc(DOCTYPE)
	report.update(
		{
			"key_account": account.name,
			"period_start": dates.period_start,
			"period_end": dates.period_end,
			**values,
		}
	)
	report.flags.kam_system = True
	report.insert(ignore_permissions=True)


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
	report.update({field: getattr(dates, field) for field in DUE.values()})
	report.update({"status": ReportStage.DRAFT, "tier": effective_tier(account), "steps": []})
	report.update(
		{field: account[field] for field in ("customer", "customer_name", "company", "account_manager")}
	)
	if not report.flags.kam_system:
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
