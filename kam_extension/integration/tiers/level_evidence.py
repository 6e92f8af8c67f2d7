"""A proposed level as a Tier Review shows it, with the contracts behind it in words (R16, R18)."""

from frappe import _
from frappe.utils import fmt_money, formatdate

from kam_extension.integration.money import company_currency
from kam_extension.integration.tiers.scorecards import Scorecard
from kam_extension.policy.codes import LevelBasis
from kam_extension.policy.levels import LevelProposal, counted_since, counts_agreements


def level_values(scorecard: Scorecard) -> dict:
	"""Field values of a Tier Review about the level; `proposed_level` is the present one where none is proposed."""
	level = scorecard.level
	return {
		"current_level": scorecard.current_level,
		"proposed_level": level.level if level else scorecard.current_level,
		"level_reason": explain_level(scorecard),
		"level_needs_judgement": int(bool(level and level.needs_judgement)),
		"level_without_judgement": level.otherwise if level else None,
	}


def explain_level(scorecard: Scorecard) -> str | None:
	"""Why a better level, in the reader's language; None when none is proposed."""
	level = scorecard.level
	if level is None:
		return None
	parts = (
		[_agreements(level)]
		if counts_agreements(level.rule)
		else [_contracts(level, scorecard), _period(level, scorecard)]
	)
	if level.needs_judgement:
		parts.append(_("It holds only if the prospects are also judged as long-term."))
	return " ".join(parts)


def _agreements(level: LevelProposal) -> str:
	text = _("Signed strategic cooperation agreements in force: {0}; the policy asks for {1}.")
	return text.format(level.contracts, max(level.rule.min_contracts, 1))


def _contracts(level: LevelProposal, scorecard: Scorecard) -> str:
	currency = company_currency(scorecard.company)
	total, asked = (
		fmt_money(float(amount), currency=currency)
		for amount in (level.amount, level.rule.min_contract_amount)
	)
	if level.rule.counts == LevelBasis.FOLLOW_UP_TOTAL:
		text = _(
			"Contracts after the first one: {0}, together {1}; the policy asks for {2} with at least {3}."
		)
	else:
		text = _("Contracts of at least {3}: {0}, together {1}; the policy asks for {2}.")
	return text.format(level.contracts, total, level.rule.min_contracts, asked)


def _period(level: LevelProposal, scorecard: Scorecard) -> str:
	until = formatdate(scorecard.as_of_date)
	if not level.rule.lookback_years:
		return _("Dated until {0}.").format(until)
	since = formatdate(counted_since(level.rule, scorecard.as_of_date))
	return _("Dated from {0} to {1}.").format(since, until)
