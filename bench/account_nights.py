"""What the nightly jobs cost on a large book: `account_nights.py SITE`, a fresh site with the app.

Fills the site with 20,000 key accounts, 200,000 orders and 200,000 invoices unless the environment says otherwise
(KAM_BENCH_ACCOUNTS, KAM_BENCH_ORDERS, KAM_BENCH_INVOICES) under the shipped default policy, and runs every job that the
app schedules daily, but for the recompute of tiers, which has its own benchmark. Prints one JSON object a line:

- the first night, on which everything is new: visits of all accounts are planned, all are scored for the first time;
- the same night again, on which nothing is due: how long, and how many rows were written, which has to be none;
- the next night, on which what the calendar brings is due;
- the first night of a quarter: a Risk Report of every account.

`ratio` is the time in parts of what is allowed, for all jobs together; `seconds` says which job took how long.
"""

import os
import sys
import time
from collections.abc import Callable
from datetime import date

import frappe
from book.accounts import load_accounts
from book.documents import load_documents
from book.size import Size
from frappe.utils import add_days, get_first_day, getdate
from sales_order import report

from tests.site import factories
from tests.site.clock import on_day

OWN_BENCHMARK = "kam_extension.tiers.nightly"
ALLOWED_SECONDS = 60
WRITTEN = ("Innodb_rows_inserted", "Innodb_rows_updated", "Innodb_rows_deleted")


def daily_jobs() -> dict[str, Callable[[], None]]:
	scheduled = frappe.get_hooks("scheduler_events", app_name="kam_extension")["daily_long"]
	return {path: frappe.get_attr(path) for path in scheduled if path != OWN_BENCHMARK}


def run_night(name: str, day: date) -> int:
	"""Run the jobs as on `day`, each in a transaction as the scheduler does; returns the rows that they wrote."""
	seconds, written = {}, {}
	with on_day(day):
		for path, job in daily_jobs().items():
			before, started = rows_written(), time.perf_counter()
			job()
			frappe.db.commit()
			seconds[path] = round(time.perf_counter() - started, 3)
			written[path] = rows_written() - before
			frappe.clear_messages()
	total = sum(seconds.values())
	report(name, total, "s", total / ALLOWED_SECONDS, seconds=by_module(seconds), rows=by_module(written))
	return sum(written.values())


def rows_written() -> int:
	rows = frappe.db.sql("show global status where variable_name in %s", (WRITTEN,))
	return sum(int(value) for _name, value in rows)


def by_module(values: dict[str, float]) -> dict[str, float]:
	"""Dotted path without what all have in common; only what is not zero."""
	return {path.removeprefix("kam_extension.integration."): value for path, value in values.items() if value}


def next_quarter(day: date) -> date:
	return get_first_day(day, d_months=3 - (day.month - 1) % 3)


def main(site: str, *_other_sites: str) -> None:
	frappe.init(site=site, sites_path=os.getcwd())
	frappe.connect()
	company, today = factories.company(), getdate()
	size = Size(**{"invoices": 200_000, "orders": 200_000} | Size.named_in_environment())
	factories.make_policy()
	frappe.db.commit()
	load_accounts(size, company)
	load_documents(size, company, today)
	book = f"{size.accounts} accounts"
	run_night(f"{book}, first night", today)
	rows = run_night(f"{book}, the same night again", today)
	report(f"{book}, the same night again: rows written", rows, "rows", rows)
	run_night(f"{book}, the next night", add_days(today, 1))
	run_night(f"{book}, first night of a quarter", next_quarter(today))


if __name__ == "__main__":
	main(*sys.argv[1:])
