"""What the nightly jobs cost on a large book: `account_nights.py SITE`, a fresh site with the app.

Fills the site with 20,000 key accounts, 200,000 orders and 200,000 invoices unless the environment says otherwise
(KAM_BENCH_ACCOUNTS, KAM_BENCH_ORDERS, KAM_BENCH_INVOICES) under the shipped default policy, and runs every job that the
app schedules daily, but for the recompute of tiers, which has its own benchmark. Prints one JSON object a line:

- the night on which the app goes live: all accounts are scored, overdue ones get their ToDos, visits are planned;
- the same night again, on which nothing is due: how long, and how many rows were written, which has to be none;
- the next night, when a quarter begins: a Risk Report and reviews of every account besides what each day brings;
- the night after, an ordinary one: about one account in ninety has a visit coming.

`ratio` is the time in parts of what is allowed, for all jobs together; `seconds` says which job took how long.
"""

import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import date

import frappe
from book.accounts import load_accounts
from book.documents import load_documents
from book.size import Size
from book.visits import load_visits
from frappe.utils import add_days, get_first_day, getdate
from sales_order import report

from kam_extension.integration.accounts.accounts import customer_values
from tests.site import factories
from tests.site.clock import on_day
from tests.site.row_count import counted_rows

OWN_BENCHMARK = "kam_extension.tiers.nightly"
ALLOWED_SECONDS = 60


def daily_jobs() -> dict[str, Callable[[], None]]:
	scheduled = frappe.get_hooks("scheduler_events", app_name="kam_extension")["daily_long"]
	return {path: frappe.get_attr(path) for path in scheduled if path != OWN_BENCHMARK}


def run_night(name: str, day: date) -> int:
	"""Run the jobs as on `day`, each in a transaction as the scheduler does; returns the rows that they wrote."""
	seconds, written = {}, {}
	with on_day(day), counted_rows() as count:
		for path, job in daily_jobs().items():
			count.start()
			started = time.perf_counter()
			job()
			frappe.db.commit()
			seconds[path] = round(time.perf_counter() - started, 3)
			written[path] = count.rows
			frappe.clear_messages()
	total = sum(seconds.values())
	report(name, total, "s", total / ALLOWED_SECONDS, seconds=by_module(seconds), rows=by_module(written))
	return sum(written.values())


def by_module(values: dict[str, float]) -> dict[str, float]:
	"""Dotted path without what all have in common; only what is not zero."""
	return {path.removeprefix("kam_extension.integration."): value for path, value in values.items() if value}


def show_on_customers() -> None:
	"""What accounts show on their customers, as if each had been saved; one update for all that show the same."""
	fields = ["name", "customer", "company", "account_class", "tier", "tier_override", "tier_override_until"]
	fields += ["credit_tier", "credit_review", "credit_limit_override", "risk_level", "status"]
	same = defaultdict(list)
	for row in frappe.get_all("Key Account", fields=fields):
		values = customer_values(row)
		# The only value of its own; the book has filled it in.
		del values["kam_key_account"]
		same[tuple(values.items())].append(row.customer)
	for values, customers in same.items():
		frappe.db.set_value("Customer", {"name": ("in", customers)}, dict(values), update_modified=False)
	frappe.db.commit()


def next_quarter(day: date) -> date:
	return get_first_day(day, d_months=3 - (day.month - 1) % 3)


def main(site: str, *_other_sites: str) -> None:
	frappe.init(site=site, sites_path=os.getcwd())
	frappe.connect()
	company, quarter = factories.company(), next_quarter(getdate())
	eve = add_days(quarter, -1)
	size = Size(**{"invoices": 200_000, "orders": 200_000} | Size.named_in_environment())
	factories.make_policy()
	frappe.db.commit()
	load_accounts(size, company)
	load_documents(size, company, eve)
	load_visits(company, eve)
	show_on_customers()
	book = f"{size.accounts} accounts"
	run_night(f"{book}, going live", eve)
	rows = run_night(f"{book}, the same night again", eve)
	report(f"{book}, the same night again: rows written", rows, "rows", rows)
	run_night(f"{book}, a quarter begins", quarter)
	run_night(f"{book}, the night after", add_days(quarter, 1))


if __name__ == "__main__":
	main(*sys.argv[1:])
