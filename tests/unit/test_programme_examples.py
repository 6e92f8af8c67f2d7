"""The worked examples of docs/programmes.md, run as they stand there (R72)."""

import re
from datetime import date
from pathlib import Path

import pytest

from kam_extension.policy.codes import ProgrammeKind
from kam_extension.policy.money import Rounding
from kam_extension.policy.programme_terms import ProgrammeBand, RebateProgramme
from kam_extension.policy.programmes import Slice, earned
from tests.unit.builders import money

PAGE = Path(__file__).resolve().parents[2] / "docs" / "programmes.md"


def read_examples() -> list:
	"""One for each row of a table under a line `Terms: kind | calculation | from: rate | …`."""
	found, terms, columns = [], None, None
	for line in PAGE.read_text("utf-8").splitlines():
		stated = re.fullmatch(r"Terms: `(.+)`", line)
		cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else None
		if stated:
			terms, columns = stated.group(1), None
		elif cells is None or terms is None:
			terms = None if line.startswith("#") else terms
		elif columns is None:
			columns = cells
		elif not cells[0].startswith("---"):
			values = dict(zip(columns, cells, strict=True))
			found.append(pytest.param(terms, values, id=f"{terms}: {values['why']}"))
	return found


EXAMPLES = read_examples()


def programme_of(terms: str) -> tuple[RebateProgramme, list[ProgrammeBand]]:
	kind, calculation, *bands = (part.strip() for part in terms.split("|"))
	reward = "fixed_amount" if kind == ProgrammeKind.FIXED_AMOUNT else "rebate_rate"
	rows = [[money(part) for part in band.split(":")] for band in bands]
	return RebateProgramme("P", kind=kind, calculation=calculation), [
		ProgrammeBand("P", start, **{reward: value}) for start, value in rows
	]


@pytest.mark.parametrize(("terms", "values"), EXAMPLES)
def test_the_example_holds(terms, values):
	programme, bands = programme_of(terms)
	part = Slice(
		("Payment",), date(2026, 5, 1), "SO", money(values["received"]), money(values.get("order N", 0))
	)
	result = earned(programme, bands, [part], money(values.get("year before", 0)), Rounding())
	assert result.amount == money(values["earned"])
	assert result.parts == {("Payment",): result.amount}


def test_every_kind_has_examples_of_both_calculations():
	stated = {tuple(one.values[0].split(" | ")[:2]) for one in EXAMPLES}
	assert stated == {(str(kind), way) for kind in ProgrammeKind for way in ("Whole Amount", "Marginal")}
