"""docs/receipts.md names the test that proves each case; a test that is gone or renamed must not stay on the page."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "receipts.md"
TEST_ID = re.compile(r"`([\w/]+\.py)::(\w+)`")
FILES = ("test_receipts", "test_standing_orders")


def text() -> str:
	return PAGE.read_text(encoding="utf-8")


@cache
def functions_of(file: Path) -> frozenset[str]:
	tree = ast.parse(file.read_text(encoding="utf-8"))
	return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize(("file", "function"), sorted(set(TEST_ID.findall(text()))), ids="::".join)
def test_named_test_is_there(file, function):
	assert function in functions_of(ROOT / "tests" / file)


def test_every_case_has_a_test():
	rows = [line for line in text().splitlines() if line.startswith("|")]
	cases = [row for row in rows if not row.startswith(("|---", "| case |"))]
	assert len(cases) > 85
	assert [row for row in cases if not TEST_ID.search(row)] == []


def test_every_test_of_a_receipt_is_on_the_page():
	written = {
		function
		for file in (ROOT / "tests" / "site").glob("*.py")
		if file.name.startswith(FILES)
		for function in functions_of(file)
		if function.startswith("test_")
	}
	named = {function for _file, function in TEST_ID.findall(text())}
	assert written - named == {"test_number_of_queries_does_not_grow_with_orders"}
