"""Words for what `policy.gaps` finds left open: what follows from it, and what to do if it isn't meant."""

from datetime import date
from decimal import Decimal

from frappe import _
from frappe.utils import formatdate

from kam_extension.integration.policies.policy_words import column_label, metric_names, number_text
from kam_extension.policy.gaps import Gap


def gap_text(gap: Gap) -> str:
	"""One gap as a sentence."""
	return _messages()[gap.code].format(**{name: _shown(gap, name) for name in gap.values})


def _shown(gap: Gap, name: str) -> str:
	value = gap.values[name]
	if name == "column":
		return column_label(gap.field, value)
	if name == "metric":
		return metric_names().get(value, value)
	if isinstance(value, date):
		return formatdate(value)
	if isinstance(value, Decimal):
		return number_text(value)
	if name in _CONTEXTS:
		return _(value, context=_CONTEXTS[name].get(gap.field))
	return value or _("no tier")


_CONTEXTS = {
	"account_class": {"tiers": "KAM Policy Tier"},
	"level": {"levels": "KAM Policy Level"},
	"role": {"authorities": "KAM Policy Authority"},
}


def _messages() -> dict[str, str]:
	return {
		**_date_messages(),
		**_scorecard_messages(),
		**_tier_messages(),
		**_rule_messages(),
		**_programme_messages(),
	}


def _date_messages() -> dict[str, str]:
	return {
		"begins_in_past": _(
			"{day} is over. The policy decides from the day on which it is submitted; what was submitted before stays as it was. Choose {today} or later."
		),
		"never_in_force": _("{day} is over, so the policy would never be in force. Set a later date."),
		"days_before": _("no policy is in force from {start} to {end}. Begin earlier."),
		"days_after": _(
			"no policy is in force from {start} to {end}. End later, or leave the date empty and let the next policy supersede this one."
		),
		"nothing_follows": _(
			"no policy is in force from {start} on, and nothing is checked. Leave the date empty: the next policy closes this one by itself."
		),
	}


def _scorecard_messages() -> dict[str, str]:
	return {
		"no_scorecard": _("without criteria no tier is ever proposed. Add some, or set tiers by hand."),
		"scorecard_for_nothing": _("no service level names a tier that the points could earn. Add tiers."),
		"penalty_on_nothing": _("it comes off the contract amount, which is no criterion. Add it, or set 0."),
		"no_review_months": _("without months the nightly run proposes no tier. Name one, such as 1."),
		"no_credit_review_months": _("without months credit is never reviewed. Name some, such as 1,7."),
		"unusual_direction": _(
			"Higher Is Better is set the other way round for {metric} as a rule. Check it and the thresholds."
		),
		"points_unreachable": _(
			"{metric} is {highest} at the most, so nobody gets 4 points. Lower the threshold."
		),
		"score_unreachable": _(
			"tier {tier} needs {score} points; the criteria give {highest} at the most. Lower the minimum score."
		),
		"score_always_reached": _(
			"tier {tier} needs {score} points; every account has at least {lowest}, so nobody is without a tier. Raise the minimum score if that isn't meant."
		),
		"discount_costs_tier": _(
			"who buys at the tier discount loses points for the price premium: {best} are left at the most, tier {tier} needs {score}. Lower the premium's thresholds or the minimum score."
		),
		"level_by_judgement": _(
			"with 0 contracts nothing is proposed: level {level} is set by people alone. Set 1 or more if contracts shall earn it."
		),
		"level_any_amount": _("any contract earns level {level}, however small. Set an amount."),
		"level_hidden": _(
			"whoever reaches level {level} reaches {other} as well, so it decides nothing. Ask more of {other}."
		),
		"level_easier": _(
			"{level} asks for larger contracts than {other}, the better level. Check both amounts."
		),
	}


def _tier_messages() -> dict[str, str]:
	return {
		"class_missing": _(
			"nothing is said about {account_class} accounts: they get no discount, and their credit is not checked. Add rows."
		),
		"no_row_without_tier": _(
			"{account_class} accounts without a tier have no row: no discount, and no check of their credit. Add a row with an empty tier."
		),
		"rank_order": _(
			"tier {tier} has a better rank than {other}, but needs fewer points. Change the ranks under KAM Tier or the minimum scores."
		),
		"worse_for_better_tier": _(
			"{column} is worse for {tier} than for the lower {other}. Swap the values if that isn't meant."
		),
		"discount_unused": _(
			"the tier discount is not used, because the row has the price list {price_list}. Empty one of them."
		),
		"discount_takes_cap": _(
			"the tier discount of {percent} % takes the whole cap: no other discount is possible. Raise the cap if that isn't meant."
		),
		"no_limit": _("{column} is 0, which means that it is not checked. Set a value to have it checked."),
		"never_visited": _("{column} is 0, so no visit ever falls due. Set a number of months."),
		"no_priority": _(
			"{column} is 0, so deliveries are not sorted by it. Set 1 or more; 1 is served first."
		),
	}


def _rule_messages() -> dict[str, str]:
	return {
		"no_margin_bands": _("without bands no markup is required. Add one from 0, or set the rule to Off."),
		"markup_rises": _(
			"{percent} % is more than the {before} % of the smaller amounts: larger orders would need a higher markup. Check both."
		),
		"rebate_falls": _(
			"{percent} % is less than the {before} % of the smaller amounts: larger orders would earn less. Check both."
		),
		"band_of_unknown_tier": _("no service level has tier {tier}. Add one, or change the band's tier."),
		"cost_list_unused": _(
			"it is used only when Cost Price List is one of the cost sources. Add the source."
		),
		"no_rebate_bands": _("agreements by the policy's ladder would earn nothing. Add a band from 0."),
		"rebate_takes_all": _(
			"from {amount} on the rebate of {rate} % takes all that is received: no price keeps the markup. Lower the rate."
		),
		"rebate_eats_markup": _(
			"from {amount} on {left} % of markup are left at the lowest passing price, once {rate} % are paid on the receipts ({markup} % are required). Choose On Receipts, or lower the rate."
		),
		"beyond_everybody": _(
			"{column} ends at {points} for every role, so nobody may approve more. Give the executive 100."
		),
		"credit_beyond_everybody": _("no role may pass credit. Tick it for one of them."),
		"nobody_without_limits": _(
			"no role has 100 in both columns, so nobody may approve unknown costs, unlisted items and credit notes without an invoice."
		),
		"authority_without_power": _("{role} may approve nothing. Set a limit or remove the row."),
		"lower_role_may_more": _("{role} may approve more than {other}, who stands above. Check both rows."),
	}


def _programme_messages() -> dict[str, str]:
	return {
		"starved_by_ladder": _(
			"the ladder comes first and leaves nothing to {programme}. Give the programme a lower number as its priority."
		),
		"starved_by_programme": _(
			"{other} comes first and leaves nothing to {programme}. Change a priority, an item group or Exclusive."
		),
		"not_priced_in": _(
			"no price bears the cost of {programme}. Set Priced-in Rate if the minimum markup shall hold after paying it."
		),
		"programme_of_unknown_tier": _(
			"no service level has tier {tier}. Add one, or change the programme's tier."
		),
		"reward_falls": _("{value} is less than the {before} of the band before it. Check both."),
	}
