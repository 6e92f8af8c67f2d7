"""Stars in percent and the net promoter score (R52)."""

from decimal import Decimal

import pytest

from kam_extension.policy.satisfaction import (
	is_detractor,
	net_promoter_score,
	promoters_less_detractors,
	stars_in_percent,
)


@pytest.mark.parametrize(
	("stars", "share_of_five", "one_is_zero"),
	[(1, 20, 0), (2, 40, 25), (3, 60, 50), (4, 80, 75), (5, 100, 100)],
)
def test_stars_in_percent(stars, share_of_five, one_is_zero):
	assert stars_in_percent(stars, "Share of Five") == share_of_five
	assert stars_in_percent(stars, "One Star Is Zero") == one_is_zero


@pytest.mark.parametrize(
	("given", "score"),
	[([], None), ([10], 100), ([0], -100), ([9, 8, 7, 6], 0), ([10, 9, 8, 6], 25), ([7, 8], 0)],
)
def test_net_promoter_score(given, score):
	assert net_promoter_score(given) == score


def test_net_promoter_score_is_not_rounded():
	assert promoters_less_detractors(2, 1, 3) == Decimal(100) / 3


@pytest.mark.parametrize(("recommendation", "detracts"), [(0, True), (6, True), (7, False), (10, False)])
def test_detractors(recommendation, detracts):
	assert is_detractor(recommendation) is detracts
