"""Rebate programmes that never get anything, cost more than prices bear, or reward less for more (R72)."""

from collections.abc import Iterator
from decimal import Decimal

from kam_extension.policy.codes import ProgrammeKind
from kam_extension.policy.gaps.findings import Gap, Surroundings
from kam_extension.policy.money import ZERO
from kam_extension.policy.programme_scope import LADDER, Claimant
from kam_extension.policy.terms import PolicyTerms


def find_programme_gaps(terms: PolicyTerms, around: Surroundings) -> Iterator[Gap]:
	"""Programmes and their bands."""
	yield from _find_starved(terms)
	known = {row.tier for row in terms.tiers}
	for number, programme in enumerate(terms.rebate_programmes, start=1):
		if not programme.priced_in_rate:
			yield Gap("rebate_programmes", "not_priced_in", number, {"programme": programme.programme})
		if programme.tier and programme.tier not in known:
			yield Gap("rebate_programmes", "programme_of_unknown_tier", number, {"tier": programme.tier})
	yield from _find_falling(terms)


def _find_starved(terms: PolicyTerms) -> Iterator[Gap]:
	"""What an earlier one takes whole: nothing is left after an exclusive one, an exclusive one needs all."""
	ladder = Claimant(LADDER, terms.ladder_priority, terms.ladder_exclusive)
	rows = [
		Claimant(one.programme, one.priority, one.is_exclusive, one.item_group)
		for one in terms.rebate_programmes
	]
	for number, row in enumerate(rows, start=1):
		for other in sorted((ladder, *rows), key=lambda one: one.priority):
			covers = other.item_group in (None, row.item_group)
			if other.priority < row.priority and covers and (other.is_exclusive or row.is_exclusive):
				values = {"programme": row.code, "other": other.code}
				if other.code == LADDER:
					yield Gap("rebate_programmes", "starved_by_ladder", number, values)
				else:
					yield Gap("rebate_programmes", "starved_by_programme", number, values)
				break


def _find_falling(terms: PolicyTerms) -> Iterator[Gap]:
	before: dict[str, Decimal] = {}
	for number, band in enumerate(terms.programme_bands, start=1):
		programme = terms.programme(band.programme)
		is_fixed = programme is not None and programme.kind == ProgrammeKind.FIXED_AMOUNT
		reward = band.fixed_amount if is_fixed else band.rebate_rate
		if reward < before.get(band.programme, ZERO):
			yield Gap(
				"programme_bands", "reward_falls", number, {"value": reward, "before": before[band.programme]}
			)
		before[band.programme] = reward
