"""What the answers of a satisfaction survey amount to (R52)."""

from collections.abc import Iterable
from decimal import Decimal

from kam_extension.policy.codes import SatisfactionScale

STARS = range(1, 6)
RECOMMENDATIONS = range(11)
PROMOTER_FROM = 9
DETRACTOR_UP_TO = 6
HUNDRED = Decimal(100)


def stars_in_percent(stars: int, scale: str) -> Decimal:
	"""1 to 5 stars as 0 to 100 percent: as a share of five, or from one star, which is zero."""
	if scale == SatisfactionScale.ONE_IS_ZERO:
		return Decimal(stars - 1) * HUNDRED / 4
	return Decimal(stars) * HUNDRED / 5


def is_detractor(recommendation: int) -> bool:
	return recommendation <= DETRACTOR_UP_TO


def net_promoter_score(recommendations: Iterable[int]) -> Decimal | None:
	"""Share of promoters less share of detractors, -100 to 100; None when nobody answered."""
	given = list(recommendations)
	return promoters_less_detractors(
		sum(one >= PROMOTER_FROM for one in given), sum(map(is_detractor, given)), len(given)
	)


def promoters_less_detractors(promoters: int, detractors: int, answers: int) -> Decimal | None:
	"""The same from counts."""
	return Decimal(promoters - detractors) * HUNDRED / answers if answers else None
