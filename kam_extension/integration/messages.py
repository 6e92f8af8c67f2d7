"""What a reader is told about a verdict, in their language and within what they may see (R26, R82)."""

from collections.abc import Callable
from decimal import Decimal

from frappe import _
from frappe.utils import escape_html, flt, fmt_money

from kam_extension.integration.judgement import Judgement, may_see_cost
from kam_extension.integration.money import company_currency
from kam_extension.policy.codes import Rule
from kam_extension.policy.explain import explain, explain_cost
from kam_extension.policy.verdict import Violation


def violation_messages(judgement: Judgement) -> list[str]:
	"""One plain sentence (or two, for those who may see cost) per violation, in their order."""
	money = money_formatter(judgement)
	entitled = may_see_cost(judgement.terms)
	return [_message(violation, judgement, money, entitled) for violation in judgement.verdict.violations]


def selling_sentences(judgement: Judgement) -> list[str]:
	"""The violations that no exception covers, in selling prices only, whoever asks (R82)."""
	money = money_formatter(judgement)
	uncovered = (violation for violation in judgement.verdict.violations if violation.awaits_exception)
	return [explain(violation, money).text(_) for violation in uncovered]


def refusal(judgement: Judgement, blocking_only: bool = True) -> str:
	"""The HTML message of a block: every broken rule, then the way out."""
	pairs = zip(judgement.verdict.violations, violation_messages(judgement), strict=True)
	shown = [(violation, text) for violation, text in pairs if violation.blocks or not blocking_only]
	rows = "".join(
		f"<li><b>{escape_html(_rule_name(violation))}</b>: {escape_html(text)}</li>"
		for violation, text in shown
	)
	return f"<ul>{rows}</ul><p>{escape_html(way_out(judgement))}</p>"


def _rule_name(violation: Violation) -> str:
	"""In the reader's language; the context keeps "Credit" from becoming the accounting term."""
	return _(violation.rule, context="Price Exception Violation")


def way_out(judgement: Judgement) -> str:
	"""What the reader can do: reprice to the nearest passing total, or ask for an exception."""
	verdict, money = judgement.verdict, money_formatter(judgement)
	if any(violation.is_final for violation in verdict.violations):
		return _(
			"A manager has to lift the suspension of the key account first. No Price Exception covers it."
		)
	broken = {violation.rule for violation in verdict.violations if not violation.exception}
	if Rule.MARKUP in broken and verdict.passing_net is not None and verdict.margin is not None:
		target = verdict.net + verdict.passing_net - verdict.margin.net
		if Rule.DISCOUNT_CAP in broken:
			sentence = _(
				"Raise the rates to the lowest rates allowed and the net total to at least {0}, or request a Price Exception."
			)
		else:
			sentence = _("Raise the prices to a net total of {0}, or request a Price Exception.")
		return sentence.format(money(target))
	if Rule.DISCOUNT_CAP in broken:
		return _("Raise the rates to the lowest rates allowed, or request a Price Exception.")
	return _("Mend what is named above, or request a Price Exception.")


def money_formatter(judgement: Judgement) -> Callable[[Decimal], str]:
	currency = company_currency(judgement.company)

	def money(amount: Decimal) -> str:
		return fmt_money(flt(amount), currency=currency)

	return money


def _message(violation: Violation, judgement: Judgement, money: Callable, entitled: bool) -> str:
	text = explain(violation, money).text(_)
	cost = explain_cost(violation, judgement.verdict, money, _percent) if entitled else None
	return f"{text} {cost.text(_)}" if cost else text


def _percent(value: Decimal) -> str:
	return f"{value.quantize(Decimal('0.01')):f}"
