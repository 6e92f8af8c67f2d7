"""What a recompute of all tiers costs on a large book: `tier_recompute.py SITE`, a fresh site with the app.

Fills the site with the book of `book/`: 20,000 key accounts with 1,000,000 invoices unless the environment says
otherwise (KAM_BENCH_ACCOUNTS, KAM_BENCH_INVOICES, KAM_BENCH_ORDERS, KAM_BENCH_ITEMS), under the shipped default
policy. First with half of the documents, then with all of them. Prints one JSON object a line:

- a run with one percent of the accounts differing, in a worker process of its own, against its bare aggregate queries:
  the very statements that it sends, sent again by hand and fetched. Both take turns. `proposed` writes a draft review
  for each account that differs, as the default policy has it; `applied` also submits them, so that tiers, customers
  and price lists change. The worker waits connected, as a background worker does. Also the most memory it ever held;
- all documents against half of them;
- two workers against one; stops when they left a unit out or did one twice;
- a night in which nothing changed, and how many rows it wrote that it should have left alone;
- one account on demand.

`ratio` is what is limited (`allowed`), or the value in parts of what is allowed.
"""

import os
import statistics
import sys
from collections.abc import Sequence

import frappe
from book.accounts import change_one_percent, load_accounts
from book.documents import load_documents, rows_of_book
from book.size import Size
from frappe.utils import getdate, now_datetime
from measure import alternate, median_ratio
from recompute_arms import APPLIED, BARE, PROPOSED, Arms, timed
from recompute_runs import CHUNK, Worker, check_run, run_with, undo_runs
from sales_order import report

from kam_extension import tiers
from tests.site import factories

ROUNDS = int(os.environ.get("KAM_BENCH_ROUNDS") or 3)
ALLOWED_RATIO, ALLOWED_GROWTH, ALLOWED_MIB, ALLOWED_SECONDS = 1.5, 2.2, 300, 1.0
MIB = 1024**2
ON_DEMAND = 20
LEFT_ALONE = ("Key Account", "Customer", "Version", "Tier Review")


def measure_book(company: str, size: Size) -> dict[str, float]:
	"""Load a book of this size and compare its runs with its queries; returns the median seconds of each arm."""
	report("book loaded", load_documents(size, company, getdate()), "s", 1, rows=rows_of_book())
	run, _said = run_with([Worker()])  # fills the database's cache, too
	check_run(run, changed=0)
	arms = Arms(company, size)
	seconds = alternate(arms.by_name(), ROUNDS, arms.after)
	arms.close()
	medians = {arm: statistics.median(values) for arm, values in seconds.items()}
	book = f"{size.accounts} accounts, {size.invoices} invoices"
	report(f"{book}: bare queries", medians[BARE], "s", 1, by_metric=arms.seconds_by_metric())
	for mode in (PROPOSED, APPLIED):
		name = f"{book}, {arms.changing} differ and are {mode}"
		report_ratio(f"{name}: time against bare queries", seconds[mode], seconds[BARE])
		memory = max(arms.memory[mode]) / MIB
		report(f"{name}: most memory of a worker", memory, "MiB", memory / ALLOWED_MIB)
	return medians


def report_ratio(name: str, tested: Sequence[float], baseline: Sequence[float]) -> None:
	ratio, interval = median_ratio(tested, baseline)
	bounds = [round(bound, 4) for bound in interval]
	value = statistics.median(tested)
	report(name, value, "s", ratio, allowed=ALLOWED_RATIO, interval=bounds, rounds=len(tested))


def measure_growth(half: dict[str, float], whole: dict[str, float]) -> None:
	for arm in (BARE, PROPOSED):
		ratio = whole[arm] / half[arm]
		report(f"twice the documents, {arm}: time", whole[arm], "s", ratio, allowed=ALLOWED_GROWTH)


def measure_two_workers(company: str, size: Size) -> None:
	"""One worker, then two, each with one percent of the accounts differing."""
	seconds = {}
	for number in (1, 2):
		changing = change_one_percent(size)
		workers = [Worker() for _ in range(number)]
		seconds[number], (run, said) = timed(run_with, workers)
		check_run(run, changing)
		check_units(run, said, size)
		undo_runs(company)
	shares = [len(worker["units"]) for worker in said]
	report("two workers: time against one", seconds[2], "s", seconds[2] / seconds[1], units=shares)


def check_units(run: str, said: list[dict], size: Size) -> None:
	"""Stop unless each unit was completed by one worker, once, and all together scored each account once."""
	done = sorted(unit for worker in said for unit in worker["units"])
	planned = frappe.get_all(CHUNK, {"run": run}, pluck="name", order_by="name")
	scored = sum(frappe.get_all(CHUNK, {"run": run, "step": "Score"}, pluck="accounts"))
	if done != planned or scored != size.accounts:
		raise SystemExit(
			f"{run}: planned {planned}, done {done}; {scored} accounts of {size.accounts} scored"
		)


def measure_quiet_night() -> None:
	"""A run that finds every account as it is."""
	before, started = checksums(), now_datetime()
	worker = Worker()
	seconds, (run, _said) = timed(run_with, [worker])
	check_run(run, changed=0)
	report("a night without changes: time", seconds, "s", 1)
	after = checksums()
	for doctype in LEFT_ALONE:
		written = frappe.db.count(doctype, {"modified": (">=", started)})
		if after[doctype] != before[doctype] and not written:
			raise SystemExit(f"{doctype} has changed in a night without changes, but its rows don't say so")
		report(f"a night without changes: rows of {doctype} written", written, "rows", written)


def checksums() -> dict[str, int]:
	return {doctype: frappe.db.sql(f"checksum table `tab{doctype}`")[0][1] for doctype in LEFT_ALONE}


def measure_on_demand(size: Size) -> None:
	"""One account at a time, as the button on its form does, undone each time."""
	step = size.accounts // ON_DEMAND
	names = frappe.get_all("Key Account", pluck="name", order_by="name")[::step]
	seconds = []
	for name in names:
		seconds.append(timed(tiers.recompute, None, [name])[0])
		frappe.db.rollback()
	value = statistics.median(seconds)
	report("one account on demand", value * 1000, "ms", value / ALLOWED_SECONDS, slowest=max(seconds))


def main(site: str, *_other_sites: str) -> None:
	frappe.init(site=site, sites_path=os.getcwd())
	frappe.connect()
	company, size = factories.company(), Size.from_environment()
	factories.make_policy()
	frappe.db.commit()
	load_accounts(size, company)
	half = measure_book(company, size.halved())
	whole = measure_book(company, size)
	measure_growth(half, whole)
	measure_two_workers(company, size)
	measure_quiet_night()
	measure_on_demand(size)


if __name__ == "__main__":
	main(*sys.argv[1:])
