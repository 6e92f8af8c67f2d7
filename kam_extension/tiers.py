"""Tiers of key accounts: recompute on demand and nightly (R17, R18)."""

from collections.abc import Sequence
from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate
from frappe.utils.background_jobs import is_job_enqueued

from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, has_any_role
from kam_extension.integration.tiers.overrides import lapse_overrides
from kam_extension.integration.tiers.recompute import propose_always, propose_in_review_months, run_recompute
from kam_extension.integration.tiers.tier_runs import close_abandoned_runs, notify_starter

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
	close_abandoned_runs()
	lapse_overrides(getdate())
	frappe.db.commit()
	run_recompute(getdate(), None, propose_in_review_months, commits=True)


@frappe.whitelist(methods=["POST"])
def start_recompute() -> bool:
	"""Recompute all accounts in the background, for KAM Managers and above; False when that is under way already."""
	if not has_any_role(MANAGER_AND_ABOVE):
		frappe.throw(
			_(
				"All tiers are recomputed by managers of key accounts. Ask one, or recompute a single account."
			),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)
	if is_job_enqueued(JOB_ID):
		return False
	frappe.enqueue(recompute_in_background, queue="long", job_id=JOB_ID, deduplicate=True)
	return True


def recompute_in_background() -> None:
	"""Job of `start_recompute`: one transaction per chunk, progress on the way, a notification at the end."""
	run = run_recompute(getdate(), None, propose_always, commits=True)
	notify_starter(run)
