"""Contradictions among the rebate programmes of a policy (R72); `checks` tells them with the others."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

from kam_extension.policy.codes import ProgrammeCalculation, ProgrammeKind, ProgrammePeriod
from kam_extension.policy.contradictions import Contradiction
from kam_extension.policy.money import HUNDRED
from kam_extension.policy.programme_terms import ProgrammeBand, RebateProgramme

PROGRAMMES, BANDS = "rebate_programmes", "programme_bands"
CHOICES = {"kind": ProgrammeKind, "calculation": ProgrammeCalculation, "period": ProgrammePeriod}


def check_programmes(
	programmes: Sequence[RebateProgramme], bands: Sequence[ProgrammeBand], ladder_priority: int
) -> Iterator[Contradiction]:
	"""Everything about programmes and their bands that can't hold at once, or can't mean anything."""
	if ladder_priority < 1:
		yield Contradiction("ladder_priority", "priority_below_one")
	yield from _check_codes(programmes)
	yield from _check_priorities(programmes, ladder_priority)
	banded = {band.programme for band in bands}
	for row, programme in enumerate(programmes, start=1):
		yield from _check_programme(programme, row)
		if programme.programme and programme.programme not in banded:
			yield Contradiction(
				PROGRAMMES, "programme_without_bands", row, {"programme": programme.programme}
			)
	yield from _check_bands(bands, {programme.programme: programme for programme in programmes})


def _check_codes(programmes: Sequence[RebateProgramme]) -> Iterator[Contradiction]:
	seen: set[str] = set()
	for row, programme in enumerate(programmes, start=1):
		if not programme.programme:
			yield Contradiction(PROGRAMMES, "programme_without_code", row)
		elif programme.programme in seen:
			yield Contradiction(PROGRAMMES, "repeated", row)
		seen.add(programme.programme)


def _check_priorities(programmes: Sequence[RebateProgramme], ladder_priority: int) -> Iterator[Contradiction]:
	taken = {ladder_priority}
	for row, programme in enumerate(programmes, start=1):
		if programme.priority < 1:
			yield Contradiction(PROGRAMMES, "priority_below_one", row)
		elif programme.priority in taken:
			yield Contradiction(PROGRAMMES, "same_priority", row, {"priority": str(programme.priority)})
		taken.add(programme.priority)


def _check_programme(programme: RebateProgramme, row: int) -> Iterator[Contradiction]:
	for column, choices in CHOICES.items():
		if getattr(programme, column) not in set(choices):
			yield Contradiction(PROGRAMMES, "unknown_choice", row, {"value": getattr(programme, column)})
	if programme.starts_on is None:
		yield Contradiction(PROGRAMMES, "starts_on_missing", row)
	if programme.priced_in_rate < 0:
		yield Contradiction(PROGRAMMES, "negative", row)
	if programme.priced_in_rate > HUNDRED:
		yield Contradiction(PROGRAMMES, "over_hundred_percent", row)


def _check_bands(
	bands: Sequence[ProgrammeBand], programmes: dict[str, RebateProgramme]
) -> Iterator[Contradiction]:
	previous: dict[str, Decimal] = defaultdict(lambda: Decimal(-1))
	for row, band in enumerate(bands, start=1):
		programme = programmes.get(band.programme)
		if programme is None:
			yield Contradiction(BANDS, "band_without_programme", row, {"programme": band.programme or "–"})
			continue
		yield from _check_band(band, programme, row)
		if band.from_value == previous[band.programme]:
			yield Contradiction(BANDS, "values_overlap", row, {"value": str(band.from_value)})
		elif band.from_value < previous[band.programme]:
			yield Contradiction(BANDS, "values_unsorted", row, {"value": str(band.from_value)})
		previous[band.programme] = band.from_value


def _check_band(band: ProgrammeBand, programme: RebateProgramme, row: int) -> Iterator[Contradiction]:
	if min(band.from_value, band.rebate_rate, band.fixed_amount) < 0:
		yield Contradiction(BANDS, "negative", row)
	if band.rebate_rate > HUNDRED:
		yield Contradiction(BANDS, "over_hundred_percent", row)
	is_fixed = programme.kind == ProgrammeKind.FIXED_AMOUNT
	if is_fixed and band.rebate_rate:
		yield Contradiction(BANDS, "fixed_takes_no_rate", row)
	if band.fixed_amount and not is_fixed:
		yield Contradiction(BANDS, "rate_takes_no_amount", row)
