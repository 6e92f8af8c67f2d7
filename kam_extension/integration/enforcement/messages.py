"""What a reader is told about a verdict, in their language and within what they may see (R26, R82)."""

from collections.abc import Callable
from decimal import Decimal

from frappe import _
from frappe.utils import escape_html, flt, fmt_money

from kam_extension.integration.enforcement.judgement import Judgement, may_see_cost
from kam_extension.integration.enforcement.ways_out import buttons, passing_rates, suggested_rates
from kam_extension.integration.exceptions.worsening import Worsening, worsenings
from kam_extension.integration.money import company_currency
from kam_extension.policy.codes import Rule
from kam_extension.policy.explain import explain, explain_cost
from kam_extension.policy.verdict import Violation


def violation_messages(doc, judgement: Judgement) -> list[str]:
	"""One plain sentence (or two, for those who may see cost) per violation, in their order.

	Where an approved exception no longer covers the violation, a further sentence says what it approved (R75).
	"""
	money = money_formatter(judgement.company)
	entitled = may_see_cost(judgement.terms)
	earlier = worsenings(doc, judgement)
	return [
		_message(violation, judgement, money, entitled, before)
		for violation, before in zip(judgement.verdict.violations, earlier, strict=True)
	]


def selling_sentences(judgement: Judgement) -> list[str]:
	"""The violations that no exception covers, in selling prices only, whoever asks (R82)."""
	money = money_formatter(judgement.company)
	uncovered = (violation for violation in judgement.verdict.violations if violation.awaits_exception)
	return [explain(violation, money).text(_) for violation in uncovered]


def refusal(doc, judgement: Judgement) -> str:
	"""The HTML message of a block: every broken rule that blocks, the nearest prices that pass, the buttons.

	Lines end with a line break, so that it reads well where tags are stripped (REST, bulk, logs).
	"""
	rates = passing_rates(doc, judgement)
	parts = [
		_findings(doc, judgement, lambda violation: violation.blocks),
		f"<p>{escape_html(way_out(judgement))}</p>",
		suggested_rates(doc, rates),
		buttons(doc, judgement, rates),
	]
	return "\n".join(part for part in parts if part)


def warning(doc, judgement: Judgement) -> str:
	"""The HTML message of a document that goes through although it breaks rules: all of them, and what was expected."""
	return f"{_findings(doc, judgement, lambda violation: True)}\n<p>{escape_html(way_out(judgement))}</p>"


def way_out(judgement: Judgement) -> str:
	"""What the reader can do: reprice to the nearest passing total, or ask for an exception."""
	verdict, money = judgement.verdict, money_formatter(judgement.company)
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


def rule_name(rule: str) -> str:
	"""In the reader's language; the context keeps "Credit" from becoming the accounting term."""
	return _(rule, context="Price Exception Violation")


def money_formatter(company: str) -> Callable[[Decimal], str]:
	"""Renders an amount in the company's currency."""
	currency = company_currency(company)

	def money(amount: Decimal) -> str:
		return fmt_money(flt(amount), currency=currency)

	return money


def percent(value: Decimal) -> str:
	return f"{value.quantize(Decimal('0.01')):f}"


def _findings(doc, judgement: Judgement, is_wanted: Callable[[Violation], bool]) -> str:
	pairs = zip(judgement.verdict.violations, violation_messages(doc, judgement), strict=True)
	rows = "\n".join(
		f"<li><b>{escape_html(rule_name(violation.rule))}</b>: {escape_html(text)}</li>"
		for violation, text in pairs
		if is_wanted(violation)
	)
	return f"<ul>{rows}</ul>"


def _message(
	violation: Violation, judgement: Judgement, money: Callable, entitled: bool, before: Worsening | None
) -> str:
	sentences = [explain(violation, money).text(_)]
	cost = explain_cost(violation, judgement.verdict, money, percent) if entitled else None
	if cost:
		sentences.append(cost.text(_))
	if before:
		sentences.append(before.sentence(money))
	return " ".join(sentences)
