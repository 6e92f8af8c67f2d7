"""A policy's programmes: contradictions, gaps, reading, comparing, and what prices bear for them (R72, R76, R23)."""

from dataclasses import replace
from datetime import date

import pytest

from kam_extension.policy.checks import find_contradictions
from kam_extension.policy.comparison import Change, Difference, Kind, compare_terms
from kam_extension.policy.gaps import find_gaps
from kam_extension.policy.judge import judge
from kam_extension.policy.programme_terms import ProgrammeBand, RebateProgramme
from kam_extension.policy.rebates import Agreement, agreed_rate, priced_rate
from kam_extension.policy.terms import terms_from
from tests.unit.builders import make_terms, money, worked_example

VOLUME = RebateProgramme(
	"VOL", "Volume", starts_on=date(2026, 1, 1), priority=2, priced_in_rate=money(1), tier="A"
)
BAND = ProgrammeBand("VOL", money(1000), money(2))
FIXED = replace(VOLUME, kind="Fixed Amount")
OTHER = replace(VOLUME, programme="OTHER", priority=3)
OTHERS_BAND = replace(BAND, programme="OTHER")


def terms(*programmes, bands=(BAND,), **changes):
	return make_terms(rebate_programmes=programmes, programme_bands=tuple(bands), **changes)


def contradictions(*args, **kwargs) -> list[tuple]:
	return [(one.field, one.row, one.code) for one in find_contradictions(terms(*args, **kwargs))]


def gaps(*args, **kwargs) -> list[tuple]:
	found = find_gaps(terms(*args, **kwargs))
	return [(one.field, one.row, one.code) for one in found if "programme" in one.field]


PROGRAMMES, BANDS = "rebate_programmes", "programme_bands"


@pytest.mark.parametrize(
	("found", "expected"),
	[
		(contradictions(replace(VOLUME, programme="")), (PROGRAMMES, 1, "programme_without_code")),
		(contradictions(VOLUME, replace(VOLUME, priority=3)), (PROGRAMMES, 2, "repeated")),
		(contradictions(VOLUME, bands=()), (PROGRAMMES, 1, "programme_without_bands")),
		(contradictions(replace(VOLUME, priority=0)), (PROGRAMMES, 1, "priority_below_one")),
		(contradictions(VOLUME, ladder_priority=0), ("ladder_priority", None, "priority_below_one")),
		(contradictions(VOLUME, ladder_priority=2), (PROGRAMMES, 1, "same_priority")),
		(
			contradictions(VOLUME, replace(OTHER, priority=2), bands=(BAND, OTHERS_BAND)),
			(PROGRAMMES, 2, "same_priority"),
		),
		(contradictions(replace(VOLUME, kind="Luck")), (PROGRAMMES, 1, "unknown_choice")),
		(contradictions(replace(VOLUME, calculation="Luck")), (PROGRAMMES, 1, "unknown_choice")),
		(contradictions(replace(VOLUME, period="Week")), (PROGRAMMES, 1, "unknown_choice")),
		(contradictions(replace(VOLUME, starts_on=None)), (PROGRAMMES, 1, "starts_on_missing")),
		(contradictions(replace(VOLUME, priced_in_rate=money(-1))), (PROGRAMMES, 1, "negative")),
		(contradictions(replace(VOLUME, priced_in_rate=money(101))), (PROGRAMMES, 1, "over_hundred_percent")),
		(contradictions(VOLUME, bands=(BAND, OTHERS_BAND)), (BANDS, 2, "band_without_programme")),
		(contradictions(VOLUME, bands=(BAND, BAND)), (BANDS, 2, "values_overlap")),
		(
			contradictions(VOLUME, bands=(BAND, replace(BAND, from_value=money(1)))),
			(BANDS, 2, "values_unsorted"),
		),
		(contradictions(VOLUME, bands=(replace(BAND, from_value=money(-1)),)), (BANDS, 1, "negative")),
		(contradictions(VOLUME, bands=(replace(BAND, rebate_rate=money(-1)),)), (BANDS, 1, "negative")),
		(
			contradictions(VOLUME, bands=(replace(BAND, rebate_rate=money(101)),)),
			(BANDS, 1, "over_hundred_percent"),
		),
		(
			contradictions(VOLUME, bands=(replace(BAND, fixed_amount=money(1)),)),
			(BANDS, 1, "rate_takes_no_amount"),
		),
		(contradictions(FIXED), (BANDS, 1, "fixed_takes_no_rate")),
	],
)
def test_a_contradiction_is_found(found, expected):
	assert expected in found


@pytest.mark.parametrize(
	"found",
	[
		contradictions(VOLUME),
		contradictions(VOLUME, ladder_priority=3),
		contradictions(VOLUME, OTHER, bands=(OTHERS_BAND, BAND)),
		contradictions(
			VOLUME, bands=(BAND, replace(BAND, from_value=money("1000.01"), rebate_rate=money(100)))
		),
		contradictions(FIXED, bands=(ProgrammeBand("VOL", money(0), fixed_amount=money(5)),)),
		contradictions(replace(VOLUME, priced_in_rate=money(0), priority=1), ladder_priority=9),
	],
)
def test_what_is_allowed(found):
	assert found == []


EXCLUSIVE = replace(VOLUME, is_exclusive=True)
PUMPS = replace(OTHER, item_group="Pumps")


@pytest.mark.parametrize(
	("found", "expected"),
	[
		(gaps(EXCLUSIVE), [(PROGRAMMES, 1, "starved_by_ladder")]),
		(gaps(EXCLUSIVE, ladder_priority=5), []),
		(gaps(VOLUME, ladder_exclusive=True), [(PROGRAMMES, 1, "starved_by_ladder")]),
		(gaps(EXCLUSIVE, OTHER, ladder_priority=5), [(PROGRAMMES, 2, "starved_by_programme")]),
		(gaps(replace(EXCLUSIVE, item_group="Pumps"), OTHER, ladder_priority=5), []),
		(
			gaps(replace(EXCLUSIVE, item_group="Pumps"), PUMPS, ladder_priority=5),
			[(PROGRAMMES, 2, "starved_by_programme")],
		),
		(gaps(replace(VOLUME, priority=4), EXCLUSIVE, OTHER)[-1:], [(PROGRAMMES, 3, "starved_by_programme")]),
		(gaps(replace(VOLUME, priced_in_rate=money(0))), [(PROGRAMMES, 1, "not_priced_in")]),
		(gaps(replace(VOLUME, tier="Gold")), [(PROGRAMMES, 1, "programme_of_unknown_tier")]),
		(
			gaps(VOLUME, bands=(BAND, replace(BAND, from_value=money(2000), rebate_rate=money(1)))),
			[(BANDS, 2, "reward_falls")],
		),
		(gaps(VOLUME, OTHER, bands=(BAND, replace(OTHERS_BAND, rebate_rate=money(1)))), []),
		(
			gaps(
				FIXED,
				bands=(
					ProgrammeBand("VOL", money(1), fixed_amount=money(9)),
					ProgrammeBand("VOL", money(2), fixed_amount=money(8)),
				),
			),
			[(BANDS, 2, "reward_falls")],
		),
	],
)
def test_a_gap_is_found_and_its_neighbour_is_none(found, expected):
	assert found == expected


def test_a_preset_reads_programmes_as_a_document_does():
	source = {
		"ladder_priority": 3,
		"ladder_exclusive": 1,
		"rebate_programmes": [
			{"programme": "VOL", "title": "Volume", "starts_on": "2026-01-01", "priority": 2, "tier": "A",
				"priced_in_rate": 1.0, "item_group": ""}
		],
		"programme_bands": [
			{"programme": "VOL", "from_value": 2000, "rebate_rate": 3},
			{"programme": "VOL", "from_value": 1000.0, "rebate_rate": 2.0, "fixed_amount": 0.0},
		],
	}  # fmt: skip
	read = terms_from(source)
	assert (read.programme("VOL"), read.programme("OTHER")) == (VOLUME, None)
	assert read.bands_of("VOL") == (BAND, ProgrammeBand("VOL", money(2000), money(3)))
	assert (read.ladder_priority, read.ladder_exclusive) == (3, True)


def test_programmes_are_compared_by_code():
	old, new = terms(VOLUME), terms(replace(VOLUME, priority=7))
	change = Change("priority", 2, 7)
	assert compare_terms(old, new) == [Difference(PROGRAMMES, Kind.CHANGED, (change,), ("VOL",))]


def test_prices_bear_programmes_that_the_receipts_of_an_order_do_not_earn():
	bands, agreement = make_terms().rebate_bands, Agreement("Both", priced_in_rate=money("1.5"))
	assert agreed_rate(agreement, bands, money(200_000), "A") == 8
	assert priced_rate(agreement, bands, money(200_000), "A") == money("9.5")
	assert priced_rate(None, bands, money(200_000), "A") == 0
	only = replace(agreement, programmes_only=True)
	assert (agreed_rate(only, bands, money(10), "A"), priced_rate(only, bands, money(10), "A")) == (
		0,
		money("1.5"),
	)


def test_the_formula_counts_programmes_in_r():
	"""Cost 70, 14 %, ladder 8 % and programmes 2 %: 70 + 9.80 + 7.00 = 86.80."""
	with_programmes = Agreement("Both", priced_in_rate=money(2))
	assert judge(worked_example("86.80", agreement=with_programmes), make_terms()).violations == ()
	below = judge(worked_example("86.79", agreement=with_programmes), make_terms())
	assert below.is_blocked
	assert (below.rebate_rate, below.passing_net) == (10, 868_000)
