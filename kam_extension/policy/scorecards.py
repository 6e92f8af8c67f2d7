"""Monthly scorecards of people: points, what they pay, who is last (R59; S4 chapter 6).

Points add up to a score of at most 100. The score's band turns performance pay into a payout; the unit's result then
adds to the payout or takes off it. Money is Decimal in the company's currency, factors and shares are percent.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kam_extension.policy.codes import TeamResult
from kam_extension.policy.money import HUNDRED, ZERO, Rounding

FULL_SCORE = Decimal(100)


@dataclass(frozen=True)
class PayoutBand:
	"""From this score on, lower bound inclusive, `factor` percent is paid; None: the score itself is the percentage."""

	from_score: Decimal
	factor: Decimal | None


@dataclass(frozen=True)
class TeamShares:
	"""What the unit's result does to a payout, in percent of it: both are given as positive numbers."""

	challenge_bonus: Decimal
	missed_deduction: Decimal


@dataclass(frozen=True)
class Payout:
	"""`performance` by the own score, `team` by the unit's result (negative where it takes off), `total` of both."""

	factor: Decimal
	performance: Decimal
	team: Decimal

	@property
	def total(self) -> Decimal:
		return self.performance + self.team


@dataclass(frozen=True)
class Place:
	"""Rank 1 is the best; people with the same score share the better rank. `is_last`: nobody did worse and somebody
	did better."""

	rank: int
	is_last: bool


def total_score(points: Sequence[Decimal]) -> Decimal:
	return sum(points, ZERO)


def achievement(result: Decimal, target: Decimal) -> Decimal | None:
	"""Result in percent of the target; None without a target."""
	return result * HUNDRED / target if target > 0 else None


def points_by_achievement(max_points: Decimal, achieved: Decimal | None) -> Decimal:
	"""The share of the points that the achievement (percent) earns: none below 0, all from 100 % on."""
	share = min(max(achieved or ZERO, ZERO), HUNDRED)
	return (max_points * share / HUNDRED).quantize(Decimal("0.01"))


def payout_factor(bands: Sequence[PayoutBand], score: Decimal) -> Decimal:
	"""Percent of performance pay for the score: that of the highest band it reaches, 0 below all of them."""
	reached = [band for band in bands if band.from_score <= score]
	if not reached:
		return ZERO
	band = max(reached, key=lambda row: row.from_score)
	return score if band.factor is None else band.factor


def team_result(result: Decimal, base_target: Decimal, challenge_target: Decimal) -> TeamResult:
	"""What the unit reached in the month; targets just reached are met. A challenge target of 0 is none."""
	if result < base_target:
		return TeamResult.MISSED
	if challenge_target > 0 and result >= challenge_target:
		return TeamResult.CHALLENGE
	return TeamResult.MET


def payout(
	performance_pay: Decimal,
	score: Decimal,
	bands: Sequence[PayoutBand],
	team: TeamResult | None,
	shares: TeamShares,
	rounding: Rounding,
) -> Payout:
	"""What a month pays. Each part is rounded as money; `team` None: the unit has no target, nothing is added.

	S4: 88 points, 3,000 → 2,640; challenge target met: + 5 % of the payout = 132; together 2,772.
	"""
	factor = payout_factor(bands, score)
	performance = rounding.share(performance_pay, factor)
	by_result = {
		TeamResult.CHALLENGE: shares.challenge_bonus,
		TeamResult.MISSED: -shares.missed_deduction,
	}
	return Payout(factor, performance, rounding.share(performance, by_result.get(team, ZERO)))


def places(scores: Mapping[str, Decimal], newcomers: Collection[str] = ()) -> dict[str, Place]:
	"""{person: place} of those ranked together in a month.

	Who joined during the month (`newcomers`) is ranked, but is never the last one; the last is then sought among
	the others. Everybody with the same score: nobody is last.
	"""
	settled = [score for person, score in scores.items() if person not in newcomers]
	lowest = min(settled, default=None)
	is_decided = bool(settled) and lowest < max(scores.values())
	return {
		person: Place(
			rank=1 + sum(other > score for other in scores.values()),
			is_last=is_decided and score == lowest and person not in newcomers,
		)
		for person, score in scores.items()
	}


def months_running(is_last: Sequence[bool | None]) -> int:
	"""How many months up to the latest one a person was last without a break.

	`is_last`: one entry for each calendar month, the latest first; None for a month without an approved scorecard,
	which breaks the row.
	"""
	count = 0
	for was_last in is_last:
		if not was_last:
			break
		count += 1
	return count
