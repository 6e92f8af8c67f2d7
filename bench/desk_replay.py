"""What a Policy Replay of 50,000 orders costs, and what it costs those who work meanwhile: `desk_replay.py SITE`.

Fills a fresh site with the app: 2,000 key accounts, 50,000 submitted orders of five rows over three years, unless the
environment says otherwise (KAM_BENCH_ACCOUNTS, KAM_BENCH_ORDERS, KAM_BENCH_ITEMS); every second order has the record of
its submit, as on a site where the app is newer than the first orders. A draft policy is tried against the one in
force, in a process of its own as a background worker runs it. Prints one JSON object a line:

- the replay alone: wall time, in parts of 60 s, and the most memory that its process held;
- a salesperson saves a draft order of ten rows of a key account again and again: the median with the replay running
  beside it, against the median before and after. `ratio` may be 1.20.
"""

import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import asdict

import frappe
from book import tables
from book.accounts import load_accounts
from book.documents import account_of_type
from book.orders import load_orders
from book.size import Size
from book.wide_orders import record_decisions, widen_orders
from frappe.utils import add_years, getdate, now_datetime
from sales_order import report

from kam_extension.integration.replay import run
from tests.site import factories

ORDERS, ACCOUNTS, ALLOWED_SECONDS, ALLOWED_RATIO = 50_000, 2_000, 60, 1.20
SAVES = int(os.environ.get("KAM_BENCH_SAVES") or 40)
ROWS_OF_DRAFT, RECORDED_EVERY = 10, 2
WORKER = "replay"


def size_of_book() -> Size:
	given = {"accounts": ACCOUNTS, "orders": ORDERS}
	names = {name: os.environ.get(f"KAM_BENCH_{name.upper()}") for name in ("accounts", "orders", "items")}
	given |= {name: int(value) for name, value in names.items() if value}
	return Size(**given)


def load(company: str, size: Size) -> None:
	values = asdict(size) | {
		"company": company,
		"currency": frappe.get_cached_value("Company", company, "default_currency"),
		"today": getdate(),
		"now": now_datetime(),
		"tax": account_of_type("Tax", company),
		"warehouse": frappe.db.get_value("Warehouse", {"company": company, "is_group": 0}),
		"price_list": factories.BASE_PRICE_LIST,
		"cost_price_list": factories.COST_PRICE_LIST,
		"each_has": size.orders // size.accounts,
	}
	load_accounts(size, company)
	with tables.bulk_loading():
		load_orders(values)
	widen_orders(values)
	frappe.clear_cache()


def new_replay(company: str, draft: str):
	period = {"from_date": add_years(getdate(), -3), "to_date": getdate()}
	document = factories.insert("Policy Replay", company=company, policy=draft, **period)
	frappe.db.commit()
	return document


def draft_policy(in_force: str) -> str:
	"""What might come next: dearer, and stricter about discounts."""
	policy = frappe.copy_doc(frappe.get_doc("KAM Policy", in_force))
	policy.update({"title": factories.unique("Draft"), "supersedes": in_force, "valid_from": getdate()})
	for band in policy.margin_bands:
		band.min_markup += 2
	for tier in policy.tiers:
		tier.max_discount_percentage = max(tier.max_discount_percentage - 2, tier.discount_percentage)
	return policy.insert().name


def start_worker(site: str, replay: str) -> subprocess.Popen:
	return subprocess.Popen(
		[sys.executable, __file__, site, WORKER, replay], stdout=subprocess.PIPE, text=True
	)


def work(site: str, replay: str) -> None:
	"""The process of a background worker: connected before it is given its job."""
	frappe.init(site=site, sites_path=os.getcwd())
	frappe.connect()
	print("ready", flush=True)
	started = time.perf_counter()
	run.run_in_background(replay, frappe.db.get_value("Policy Replay", replay, "run_key"))
	seconds = time.perf_counter() - started
	used = resource.getrusage(resource.RUSAGE_SELF)
	processor = used.ru_utime + used.ru_stime
	print(
		seconds,
		processor,
		used.ru_maxrss / 1024,
		frappe.db.get_value("Policy Replay", replay, "status"),
		flush=True,
	)


def result_of(worker: subprocess.Popen) -> tuple[float, float, float]:
	"""Seconds, seconds of processor and peak memory in MiB; stops unless the replay was completed."""
	*figures, status = worker.stdout.readlines()[-1].split()
	if worker.wait() or status != "Completed":
		raise SystemExit(f"the replay ended as {status}")
	return tuple(map(float, figures))


def measure_alone(site: str, replay: str, orders: int) -> None:
	seconds, processor, peak = result_of(start_worker(site, replay))
	judged = frappe.db.count("Policy Replay Order", {"replay": replay})
	if judged != orders:
		raise SystemExit(f"{judged} orders were replayed instead of {orders}")
	allowed = ALLOWED_SECONDS if orders == ORDERS else None
	name = f"desk replay of {orders} orders of 5 rows"
	report(f"{name}: time", seconds, "s", seconds / (allowed or seconds), processors=os.cpu_count())
	report(f"{name}: processor time of the worker, without the database", processor, "s", processor / seconds)
	report(f"{name}: most memory of the worker", peak, "MiB", 1)


class Salesperson:
	"""Saves a draft order with other quantities each time, as a form does."""

	def __init__(self, customer: str):
		items = frappe.get_all("Item Price", {"price_list": factories.BASE_PRICE_LIST}, pluck="item_code")
		lines = [(item, 1, 140) for item in sorted(set(items))[:ROWS_OF_DRAFT]]
		self.draft = factories.make_sales_order(customer, lines).name
		frappe.db.commit()

	def save(self) -> float:
		started = time.perf_counter()
		draft = frappe.get_doc("Sales Order", self.draft)
		for row in draft.items:
			row.qty += 1
		draft.save()
		frappe.db.commit()
		return time.perf_counter() - started

	def saves(self, count: int) -> list[float]:
		return [self.save() for _ in range(count)]


def measure_beside(site: str, replay: str) -> None:
	person = Salesperson("CUST-000001")
	person.saves(5)
	alone = person.saves(SAVES)
	worker, beside = start_worker(site, replay), []
	worker.stdout.readline()
	while worker.poll() is None and len(beside) < 5 * SAVES:
		beside.append(person.save())
	ended_early = worker.poll() is not None
	result_of(worker)
	alone += person.saves(SAVES)
	if len(beside) < SAVES and ended_early:
		raise SystemExit(f"only {len(beside)} saves while the replay ran: use a larger book")
	medians = statistics.median(beside), statistics.median(alone)
	report(
		f"saving a draft order of {ROWS_OF_DRAFT} rows beside a desk replay: time",
		medians[0],
		"s",
		medians[0] / medians[1],
		allowed=ALLOWED_RATIO,
		alone=round(medians[1], 6),
		saves=len(beside),
	)


def main(site: str, *_other_sites: str) -> None:
	frappe.init(site=site, sites_path=os.getcwd())
	frappe.connect()
	company, size = factories.company(), size_of_book()
	policy = factories.make_policy(credit_action="Off").name
	frappe.db.commit()
	load(company, size)
	recorded = record_decisions(new_replay(company, policy), RECORDED_EVERY)
	report("records of decisions", recorded, "rows", recorded / size.orders)
	draft = draft_policy(policy)
	measure_alone(site, new_replay(company, draft).name, size.orders)
	measure_beside(site, new_replay(company, draft).name)


if __name__ == "__main__":
	if WORKER in sys.argv:
		work(sys.argv[1], sys.argv[3])
	else:
		main(*sys.argv[1:])
