"""Tiers of key accounts: recompute on demand and nightly (R17, R18)."""

from collections.abc import Sequence
from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.overrides import lapse_overrides
from kam_extension.integration.policies import is_enabled
from kam_extension.integration.recompute import propose_always, propose_in_review_months, run_recompute
from kam_extension.integration.tier_runs import notify_starter

RECOMPUTE_ROLES = ("KAM Manager", "KAM Director", "KAM Executive")
JOB_ID = "kam_recompute_tiers"


def recompute(as_of_date: date | str | None = None, key_accounts: Sequence[str] | str | None = None) -> str:
	"""Score key accounts as of a day (default: today) and write a Tier Review for each result that differs.

	`key_accounts`: names, or one name; default: all that are active, watched or suspended. Everything happens in the
	caller's transaction. Doing it again for the same day changes nothing. Returns the name of the KAM Tier Run.
	"""
	names = [key_accounts] if isinstance(key_accounts, str) else key_accounts
	return run_recompute(getdate(as_of_date), names, propose_always)


def nightly() -> None:
	"""Scheduled daily: end overrides that have run out, score all accounts, propose in the policy's review months."""
	if not is_enabled():
		return
	lapse_overrides(getdate())
	run_recompute(getdate(), None, propose_in_review_months, commits=True)


@frappe.whitelist(methods=["POST"])
def start_recompute() -> bool:
	"""Recompute all accounts in the background, for KAM Managers and above; False when that is under way already."""
	frappe.only_for(RECOMPUTE_ROLES, message=True)
	job = frappe.enqueue(recompute_in_background, queue="long", job_id=JOB_ID, deduplicate=True)
	return job is not None


def recompute_in_background() -> None:
	"""Job of `start_recompute`: one transaction per chunk, progress on the way, a notification at the end."""
	run = run_recompute(getdate(), None, propose_always, commits=True)
	notify_starter(run)


def open_review(key_account: str) -> str | None:
	"""Name of the account's undecided proposal, if there is one."""
	return frappe.db.get_value(
		"Tier Review",
		{"key_account": key_account, "docstatus": 0, "status": "Draft", "tier_run": ("is", "set")},
	)
