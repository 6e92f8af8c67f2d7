"""Status, limits, overdue days and instalments (R31, R32)."""

from dataclasses import replace
from datetime import date

import pytest

from kam_extension.policy.codes import AccountStatus, Action, Rule, VerdictCode
from kam_extension.policy.credit import judge_account
from kam_extension.policy.exceptions import ApprovedException, ApprovedViolation, apply_exceptions
from kam_extension.policy.explain import explain
from kam_extension.policy.facts import CreditFacts, GroupFacts, InstalmentFacts
from tests.unit.builders import make_account, make_document, make_terms, money

TODAY = date(2026, 3, 1)
GROUP = GroupFacts("KA-00009", money(1001), money(1000))
INSTALMENT = InstalmentFacts("SO-1", money(300))


def moving_goods(status=AccountStatus.ACTIVE, **credit):
	return make_document(account=make_account(status=status), commits=True, credit=CreditFacts(**credit))


def reasons(document, **terms) -> list[tuple]:
	verdict = judge_account(document, make_terms(**terms))
	return [(violation.reason, violation.subject, violation.actual) for violation in verdict.violations]


def test_every_limit_is_judged_and_names_what_it_is_about():
	document = moving_goods(
		exposure=money(11),
		credit_limit=money(10),
		overdue_days=31,
		max_overdue_days=30,
		groups=(GROUP, replace(GROUP, account="KA-00010", exposure=money(1000))),
		instalments=(INSTALMENT, replace(INSTALMENT, order="SO-2", unpaid=money(0))),
	)
	assert reasons(document) == [
		("credit_limit", None, 11),
		("group_limit", "KA-00009", 1001),
		("overdue", None, 31),
		("instalment", "SO-1", 300),
	]


@pytest.mark.parametrize("limit", ("0", "1001"))
def test_a_group_without_limit_or_at_its_limit_passes(limit):
	assert (
		judge_account(moving_goods(groups=(replace(GROUP, credit_limit=money(limit)),)), make_terms()).code
		== "Pass"
	)


def test_the_action_of_credit_decides_but_never_about_a_suspension():
	document = moving_goods(AccountStatus.SUSPENDED, groups=(GROUP,))
	verdict = judge_account(document, make_terms(credit_action=Action.WARN))
	assert [violation.action for violation in verdict.violations] == [Action.BLOCK, Action.WARN]
	assert reasons(document, credit_action=Action.OFF) == [("suspended", None, None)]
	assert (
		judge_account(moving_goods(groups=(GROUP,)), make_terms(credit_action=Action.WARN)).code == "Warned"
	)


def test_what_commits_to_nothing_is_not_judged():
	document = replace(moving_goods(AccountStatus.SUSPENDED, groups=(GROUP,)), commits=False)
	assert judge_account(document, make_terms()).code == VerdictCode.PASS


@pytest.mark.parametrize(
	("subject", "approved", "code"),
	(
		("KA-00009", "1001", VerdictCode.EXCEPTED),
		("KA-00009", "1000.99", VerdictCode.BLOCKED),
		("KA-00010", "5000", VerdictCode.BLOCKED),
		(None, "5000", VerdictCode.BLOCKED),
	),
)
def test_an_exception_covers_the_group_that_it_names_up_to_what_was_approved(subject, approved, code):
	row = ApprovedViolation(Rule.CREDIT, "group_limit", approved=money(approved), subject=subject)
	exception = ApprovedException("PE-1", TODAY, (row,), ())
	document = moving_goods(groups=(GROUP,))
	verdict = judge_account(document, make_terms())
	assert apply_exceptions(verdict, document, [exception], TODAY).code == code


def test_the_sentences_name_group_order_and_amounts():
	document = moving_goods(groups=(GROUP,), instalments=(INSTALMENT,))
	texts = [explain(violation, str).text() for violation in judge_account(document, make_terms()).violations]
	assert texts == [
		"The exposure of the group KA-00009 with this document is 1001; its credit limit is 1000. It is exceeded by 1.",
		"The payment terms of SO-1 make 300 due before this delivery. It has not been paid.",
	]
