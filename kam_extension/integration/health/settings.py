"""Weights, thresholds and actions of the health score as KAM Settings have them (R77)."""

import frappe
from frappe.utils import cint

from kam_extension.policy.codes import HealthAction, HealthPart
from kam_extension.policy.health import HealthTerms, PartTerms
from kam_extension.policy.money import decimal


def health_terms() -> HealthTerms:
	"""Read once a run."""
	settings = frappe.get_cached_doc("KAM Settings")
	return HealthTerms(
		parts={part: _part_terms(settings, part) for part in HealthPart},
		fair_below=cint(settings.health_fair_below),
		poor_below=cint(settings.health_poor_below),
		recovery=cint(settings.health_recovery),
		fair_action=HealthAction(settings.health_fair_action or HealthAction.NONE),
		poor_action=HealthAction(settings.health_poor_action or HealthAction.NONE),
	)


def _part_terms(settings, part: HealthPart) -> PartTerms:
	prefix = f"health_{part.lower()}"
	weight, full, zero = (decimal(settings.get(f"{prefix}_{name}")) for name in ("weight", "full", "zero"))
	return PartTerms(weight, full, zero)


def check_health_settings(settings) -> None:
	"""The two thresholds in their order, within the score."""
	fair, poor = cint(settings.health_fair_below), cint(settings.health_poor_below)
	if not 0 <= poor <= fair <= 100:
		frappe.throw(
			frappe._("Poor Below must not exceed Fair Below, and both lie between 0 and 100. Correct them."),
			title=frappe._("Account Health"),
		)
