"""The churn watch: every night, each account's orders against its own past (R56)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from functools import partial

import frappe
from frappe import _
from frappe.utils import create_batch, getdate

from kam_extension.integration.accounts.churn import Finding, findings
from kam_extension.integration.accounts.churn_alerts import News, tell_manager
from kam_extension.integration.accounts.churn_reports import (
	begin_warnings,
	change_warnings,
	end_warnings,
	still_found,
)
from kam_extension.integration.attempts import attempt_together
from kam_extension.integration.lost_connections import commit_surely
from kam_extension.integration.policies.policies import is_enabled, policy_in_force
from kam_extension.integration.turns import hold_turn

ACCOUNTS_AT_ONCE = 500
TURN = "Churn Watch"


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
	# After a failure the next night finds the same and tries again.
	failure = _("Churn watch of {0}'s accounts could not be written").format(manager)
	return commit_surely(partial(_write, manager, concerned), failure) or 0


def _write(manager: str, concerned: Sequence[Finding]) -> int:
	"""Write what changed of a manager's accounts and tell of it; returns how many could be written."""
	# Whoever writes at the same moment is waited for; what it has written is then seen.
	hold_turn(TURN)
	news: list[News] = []
	written = 0
	for part in create_batch(list(concerned), ACCOUNTS_AT_ONCE):
		still = still_found(part)
		written += len(attempt_together(still, partial(_write_part, news=news), _failure))
	if news:
		tell_manager(manager, news)
	return written


def _failure(finding: Finding) -> str:
	return _("Churn warning of {0} could not be written").format(finding.account.name)


def _write_part(part: Sequence[Finding], news: list[News]) -> None:
	begun = begin_warnings([finding for finding in part if finding.is_new])
	changed = change_warnings([finding for finding in part if not (finding.is_new or finding.is_over)])
	end_warnings([finding for finding in part if finding.is_over])
	reports = begun | changed
	news += [News(finding, reports.get(finding.account.name)) for finding in part if finding.is_news]
