"""The jobs of a night, run again: where nothing is due, nothing is written (R53, R56, R77)."""

from datetime import date

import frappe
import pytest

from tests.site.churn_setup import make_silent_account
from tests.site.clock import on_day
from tests.site.factories import make_policy, make_user
from tests.site.row_count import counted_rows
from tests.site.statement_setup import bill

# The recompute of tiers notes each of its runs.
NOTES_ITS_RUNS = "kam_extension.tiers.nightly"
FIRST_NIGHT_OF_A_QUARTER = date(2027, 1, 2)


def jobs() -> list[str]:
	scheduled = frappe.get_hooks("scheduler_events", app_name="kam_extension")["daily_long"]
	return [job for job in scheduled if job != NOTES_ITS_RUNS]


@pytest.fixture
def written(site):
	"""Runs a job and says how many rows it changed."""
	with counted_rows() as count:

		def run(job: str) -> int:
			count.start()
			frappe.get_attr(job)()
			return count.rows

		yield run


@pytest.fixture
def busy_account(site):
	make_policy()
	account = make_silent_account(20, account_manager=make_user("KAM User"))
	bill(account.customer, 100, 5)
	return account


def test_a_second_run_on_the_same_night_writes_no_row(busy_account, written):
	with on_day(FIRST_NIGHT_OF_A_QUARTER):
		first = {job: written(job) for job in jobs()}
		assert sum(count > 0 for count in first.values()) >= 5
		assert {job: count for job in jobs() if (count := written(job))} == {}
