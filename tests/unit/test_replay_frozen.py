"""Facts of a judgement as plain data and back (R29, R62)."""

import json
from datetime import date
from decimal import Decimal

import pytest

from kam_extension.policy.codes import AccountStatus
from kam_extension.policy.exceptions import ApprovedException, ApprovedLine, ApprovedViolation
from kam_extension.policy.facts import (
	AccountFacts,
	CreditFacts,
	DocumentFacts,
	GroupFacts,
	InstalmentFacts,
	LineFacts,
)
from kam_extension.policy.money import Rounding
from kam_extension.policy.rebates import Agreement
from kam_extension.policy.terms import PolicyTerms
from kam_extension.replay.frozen import freeze, thaw
from tests.unit.builders import make_terms

LINE = LineFacts(
	row=2,
	item_code="物料",
	quantity=Decimal("1.50"),
	stock_quantity=Decimal(3),
	net_rate=Decimal("0.10"),
	net_amount=Decimal("0.15"),
	list_rate=Decimal("1E+2"),
	is_free=True,
	item_name="Name",
)
FACTS = DocumentFacts(
	account=AccountFacts("KA-1", "C", "Major", None, AccountStatus.SUSPENDED),
	lines=(LINE, LineFacts(0, "", Decimal(0), Decimal(0), Decimal(-1), Decimal("-1.10"), is_exempt=True)),
	net=Decimal("-0.95"),
	gross=Decimal(0),
	other_costs=Decimal("0.01"),
	agreement=Agreement("RA-1", "Special", Decimal("2.5"), programmes_only=True),
	commits=True,
	credit=CreditFacts(
		exposure=Decimal("9.99"),
		overdue_days=3,
		groups=(GroupFacts("KA-0", Decimal(1), Decimal(2)),),
		instalments=(InstalmentFacts("SO-1", Decimal(5)),),
	),
	rounding=Rounding(3, half_to_even=True),
	exchange_rate=Decimal("7.1"),
	is_exchange_rate_known=False,
)
EXCEPTIONS = (
	ApprovedException(
		"PE-1",
		date(2026, 3, 1),
		(ApprovedViolation("Markup", "markup", required=Decimal(10), approved=Decimal(9)),),
		(ApprovedLine("A", Decimal(1), Decimal(2)),),
		asked_on=date(2026, 2, 1),
	),
)


def kept(value):
	return json.loads(json.dumps(freeze(value)))


@pytest.mark.parametrize(
	("kind", "value"),
	[
		(DocumentFacts, FACTS),
		(LineFacts, LINE),
		(tuple[ApprovedException, ...], EXCEPTIONS),
		(PolicyTerms, PolicyTerms()),
		(CreditFacts, CreditFacts()),
		(DocumentFacts, None),
	],
)
def test_what_was_frozen_comes_back(kind, value):
	assert thaw(kind, kept(value)) == value


def test_a_whole_policy_comes_back():
	terms = make_terms()
	assert thaw(PolicyTerms, kept(terms)) == terms


def test_digits_are_kept():
	assert str(thaw(LineFacts, kept(LINE)).quantity) == "1.50"


def test_only_what_differs_from_the_default_is_kept():
	assert freeze(Rounding()) == {}
	assert freeze(AccountFacts(customer="C")) == {"customer": "C"}


def test_a_field_that_is_no_more_is_passed_over():
	assert thaw(Rounding, {"precision": 3, "gone": 1}) == Rounding(3)
