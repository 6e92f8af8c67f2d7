"""One table of cases for the server and for the panel (R30).

tests/site/test_case_table.py runs each on a real site three ways: preview of the unsaved document, preview of the saved
draft, submit. tests/ui/test_panel_cases.py types some of them into the real forms. Every figure was worked out by hand.
"""

from tests.cases import accounts, chains, discounts, money, rows, schemes
from tests.cases.case import Case

CASES: tuple[Case, ...] = (
	*rows.CASES,
	*discounts.CASES,
	*money.CASES,
	*schemes.CASES,
	*chains.CASES,
	*accounts.CASES,
)


def case_named(name: str) -> Case:
	return next(case for case in CASES if case.name == name)
