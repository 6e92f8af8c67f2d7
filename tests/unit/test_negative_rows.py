"""Rows that give money away, and rows without an item (R21, R23, R24)."""

from kam_extension.policy.codes import Action, Rule
from kam_extension.policy.judge import judge
from tests.unit.builders import make_document, make_line, make_terms, money


def terms(**changes):
	return make_terms(price_action=Action.OFF, unknown_cost_action=Action.WARN, **changes)


def rules(verdict) -> list:
	return [violation.rule for violation in verdict.violations]


def test_a_negative_row_of_unknown_cost_is_a_discount():
	document = make_document(make_line(120, cost=100), make_line(-1, row=2))
	verdict = judge(document, terms())
	assert Rule.MARKUP in rules(verdict)
	assert verdict.margin.net == money(119)


def test_a_negative_row_is_shared_by_the_rows_that_bring_money_in():
	# 240.00 less 24.00; half of it falls on the row whose cost is known: 108.00 against 120.00.
	document = make_document(make_line(120, cost=100), make_line(120, row=2), make_line(-24, row=3))
	verdict = judge(document, terms())
	assert verdict.margin.net == money(108)
	assert verdict.margin.required_net == money(120)


def test_a_negative_row_agreed_in_an_earlier_document_is_not_taken_off_again():
	document = make_document(
		make_line(-24, row=3, is_exempt=True), make_line(120, cost=100), make_line(24, row=2, is_exempt=True)
	)
	assert judge(document, terms()).margin.net == money(120)


def test_a_row_without_item_has_no_known_cost_and_pays_for_no_other():
	document = make_document(
		make_line(119, cost=100), make_line(1000, row=2, item_code="", item_name="Advice")
	)
	verdict = judge(document, terms())
	assert rules(verdict) == [Rule.UNKNOWN_COST, Rule.MARKUP]
	assert (verdict.violations[0].item_code, verdict.violations[0].item_name) == (None, "Advice")
	assert verdict.margin.net == money(119)


def test_an_unknown_exchange_rate_is_said_once_for_the_document():
	document = make_document(
		make_line(120, cost=100), is_exchange_rate_known=False, exchange_rate=money("7.1234567")
	)
	verdict = judge(document, terms(unknown_exchange_rate_action=Action.BLOCK))
	(violation,) = verdict.violations
	assert (violation.rule, violation.actual) == (Rule.EXCHANGE_RATE, money("7.123457"))
	assert verdict.is_blocked


def test_an_unknown_exchange_rate_is_no_matter_for_rows_checked_elsewhere():
	document = make_document(make_line(1, cost=100, is_exempt=True), is_exchange_rate_known=False)
	assert judge(document, terms(unknown_exchange_rate_action=Action.BLOCK)).violations == ()


def test_a_text_row_that_only_takes_money_off_lacks_no_cost():
	document = make_document(
		make_line(130, cost=100), make_line(-10, row=2, item_code="", item_name="Goodwill")
	)
	assert judge(document, terms()).violations == ()
