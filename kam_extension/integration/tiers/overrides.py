"""Manual tier overrides that have run out (R18)."""

from datetime import date
from functools import partial

import frappe
from frappe import _
from frappe.utils import formatdate

from kam_extension.integration.accounts.accounts import publish_account
from kam_extension.integration.accounts.visits import refresh_visit_dates
from kam_extension.integration.attempts import attempt
from kam_extension.integration.tiers.tier_history import TierChange, record_tier_change
from kam_extension.policy.codes import TierChangeCause


def lapse_overrides(today: date) -> int:
	"""End every override whose last day is before `today`; the file's own tier holds again. Returns how many."""
	expired = frappe.get_all(
		"Key Account",
		filters={"tier_override": ("is", "set"), "tier_override_until": ("<", today)},
		pluck="name",
		order_by="name",
	)
	return sum(
		attempt(partial(_lapse, name), _("Tier override of {0} could not be ended").format(name))
		for name in expired
	)


def _lapse(name: str) -> None:
	account = frappe.get_doc("Key Account", name, for_update=True)
	reason = _("The override until {0} has run out; its reason was: {1}").format(
		formatdate(account.tier_override_until), account.tier_override_reason or _("none given")
	)
	overridden = account.tier_override
	account.db_set(
		{"tier_override": None, "tier_override_until": None, "tier_override_reason": None}, notify=True
	)
	change = TierChange(overridden, account.tier or None)
	record_tier_change(account.name, change, TierChangeCause.OVERRIDE_ENDED, reason)
	publish_account(account)
	refresh_visit_dates(account)
