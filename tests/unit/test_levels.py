"""Level rules over single contracts and follow-up contracts (R16; S0 article 4, S3 article 12)."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kam_extension.policy.codes import AccountLevel, LevelBasis
from kam_extension.policy.levels import Contract, counts_contracts, propose_level
from kam_extension.policy.terms import LevelRule
from tests.unit.builders import make_terms, money

AS_OF = date(2026, 11, 22)
GROUP, SUBSIDIARY, PROJECT, AGREEMENT = make_terms().levels
RULES = (GROUP, SUBSIDIARY, PROJECT)
MILLION = 1_000_000


def contracts(*amounts, signed_on=date(2025, 1, 1)) -> list[Contract]:
	return [Contract(signed_on, money(amount)) for amount in amounts]


def level(*amounts, current=None, rules=RULES) -> str | None:
	proposal = propose_level(rules, contracts(*amounts), current, AS_OF)
	return proposal and proposal.level


@pytest.mark.parametrize(
	("amounts", "earned"),
	[
		((200 * MILLION, 200 * MILLION), "Group"),
		((200 * MILLION, "199999999.99"), "Subsidiary"),
		((500 * MILLION,), "Subsidiary"),
		((100 * MILLION,), "Subsidiary"),
		(("99999999.99",), "Project"),
		((50 * MILLION,), "Project"),
		(("49999999.99",) * 9, None),
		((), None),
	],
)
def test_levels_of_the_construction_group(amounts, earned):
	assert level(*amounts) == earned


@pytest.mark.parametrize(
	("current", "earned"),
	[("Project", "Subsidiary"), ("Subsidiary", None), ("Group", None), ("unheard of", "Subsidiary")],
)
def test_rules_only_raise(current, earned):
	assert level(150 * MILLION, current=current) == earned


def test_the_best_level_wins_whatever_the_order_of_the_rows():
	assert level(200 * MILLION, 200 * MILLION, rules=(PROJECT, SUBSIDIARY, GROUP)) == "Group"


def test_a_level_to_be_judged_says_so_and_what_holds_otherwise():
	earned = contracts(200 * MILLION, 300 * MILLION, 60 * MILLION)
	proposal = propose_level(RULES, earned, "Project", AS_OF)
	assert (proposal.needs_judgement, proposal.otherwise) == (True, "Subsidiary")
	assert (proposal.contracts, proposal.amount, proposal.rule) == (2, 500 * MILLION, GROUP)
	assert propose_level(RULES, earned, "Subsidiary", AS_OF).otherwise is None


def test_a_certain_level_needs_no_judgement():
	proposal = propose_level(RULES, contracts(120 * MILLION), None, AS_OF)
	assert (proposal.level, proposal.needs_judgement, proposal.otherwise) == ("Subsidiary", False, None)


@pytest.mark.parametrize(
	("signed_on", "earned"),
	[
		(date(2021, 11, 22), "Project"),
		(date(2021, 11, 21), None),
		(AS_OF, "Project"),
		(date(2026, 11, 23), None),
	],
)
def test_both_ends_of_the_years_count(signed_on, earned):
	proposal = propose_level((PROJECT,), contracts(60 * MILLION, signed_on=signed_on), None, AS_OF)
	assert (proposal and proposal.level) == earned


@pytest.mark.parametrize(("signed_on", "counts"), [(date(2019, 2, 28), True), (date(2019, 2, 27), False)])
def test_five_years_before_a_leap_day(signed_on, counts):
	signed = contracts(60 * MILLION, signed_on=signed_on)
	assert bool(propose_level((PROJECT,), signed, None, date(2024, 2, 29))) is counts


def test_no_years_mean_no_limit_in_time():
	whenever = replace(PROJECT, lookback_years=0)
	assert propose_level((whenever,), contracts(60 * MILLION, signed_on=date(1996, 1, 1)), None, AS_OF)


def test_a_rule_that_asks_for_no_contract_is_left_to_people():
	assert level(900 * MILLION, rules=(replace(GROUP, min_contracts=0),)) is None


class TestFollowUpTotal:
	"""S3: what was signed after the first contract, together."""

	RULES = tuple(
		LevelRule(name, 1, money(amount), 5, False, LevelBasis.FOLLOW_UP_TOTAL)
		for name, amount in (("Group", 200 * MILLION), ("Subsidiary", 100 * MILLION))
	)

	@pytest.mark.parametrize(
		("amounts", "earned"),
		[
			((900 * MILLION,), None),
			((1, 120 * MILLION, 80 * MILLION), "Group"),
			((1, 120 * MILLION, "79999999.99"), "Subsidiary"),
			((300 * MILLION, 60 * MILLION, 39 * MILLION), None),
		],
	)
	def test_contracts_after_the_first_together(self, amounts, earned):
		signed = [Contract(date(2024, 1, day), money(amount)) for day, amount in enumerate(amounts, start=1)]
		proposal = propose_level(self.RULES, signed[::-1], None, AS_OF)
		assert (proposal and proposal.level) == earned

	def test_the_first_contract_may_be_older_than_the_years(self):
		signed = [Contract(date(2001, 1, 1), money(1)), *contracts(100 * MILLION)]
		proposal = propose_level(self.RULES, signed, None, AS_OF)
		assert (proposal.level, proposal.contracts, proposal.amount) == ("Subsidiary", 1, 100 * MILLION)


AMOUNTS = st.lists(st.integers(1, 300).map(lambda amount: amount * MILLION), max_size=6)
LEVELS = st.sampled_from([None, *AccountLevel])


def rank(name: str | None) -> int:
	return [*AccountLevel, None].index(name)


@given(AMOUNTS, AMOUNTS, LEVELS)
def test_more_contracts_never_earn_less(amounts, more, current):
	before, after = level(*amounts, current=current), level(*amounts, *more, current=current)
	assert rank(after) <= rank(before)
	assert before is None or rank(before) < rank(current)


class TestStrategicAgreements:
	"""A signed strategic agreement makes a Group account (S0 article 4)."""

	RULE = AGREEMENT

	def test_the_shipped_policy_has_the_rule(self):
		assert (
			LevelRule(AccountLevel.GROUP, 1, money(0), 0, False, LevelBasis.STRATEGIC_AGREEMENT) == AGREEMENT
		)

	def earned(self, agreements, *amounts, rules=None, current=None):
		return propose_level(rules or (*RULES, self.RULE), contracts(*amounts), current, AS_OF, agreements)

	def test_no_contract_is_read_for_it(self):
		assert [counts_contracts(rule) for rule in (PROJECT, self.RULE)] == [True, False]

	def test_one_is_enough_whatever_the_contracts(self):
		proposal = self.earned(1)
		assert (proposal.level, proposal.contracts, proposal.needs_judgement) == ("Group", 1, False)

	def test_none_earns_nothing(self):
		assert self.earned(0) is None
		assert self.earned(0, 60 * MILLION).level == "Project"

	def test_contracts_alone_do_not_meet_the_rule(self):
		assert self.earned(0, 900 * MILLION, rules=(self.RULE,)) is None

	def test_a_policy_without_the_rule_asks_for_no_agreement(self):
		assert self.earned(5, rules=RULES) is None

	def test_it_needs_no_judgement_where_the_contracts_would(self):
		proposal = self.earned(1, 200 * MILLION, 200 * MILLION)
		assert (proposal.level, proposal.needs_judgement) == ("Group", False)

	def test_as_many_as_the_policy_asks_for(self):
		two = (replace(self.RULE, min_contracts=2),)
		assert self.earned(1, rules=two) is None
		assert self.earned(2, rules=two).level == "Group"
