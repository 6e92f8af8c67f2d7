"""A scorecard as a Tier Review shows it: points per criterion with evidence, and the reason in words (R18)."""

from collections.abc import Callable

from frappe import _
from frappe.utils import formatdate

from kam_extension.integration.metrics import Scope
from kam_extension.integration.tiers.level_evidence import level_values
from kam_extension.integration.tiers.scorecards import Scorecard
from kam_extension.policy.codes import Metric
from kam_extension.policy.scoring import CriterionScore, is_upgrade

MAXIMUM_POINTS = 4


def review_values(scorecard: Scorecard) -> dict:
	"""Field values of a Tier Review that follow from the scorecard; `proposed_tier` and `reason` included."""
	return {
		"key_account": scorecard.key_account,
		"customer": scorecard.customer,
		"company": scorecard.company,
		"as_of_date": scorecard.as_of_date,
		"policy": scorecard.terms.name,
		"current_tier": scorecard.current_tier,
		"proposed_tier": scorecard.proposal.tier,
		"total_points": float(scorecard.proposal.total_points),
		"direction": direction(scorecard, scorecard.current_tier, scorecard.proposal.tier),
		"points": [_point_row(score, scorecard) for score in scorecard.proposal.scores],
		"reason": explain_proposal(scorecard),
		**level_values(scorecard),
	}


def direction(scorecard: Scorecard, current: str | None, proposed: str | None) -> str:
	"""Whether going from `current` to `proposed` is an Upgrade, a Downgrade or Unchanged, for the account's class."""
	if current == proposed:
		return "Unchanged"
	upgrade = is_upgrade(scorecard.terms, scorecard.account_class, current, proposed)
	return "Upgrade" if upgrade else "Downgrade"


def explain_proposal(scorecard: Scorecard) -> str:
	"""Why this tier, in the reader's language."""
	proposal = scorecard.proposal
	if proposal.reason == "no_scorecard":
		return _("Policy {0} has no scorecard, so the tier stays.").format(scorecard.terms.name)
	if proposal.reason == "no_orders":
		return _("Nothing was ordered until {0}, so no tier.").format(formatdate(scorecard.as_of_date))
	if proposal.reason == "first_year":
		return _(
			"The first order is less than {0} months old, so the lowest tier whatever the points."
		).format(scorecard.terms.new_customer_months)
	return _("{0} points under policy {1}.").format(f"{float(proposal.total_points):g}", scorecard.terms.name)


def _point_row(score: CriterionScore, scorecard: Scorecard) -> dict:
	return {
		"metric": score.metric,
		"value": None if score.value is None else float(score.value),
		"is_unknown": int(score.value is None),
		"points": float(score.weighted_points),
		"max_points": float(MAXIMUM_POINTS * score.weight),
		"evidence": _evidence(score, scorecard),
	}


def what_counts(metric: str, scope: Scope) -> str:
	"""What the metric counts, from when to when, in one sentence in the reader's language."""
	sentence = _EVIDENCE[Metric(metric)]()
	return sentence.format(formatdate(scope.year_start), formatdate(scope.as_of_date))


def _evidence(score: CriterionScore, scorecard: Scorecard) -> str:
	parts = [what_counts(score.metric, Scope(scorecard.company, scorecard.as_of_date, {}))]
	if score.value is None:
		parts.append(_("Nothing to measure: lowest points."))
	if _is_penalised(score, scorecard):
		parts.append(
			_("Less {0} for arrears: overdue by {1} days, {2} are granted.").format(
				f"{float(scorecard.terms.arrears_penalty):g}",
				scorecard.overdue_days,
				scorecard.terms.grace_days,
			)
		)
	return " ".join(parts)


def _is_penalised(score: CriterionScore, scorecard: Scorecard) -> bool:
	return score.metric == Metric.CONTRACT_AMOUNT and scorecard.overdue_days > scorecard.terms.grace_days


_EVIDENCE: dict[str, Callable[[], str]] = {
	Metric.CONTRACT_AMOUNT: lambda: _("Submitted orders from {0} to {1}, without tax."),
	Metric.COLLECTED: lambda: _("Received from {0} to {1}, refunds taken off."),
	Metric.REVENUE: lambda: _("Invoiced from {0} to {1}, without tax, credit notes taken off."),
	Metric.REVENUE_GROWTH: lambda: _(
		"Invoiced from {0} to {1}, against the twelve months before, in percent."
	),
	Metric.GROSS_MARGIN: lambda: _("Invoiced from {0} to {1}, less valuation cost, in percent."),
	Metric.RECEIVABLE_BALANCE: lambda: _("Owed on {1}, with tax."),
	Metric.OVERDUE_DAYS_MAX: lambda: _("Days by which the oldest debt was overdue on {1}."),
	Metric.ON_TIME_PAYMENT_SHARE: lambda: _(
		"Of what fell due from {0} to {1}, percent paid by its due date."
	),
	Metric.PRICE_PREMIUM: lambda: _("Ordered from {0} to {1}, against the base price list, in percent."),
	Metric.ORDER_COUNT: lambda: _("Submitted orders dated from {0} to {1}."),
	Metric.TENURE_MONTHS: lambda: _("Full months from the first order to {1}."),
	Metric.COMPLAINT_COUNT: lambda: _("Issues opened from {0} to {1} that are complaints or of no kind yet."),
	Metric.SATISFACTION: lambda: _(
		"Mean of answered surveys and of completed visits that asked, from {0} to {1}, in percent."
	),
	Metric.STRATEGIC_INFLUENCE: lambda: _("As judged on the Key Account."),
}
