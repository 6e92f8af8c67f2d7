"""The book of the recompute benchmark: its accounts stand where the shipped default policy gives them their tier."""

import importlib.util
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from kam_extension.policy.codes import Metric
from kam_extension.policy.scoring import propose_tier
from tests.unit.builders import make_terms

SOURCE = Path(__file__).resolve().parents[2] / "bench" / "book" / "standings.py"
ACCOUNTS = 2_000


def load_standings():
	specification = importlib.util.spec_from_file_location("standings", SOURCE)
	module = importlib.util.module_from_spec(specification)
	specification.loader.exec_module(module)
	return module


book = load_standings()
ALL = list(book.standings(ACCOUNTS))


def earned_tier(account, influence: int, ordered_share: Decimal) -> str | None:
	values = {
		Metric.CONTRACT_AMOUNT: account.ordered * ordered_share,
		Metric.RECEIVABLE_BALANCE: Decimal(account.owed),
		Metric.PRICE_PREMIUM: Decimal(account.premium),
		Metric.STRATEGIC_INFLUENCE: Decimal(influence),
	}
	months = account.days * 12 // 366
	return propose_tier(make_terms(), account.account_class, values, months, account.in_arrears).tier


@pytest.mark.parametrize("ordered_share", [Decimal("0.7"), Decimal(1), Decimal("1.25")])
def test_each_account_has_the_tier_that_it_earns(ordered_share):
	"""Whether a few orders more or less fall into the year, as they do by their days."""
	wrong = [one for one in ALL if earned_tier(one, one.influence, ordered_share) != one.tier]
	assert wrong == []


def test_every_tier_is_there():
	assert set(Counter(one.tier for one in ALL)) == {"A", "B", "C", None}


def test_one_percent_changes_and_each_of_them_gets_another_tier():
	changing = [one for one in ALL if one.n % book.CHANGING_EVERY == book.CHANGING]
	assert len(changing) == book.changing_accounts(ACCOUNTS) == ACCOUNTS // 100
	kept = [one for one in changing if earned_tier(one, one.changed_influence, Decimal(1)) == one.tier]
	assert kept == []
