"""The churn watch: every night, each account's orders against its own past (R56)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.accounts.churn import Finding, findings
from kam_extension.integration.accounts.churn_alerts import News, tell_manager
from kam_extension.integration.accounts.churn_reports import begin_warning, change_warning, end_warning
from kam_extension.integration.attempts import attempt
from kam_extension.integration.policies.policies import is_enabled, policy_in_force

ATTEMPTS = 3


def nightly() -> None:
	"""Scheduled daily: find, warn and withdraw as of today, in one transaction for each account manager."""
	if is_enabled():
		watch(getdate(), commits=True)


def watch(as_of: date, commits: bool = False) -> int:
	"""Compare all accounts with their past and write what changed since the last time; returns how many changed.

	Doing it again on the same day changes nothing. A company without policy in force is not watched. With `commits`,
	for a job of its own, each manager's accounts are a transaction that is tried again after a deadlock.
	"""
	changed = 0
	for company in frappe.get_all("Key Account", distinct=True, pluck="company"):
		terms = policy_in_force(company, as_of)
		if terms is None:
			continue
		for manager, concerned in _by_manager(findings(company, terms, as_of)).items():
			changed += _write_safely(manager, concerned, commits)
	return changed


def _by_manager(found: Iterable[Finding]) -> dict[str, list[Finding]]:
	grouped = defaultdict(list)
	for finding in found:
		if finding.is_new or finding.is_changed or finding.is_over:
			grouped[finding.account.account_manager].append(finding)
	return grouped


def _write_safely(manager: str, concerned: Sequence[Finding], commits: bool) -> int:
	if not commits:
		return _write(manager, concerned)
	for trial in range(1, ATTEMPTS + 1):
		try:
			changed = _write(manager, concerned)
			frappe.db.commit()
			return changed
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
			if trial == ATTEMPTS:
				# The next night finds the same and tries again.
				frappe.log_error(_("Churn watch of {0}'s accounts could not be written").format(manager))
				frappe.db.commit()
	return 0


def _write(manager: str, concerned: Sequence[Finding]) -> int:
	news: list[News] = []
	written = sum(
		attempt(
			lambda finding=finding: _write_finding(finding, news),
			_("Churn warning of {0} could not be written").format(finding.account.name),
		)
		for finding in concerned
	)
	if news:
		tell_manager(manager, news)
	return written


def _write_finding(finding: Finding, news: list[News]) -> None:
	if finding.is_over:
		end_warning(finding)
		return
	report = begin_warning(finding) if finding.is_new else change_warning(finding)
	if finding.is_news:
		news.append(News(finding, report))
