"""Words for what `policy.checks` finds contradictory in a policy."""

from collections.abc import Iterable

import frappe
from frappe import _

from kam_extension.policy.checks import Contradiction


def refuse_contradictions(policy, contradictions: Iterable[Contradiction]) -> None:
	"""Throw one message that lists all of them: field, row, what is wrong and what to do (R13)."""
	lines = [describe(policy.meta, contradiction) for contradiction in contradictions]
	if lines:
		frappe.throw(lines, title=_("Contradictions in the Policy"), as_list=True, exc=frappe.ValidationError)


def describe(meta, contradiction: Contradiction) -> str:
	"""One contradiction as a sentence, led by the field's label and the row."""
	label = frappe.bold(_(meta.get_label(contradiction.field), context=meta.name))
	message = contradiction_text(contradiction)
	if contradiction.row:
		return _("{0}, row {1}: {2}").format(label, contradiction.row, message)
	return _("{0}: {1}").format(label, message)


def contradiction_text(contradiction: Contradiction) -> str:
	"""What is wrong and what to do, without field and row."""
	return _messages()[contradiction.code].format(**contradiction.values)


def _messages() -> dict[str, str]:
	return {**_general_messages(), **_programme_messages()}


def _programme_messages() -> dict[str, str]:
	return {
		"priority_below_one": _("priorities count from 1, the first one. Set 1 or more."),
		"same_priority": _(
			"priority {priority} belongs to the ladder or to an earlier row already. Choose another one."
		),
		"programme_without_code": _("a programme needs a code. Its bands and the agreements name it."),
		"programme_without_bands": _(
			"{programme} earns nothing without bands. Add one under Programme Bands."
		),
		"unknown_choice": _("{value} is none of the choices. Choose one of the list."),
		"starts_on_missing": _("periods are counted from it. Set the first day of the programme."),
		"band_without_programme": _(
			"{programme} is no programme of this policy. Write the code of one under Rebate Programmes."
		),
		"values_overlap": _("a band of this programme already begins at {value}. Remove one of them."),
		"values_unsorted": _("{value} is below the band before it. Sort the bands of a programme by value."),
		"fixed_takes_no_rate": _("this programme pays fixed amounts. Set the rate to 0."),
		"rate_takes_no_amount": _("this programme pays by rate. Set the fixed amount to 0."),
	}


def _general_messages() -> dict[str, str]:
	return {
		"ends_before_it_starts": _("lies before Valid From. Set a later date or leave it empty."),
		"negative": _("a number below zero has no meaning here. Set zero or more."),
		"over_hundred_percent": _("more than 100 % is not possible."),
		"no_month": _("{value} is no list of months. Write numbers from 1 to 12 with commas, such as 1,7."),
		"medium_over_high": _("is above the level for High. Set it at or below that level."),
		"silence_too_short": _("has to be above 1, or 0 to switch it off: up to 1 is the usual gap itself."),
		"too_few_orders": _("a gap needs two orders. Set 2 or more."),
		"bands_overlap": _("a band of this tier already begins at {amount}. Remove one of them."),
		"bands_unsorted": _("{amount} is below the band before it. Sort the bands of a tier by amount."),
		"bands_leave_gap": _("nothing holds from amount 0 for all tiers. Add a band without tier from 0."),
		"repeated": _("an earlier row says the same. Remove one of them."),
		"same_score": _(
			"tiers {tier} and {other} of this class have the same minimum score. Set different ones."
		),
		"discount_over_cap": _("the tier discount is above the discount cap. Raise the cap or lower it."),
		"unknown_metric": _("{metric} is no metric. Choose one of the list."),
		"weight_not_positive": _("the weight has to be above zero."),
		"thresholds_unsorted": _(
			"the thresholds have to fall from 4 to 2 points, or rise where lower is better."
		),
		"cost_price_list_missing": _("is needed because it is one of the cost sources."),
		"cost_sources_missing": _("the minimum markup can't be checked without one. Add a source."),
		"base_price_list_missing": _(
			"the discount cap is counted from it. Choose a list or set the cap to Off."
		),
	}
