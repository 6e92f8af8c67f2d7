"""docs/doors.md names the test that proves each row; a test that is gone or renamed must not stay on the page."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "doors.md"
MATRIX = "site/doors/test_ways_in_matrix.py"
TEST_ID = re.compile(r"`([\w/]+\.py)::(\w+)(?:\[([^`]+)\])?`")


def named_tests() -> list[tuple[str, str, str | None]]:
	"""(file below tests/, function, parameter or "") of every test named on the page."""
	return sorted(set(TEST_ID.findall(PAGE.read_text(encoding="utf-8"))))


@cache
def syntax_of(file: str) -> ast.Module:
	return ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))


@cache
def functions_of(file: str) -> frozenset[str]:
	return frozenset(node.name for node in ast.walk(syntax_of(file)) if isinstance(node, ast.FunctionDef))


def test_the_page_names_many_tests():
	assert len(named_tests()) > 80


@pytest.mark.parametrize(("file", "function", "parameter"), named_tests(), ids="::".join)
def test_named_test_is_there(file, function, parameter):
	assert function in functions_of(file)
	if file == MATRIX and parameter:
		assert parameter in functions_of("site/doors/ways.py")


def test_every_way_of_the_matrix_is_on_the_page():
	ways = next(
		node.value
		for node in ast.walk(syntax_of("site/doors/ways.py"))
		if isinstance(node, ast.Assign) and node.targets[0].id == "WAYS"
	)
	listed = {parameter for _file, _function, parameter in named_tests() if parameter}
	assert {way.id for way in ways.elts} <= listed


def rows_of(section: str) -> list[list[str]]:
	text = PAGE.read_text(encoding="utf-8").split(f"## {section}\n")[1].split("\n## ")[0]
	lines = [line for line in text.splitlines() if line.startswith("|")]
	heads = {number for number, line in enumerate(lines[1:]) if line.startswith("|---")}
	rows = (line for number, line in enumerate(lines) if number not in heads and not line.startswith("|---"))
	return [line.strip("|").split(" | ") for line in rows]


@pytest.mark.parametrize(
	"section",
	[
		"Ways of submitting",
		"Ways that run later, or many at once",
		"Documents made of documents",
		"After submit",
		"Exemptions are earned",
		"Point of sale",
		"Whose document it is",
		"What moves a price",
	],
)
def test_every_row_has_a_test(section):
	rows = rows_of(section)
	assert rows
	assert [row for row in rows if "::" not in "".join(row)] == []
