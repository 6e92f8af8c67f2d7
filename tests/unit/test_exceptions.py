"""What an approved Price Exception covers, and that anything worse asks again (R27, R75)."""

from dataclasses import replace
from datetime import date

import pytest

from kam_extension.policy.codes import AccountStatus, Rule, VerdictCode
from kam_extension.policy.exceptions import (
	ApprovedException,
	ApprovedLine,
	ApprovedViolation,
	apply_exceptions,
	stock_rate,
)
from kam_extension.policy.facts import CreditFacts
from kam_extension.policy.judge import judge
from tests.unit.builders import make_account, make_document, make_line, make_terms, money

TODAY = date(2026, 3, 1)
TERMS = make_terms()


def approve(document, terms=TERMS, valid_until=TODAY) -> ApprovedException:
	"""An exception for every violation of `document`, exactly as it stands."""
	verdict = judge(document, terms)
	return ApprovedException(
		name="PEX-1",
		valid_until=valid_until,
		violations=tuple(
			ApprovedViolation(
				broken.rule,
				broken.reason,
				broken.item_code,
				broken.required or money(0),
				broken.actual or money(0),
			)
			for broken in verdict.violations
		),
		lines=tuple(
			ApprovedLine(line.item_code, stock_rate(line), line.stock_quantity) for line in document.lines
		),
	)


def code_with(exception, document, terms=TERMS, today=TODAY):
	return apply_exceptions(judge(document, terms), document, [exception], today).code


def cheap(rate="80", quantity=10, **changes):
	"""Below the cap of 85.00 and, at cost 75, below the markup of 20 %."""
	return make_line(rate, quantity, cost=75, list_rate=100, **changes)


def test_the_approved_document_passes_as_excepted():
	document = make_document(cheap())
	assert judge(document, TERMS).is_blocked
	verdict = apply_exceptions(judge(document, TERMS), document, [approve(document)], TODAY)
	assert verdict.code == VerdictCode.EXCEPTED
	assert {violation.exception for violation in verdict.violations} == {"PEX-1"}


@pytest.mark.parametrize(
	("better", "line", "code"),
	[
		("dearer", cheap("81"), VerdictCode.EXCEPTED),
		("less of it", cheap(quantity=9), VerdictCode.EXCEPTED),
		("as the rules ask", cheap("120"), VerdictCode.PASS),
	],
)
def test_at_or_above_what_was_approved_stays_covered(better, line, code):
	assert code_with(approve(make_document(cheap())), make_document(line)) == code


@pytest.mark.parametrize(
	("worse", "lines"),
	[
		("a cent cheaper", (cheap("79.99"),)),
		("more of it", (cheap(quantity=11),)),
		("in two rows", (cheap(quantity=6), cheap(quantity=5, row=2))),
		("another item", (cheap(), cheap(row=2, item_code="OTHER"))),
		("another item instead", (cheap(item_code="OTHER"),)),
	],
)
def test_anything_worse_is_not_covered(worse, lines):
	assert code_with(approve(make_document(cheap())), make_document(*lines)) == VerdictCode.BLOCKED


def test_a_row_of_another_item_that_breaks_nothing_by_itself_is_still_new_to_the_approver():
	document = make_document(cheap(), make_line("75", cost=75, list_rate=75, row=2, item_code="OTHER"))
	assert code_with(approve(make_document(cheap())), document) == VerdictCode.BLOCKED


def test_two_prices_of_one_item_are_not_interchangeable():
	"""One piece at 80 and 99 at 100 were approved: all hundred at 80 were not."""
	rows = (cheap("80", 1), cheap("100", 99, row=2))
	exception = approve(make_document(*rows), make_terms(margin_action="Off"))
	terms = make_terms(margin_action="Off")
	assert code_with(exception, make_document(*rows), terms) == VerdictCode.EXCEPTED
	assert code_with(exception, make_document(cheap("80", 100)), terms) == VerdictCode.BLOCKED
	assert code_with(exception, make_document(cheap("80", 2)), terms) == VerdictCode.BLOCKED
	assert code_with(exception, make_document(cheap("84", 1)), terms) == VerdictCode.EXCEPTED


def test_an_expired_exception_covers_nothing():
	document = make_document(cheap())
	exception = approve(document, valid_until=date(2026, 2, 28))
	assert code_with(exception, document) == VerdictCode.BLOCKED
	assert code_with(exception, document, today=date(2026, 2, 28)) == VerdictCode.EXCEPTED


def test_one_rule_approved_leaves_the_other_blocked():
	document = make_document(cheap())
	exception = approve(document)
	for rule in (Rule.MARKUP, Rule.DISCOUNT_CAP):
		only = replace(exception, violations=tuple(row for row in exception.violations if row.rule == rule))
		assert code_with(only, document) == VerdictCode.BLOCKED


def test_a_warning_that_is_left_shows_as_warned():
	document = make_document(cheap(), make_line("10", cost=5, row=2, item_code="NEW"))
	verdict = judge(document, TERMS)
	exception = approve(document)
	but_one = replace(
		exception, violations=tuple(row for row in exception.violations if row.rule != Rule.UNLISTED_ITEM)
	)
	assert apply_exceptions(verdict, document, [but_one], TODAY).code == VerdictCode.WARNED


def test_higher_costs_need_a_new_exception():
	exception = approve(make_document(cheap()))
	document = make_document(replace(cheap(), unit_cost=money(76)))
	assert code_with(exception, document) == VerdictCode.BLOCKED


def test_another_unit_of_the_same_price_is_the_same_price():
	"""Approved by the piece at 80.00; sold in boxes of ten at 800.00."""
	exception = approve(make_document(cheap()))
	box = make_line("800", 1, cost=75, list_rate=1000, stock_quantity=money(10), net_amount=money(800))
	assert code_with(exception, make_document(box)) == VerdictCode.EXCEPTED
	cheaper = replace(box, net_rate=money("799.9"), net_amount=money("799.90"))
	assert code_with(exception, make_document(cheaper)) == VerdictCode.BLOCKED


def over_the_limit(exposure, overdue_days=0):
	return make_document(
		make_line("100", cost=1, list_rate=100),
		commits=True,
		credit=CreditFacts(money(exposure), money(1000), overdue_days, 30),
	)


def test_credit_is_covered_up_to_the_exposure_approved():
	exception = approve(over_the_limit("1500"))
	assert code_with(exception, over_the_limit("1500")) == VerdictCode.EXCEPTED
	assert code_with(exception, over_the_limit("1500.01")) == VerdictCode.BLOCKED
	assert code_with(exception, over_the_limit("1500", overdue_days=31)) == VerdictCode.BLOCKED


def test_overdue_days_are_covered_up_to_those_approved():
	exception = approve(over_the_limit("1", overdue_days=40))
	assert code_with(exception, over_the_limit("1", overdue_days=40)) == VerdictCode.EXCEPTED
	assert code_with(exception, over_the_limit("1", overdue_days=41)) == VerdictCode.BLOCKED


def test_a_suspension_is_never_covered():
	suspended = replace(over_the_limit("1"), account=make_account(status=AccountStatus.SUSPENDED))
	assert code_with(approve(suspended), suspended) == VerdictCode.BLOCKED


def credit_note(rate):
	return make_document(make_line(rate, cost=1, list_rate=100), is_unreferenced_credit=True)


def test_a_concession_is_covered_up_to_its_amount():
	exception = approve(credit_note("-50"))
	assert code_with(exception, credit_note("-49.99")) == VerdictCode.EXCEPTED
	assert code_with(exception, credit_note("-50")) == VerdictCode.EXCEPTED
	assert code_with(exception, credit_note("-50.01")) == VerdictCode.BLOCKED


def test_a_document_without_violations_is_left_alone():
	document = make_document(make_line("100", cost=1, list_rate=100))
	verdict = judge(document, TERMS)
	assert apply_exceptions(verdict, document, [approve(make_document(cheap()))], TODAY) is verdict


def test_a_row_without_quantity_has_no_price_to_compare():
	assert stock_rate(make_line("80", 0)) == 0


MARKUP_ONLY = make_terms(price_action="Off")


def with_another_item(rate, **changes):
	"""The approved row and a piece of another item; from 90.00 on that one brings in its share."""
	return make_document(cheap(), make_line(rate, 1, cost=75, row=2, item_code="OTHER", **changes))


def test_a_new_row_that_brings_in_its_share_asks_nothing():
	exception = approve(make_document(cheap()), MARKUP_ONLY)
	assert code_with(exception, with_another_item("90"), MARKUP_ONLY) == VerdictCode.EXCEPTED


def test_a_new_row_below_its_share_asks_again_even_where_others_make_up_for_it():
	exception = approve(make_document(cheap()), MARKUP_ONLY)
	dearer = make_document(cheap("81"), make_line("89.99", 1, cost=75, row=2, item_code="OTHER"))
	assert code_with(exception, dearer, MARKUP_ONLY) == VerdictCode.BLOCKED
	elsewhere = with_another_item("89.99", is_exempt=True)
	assert code_with(exception, elsewhere, MARKUP_ONLY) == VerdictCode.EXCEPTED


def apply_all(exceptions, document, terms=TERMS):
	return apply_exceptions(judge(document, terms), document, exceptions, TODAY)


def test_only_what_got_worse_asks_again():
	"""Two capped items were approved; one gets cheaper, the other's price makes up for the markup."""
	off = make_terms(margin_action="Off")
	other = make_line("80", 10, cost=75, list_rate=100, row=2, item_code="OTHER")
	exception = approve(make_document(cheap(), other), off)
	cheaper = make_document(cheap(), replace(other, net_rate=money("79")))
	asked = [one.item_code for one in apply_all([exception], cheaper, off).violations if one.awaits_exception]
	assert asked == ["OTHER"]


def test_a_second_exception_completes_the_first():
	first, second = (approve(make_document(cheap())), approve(make_document(cheap("79"))))
	capped = tuple(row for row in second.violations if row.rule == Rule.DISCOUNT_CAP)
	second = replace(second, name="PEX-2", violations=capped)
	dearer = make_line("195", 1, cost=75, list_rate=195, row=2, item_code="OTHER")
	verdict = apply_all([first, second], make_document(cheap("79"), dearer))
	assert verdict.code == VerdictCode.EXCEPTED
	assert {one.rule: one.exception for one in verdict.violations} == {
		Rule.DISCOUNT_CAP: "PEX-2",
		Rule.MARKUP: "PEX-1",
	}


def test_what_another_document_used_up_is_not_given_twice():
	exception = approve(make_document(cheap()))
	some = replace(exception, used=(ApprovedLine("ITEM", money(80), money(4)),))
	assert code_with(some, make_document(cheap(quantity=6))) == VerdictCode.EXCEPTED
	assert code_with(some, make_document(cheap(quantity=7))) == VerdictCode.BLOCKED
	dearer = replace(exception, used=(ApprovedLine("ITEM", money("80.01"), money(4)),))
	assert code_with(dearer, make_document(cheap())) == VerdictCode.EXCEPTED
	other = replace(exception, used=(ApprovedLine("OTHER", money(80), money(4)),))
	assert code_with(other, make_document(cheap())) == VerdictCode.EXCEPTED


def test_days_that_pass_make_a_debt_older_and_nothing_worse():
	exception = replace(
		approve(over_the_limit("1", overdue_days=40), valid_until=date(2026, 3, 9)), asked_on=date(2026, 3, 1)
	)
	later = {"today": date(2026, 3, 4)}
	assert code_with(exception, over_the_limit("1", overdue_days=43), **later) == VerdictCode.EXCEPTED
	assert code_with(exception, over_the_limit("1", overdue_days=44), **later) == VerdictCode.BLOCKED
	limit = replace(approve(over_the_limit("1500")), asked_on=date(2026, 2, 1))
	assert code_with(limit, over_the_limit("1500.01")) == VerdictCode.BLOCKED
