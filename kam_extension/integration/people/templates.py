"""Scorecard templates: checked on save, read into the terms of the pure core (R59)."""

import frappe
from frappe import _

from kam_extension.policy.money import ZERO, decimal
from kam_extension.policy.scorecards import FULL_SCORE, PayoutBand, TeamShares

DOCTYPE = "KAM Scorecard Template"


def check_template(template) -> None:
	"""Refuse criteria that don't add up to 100 points and bands that can't be told apart. Raises ValidationError."""
	total = sum((decimal(row.max_points) for row in template.criteria), ZERO)
	if total != FULL_SCORE:
		frappe.throw(
			_("Criteria: the maximum points add up to {0}. Make it {1}.").format(
				f"{total:g}", f"{FULL_SCORE:g}"
			),
			title=_("Criteria"),
		)
	starts = [decimal(row.from_score) for row in template.bands]
	for row in template.bands:
		if starts.index(decimal(row.from_score)) != row.idx - 1:
			frappe.throw(
				_("Bands, row {0}: there is a row from score {1} already. Remove one of them.").format(
					row.idx, f"{row.from_score:g}"
				),
				title=_("Bands"),
			)
		if row.pays_score:
			row.factor = 0


def bands_of(template: str) -> tuple[PayoutBand, ...]:
	"""The template's bands."""
	rows = frappe.get_cached_doc(DOCTYPE, template).bands
	return tuple(
		PayoutBand(decimal(row.from_score), None if row.pays_score else decimal(row.factor)) for row in rows
	)


def team_shares_of(template: str) -> TeamShares:
	"""What the unit's result does to a payout."""
	doc = frappe.get_cached_doc(DOCTYPE, template)
	return TeamShares(decimal(doc.challenge_bonus), decimal(doc.missed_deduction))
