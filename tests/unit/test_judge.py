"""Unknown cost, exempt rows, switches, dealer-led orders and credit (R24–R26, R28, R32)."""

from dataclasses import replace

import pytest

from kam_extension.policy.codes import AccountStatus, Action, Rule, VerdictCode
from kam_extension.policy.facts import CreditFacts
from kam_extension.policy.judge import judge, position_of
from tests.unit.builders import make_account, make_document, make_line, make_terms, money, worked_example

NO_PRICE_RULE = {"price_action": Action.OFF}


@pytest.mark.parametrize("cost", [None, 0])
def test_an_unknown_cost_is_never_zero(cost):
	document = make_document(make_line("100", cost=cost, list_rate=100))
	for action, code in (("Off", "Pass"), ("Warn", "Warned"), ("Block", "Blocked")):
		verdict = judge(document, make_terms(unknown_cost_action=action))
		assert verdict.code == code
		assert (verdict.margin, verdict.unit_costs) == (None, {})
	assert [violation.rule for violation in verdict.violations] == [Rule.UNKNOWN_COST]


def test_rows_of_unknown_cost_leave_the_others_to_be_judged():
	lines = (make_line("110", cost=100, row=1), make_line("1000", cost=None, row=2, item_code="NEW"))
	verdict = judge(make_document(*lines), make_terms(**NO_PRICE_RULE, unknown_cost_action="Off"))
	[violation] = verdict.violations
	assert (violation.rule, violation.required, violation.actual) == (
		Rule.MARKUP,
		money("120.00"),
		money("110.00"),
	)


def test_a_free_row_has_to_be_earned_by_the_others():
	lines = (make_line("120", cost=100, row=1), make_line("0", cost=50, row=2, is_free=True))
	verdict = judge(make_document(*lines), make_terms(**NO_PRICE_RULE))
	assert verdict.margin.cost == 150
	assert verdict.violations[0].shortfall == 60
	assert verdict.floor_rates == {1: money("180.00")}


def test_exempt_rows_are_not_judged_again_but_count_for_the_band():
	"""100,000 new beside 900,000 checked on an order: the order's million asks for 10 %, not for 20 %."""
	lines = (
		make_line("900000", cost=899999, row=1, is_exempt=True),
		make_line("100000", cost=90000, row=2),
	)
	verdict = judge(make_document(*lines), make_terms(**NO_PRICE_RULE))
	assert verdict.code == VerdictCode.PASS
	assert (verdict.margin.net, verdict.margin.cost) == (100000, 90000)
	assert verdict.margin.required_markup == 10
	assert set(verdict.floor_rates) == {2}
	alone = judge(make_document(lines[1]), make_terms(**NO_PRICE_RULE))
	assert alone.margin.required_markup == 20


def test_a_document_discount_falls_on_judged_rows_by_their_share():
	lines = (make_line("300", cost=1, row=1, is_exempt=True), make_line("100", cost=80, row=2))
	document = make_document(*lines, net=money("380.00"), gross=money("380.00"))
	assert position_of(document).net == money("95.00")
	assert position_of(document).banding_net == money("285.00")


def test_nothing_to_judge_is_not_applicable():
	verdict = judge(make_document(make_line("1", cost=100, is_exempt=True)), make_terms())
	assert verdict.code == VerdictCode.NOT_APPLICABLE


def test_a_suspended_account_blocks_exempt_rows_too():
	document = make_document(
		make_line("1", cost=100, is_exempt=True),
		account=make_account(status=AccountStatus.SUSPENDED),
		commits=True,
	)
	assert judge(document, make_terms()).is_blocked


@pytest.mark.parametrize(("action", "code"), [("Off", "Pass"), ("Warn", "Warned"), ("Block", "Blocked")])
def test_the_markup_rule_follows_its_switch(action, code):
	verdict = judge(worked_example("85.39"), make_terms(margin_action=action))
	assert verdict.code == code


@pytest.mark.parametrize(("action", "code"), [("Off", "Pass"), ("Warn", "Warned"), ("Block", "Blocked")])
def test_the_price_rule_follows_its_switch(action, code):
	document = make_document(make_line("80", cost=1, list_rate=100))
	assert judge(document, make_terms(price_action=action)).code == code


def test_one_verdict_names_every_broken_rule():
	document = make_document(
		make_line("60", cost=70, list_rate=100), make_line("10", cost=None, list_rate=None, row=2)
	)
	rules = {violation.rule for violation in judge(document, make_terms()).violations}
	assert rules == {Rule.MARKUP, Rule.DISCOUNT_CAP, Rule.UNKNOWN_COST, Rule.UNLISTED_ITEM}


def test_a_warning_beside_a_block_is_a_block():
	document = make_document(make_line("60", cost=70, list_rate=100))
	assert judge(document, make_terms(price_action="Warn")).code == VerdictCode.BLOCKED


def test_dealer_led_projects_are_outside_the_formula_only():
	document = make_document(make_line("80", cost=79, list_rate=100), is_dealer_led=True)
	verdict = judge(document, make_terms())
	assert [violation.rule for violation in verdict.violations] == [Rule.DISCOUNT_CAP]
	assert verdict.floor_rates == {1: money("85.00")}
	inside = judge(document, make_terms(exclude_dealer_led=False))
	assert {violation.rule for violation in inside.violations} == {Rule.DISCOUNT_CAP, Rule.MARKUP}


def test_a_dealer_led_row_needs_no_cost():
	document = make_document(make_line("100", cost=None, list_rate=100), is_dealer_led=True)
	assert judge(document, make_terms(unknown_cost_action="Block")).code == VerdictCode.PASS


def test_a_credit_note_without_reference_is_a_price_concession():
	document = make_document(make_line("-50", cost=70, list_rate=100), is_unreferenced_credit=True)
	verdict = judge(document, make_terms())
	[violation] = verdict.violations
	assert (violation.rule, violation.actual) == (Rule.UNREFERENCED_CREDIT, -50)
	assert verdict.margin is None


def with_credit(**credit):
	return make_document(make_line("100", cost=1, list_rate=100), commits=True, credit=CreditFacts(**credit))


@pytest.mark.parametrize(("exposure", "passes"), [("1000.00", True), ("1000.01", False)])
def test_exposure_up_to_the_limit_passes(exposure, passes):
	document = with_credit(exposure=money(exposure), credit_limit=money(1000))
	assert (judge(document, make_terms()).code == VerdictCode.PASS) is passes


@pytest.mark.parametrize(("days", "passes"), [(30, True), (31, False)])
def test_overdue_up_to_the_days_allowed_passes(days, passes):
	document = with_credit(overdue_days=days, max_overdue_days=30)
	assert (judge(document, make_terms()).code == VerdictCode.PASS) is passes


def test_no_limit_and_no_days_mean_that_there_is_nothing_to_exceed():
	document = with_credit(exposure=money(10**9), overdue_days=999)
	assert judge(document, make_terms()).code == VerdictCode.PASS


def test_credit_follows_its_switch_but_suspension_does_not():
	over = with_credit(exposure=money(2), credit_limit=money(1))
	assert judge(over, make_terms(credit_action="Warn")).code == VerdictCode.WARNED
	suspended = replace(over, account=make_account(status=AccountStatus.SUSPENDED), credit=None)
	assert judge(suspended, make_terms(credit_action="Off")).is_blocked


def test_a_quotation_commits_to_nothing():
	suspended = make_account(status=AccountStatus.SUSPENDED)
	document = replace(
		with_credit(exposure=money(2), credit_limit=money(1)), account=suspended, commits=False
	)
	assert judge(document, make_terms()).code == VerdictCode.PASS


def test_points_of_a_missing_markup_are_measured_on_cost():
	[violation] = judge(worked_example("84.70"), make_terms()).violations
	assert violation.points == 1  # 7,000.00 missing on a cost of 700,000.00


def test_unit_costs_are_kept_by_row():
	assert judge(worked_example("85.40"), make_terms()).unit_costs == {1: 70}


def test_rows_without_any_money_are_judged_all_the_same():
	lines = (make_line("0", cost=10, row=1, is_exempt=True), make_line("0", cost=10, row=2, is_free=True))
	verdict = judge(make_document(*lines), make_terms(**NO_PRICE_RULE))
	assert verdict.violations[0].shortfall == 12


def test_a_violation_without_figures_misses_nothing():
	[violation] = judge(make_document(make_line("1", cost=None)), make_terms(**NO_PRICE_RULE)).violations
	assert violation.shortfall == 0
	assert replace(violation, actual=money(1)).shortfall == 0
