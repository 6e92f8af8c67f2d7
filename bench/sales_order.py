"""What the app adds to inserting and submitting a Sales Order: `sales_order.py SITE SITE_WITHOUT_THE_APP`.

Four arms take turns in one process, each on a connection of its own that is rolled back after every order:

- `app`: the site as it is;
- `hooks off`: the same site with this app's doc_events taken out of Frappe's table of hooks for that connection.
  Custom fields and their columns stay, so this shows the code alone;
- `no app`: another site, restored from the same dump, on which the app was never installed. Custom fields,
  permissions and code are all missing, so this shows the whole price;
- `no app, again`: the same once more. With two arms on each site none finds its data warmer than the others, and how
  far this one is from 1 is how far the other ratios may be off.

Where an arm's connection and objects happen to lie in memory makes it up to 2 % faster or slower for good. So all arms
are opened anew for every block of pairs, in an order by chance.

Timed is insert + submit without the commit. Items are services, so that no stock work hides what we add. `all rules`
is a key account with every rule on Block, a rebate agreement and an order that passes. Prints one JSON object a line;
`ratio` is the median over the pairs, `interval` its 95 % interval by a bootstrap over the blocks.
"""

import json
import os
import random
import statistics
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context, copy_context
from dataclasses import dataclass
from functools import partial

import frappe
from measure import alternate, median_ratio_of_blocks

from tests.site import factories

APP = "kam_extension"
BLOCKS = int(os.environ.get("KAM_BENCH_BLOCKS") or 20)
PAIRS = int(os.environ.get("KAM_BENCH_PAIRS") or 5)
LINES = tuple(int(lines) for lines in (os.environ.get("KAM_BENCH_LINES") or "10 200").split())
WARM_UP = 2
COST, LIST_PRICE = 50, 100
COMPARED = (("app", "hooks off"), ("app", "no app"), ("no app, again", "no app"))


@dataclass
class Arm:
	"""One connection to one site, with its own frappe.local."""

	site: str
	hooks: bool = True

	def __post_init__(self):
		self.context: Context = copy_context()
		self.do(self.open)

	def do(self, function: Callable, *arguments):
		return self.context.run(function, *arguments)

	def open(self) -> None:
		frappe.init(site=self.site, sites_path=os.getcwd(), force=True)
		frappe.connect()
		if not self.hooks:
			switch_hooks_off()
		# What it has read may not hold it back from seeing what is seeded on another connection.
		frappe.db.rollback()


def switch_hooks_off() -> None:
	"""Take our handlers out of this connection's table of document events."""
	frappe.local.doc_events_hooks = {
		doctype: {
			event: [handler for handler in handlers if not handler.startswith(f"{APP}.")]
			for event, handlers in events.items()
		}
		for doctype, events in frappe.get_doc_hooks().items()
	}


def seed(with_app: bool) -> dict[str, str]:
	"""A plain customer, a key account where the app is, and items; committed."""
	items = [factories.make_item(cost=COST, list_price=LIST_PRICE).name for _ in range(max(LINES))]
	customers = {"plain customer": factories.make_customer().name}
	customers["all rules"] = make_guarded_customer() if with_app else factories.make_customer().name
	frappe.db.commit()
	frappe.db.sql("analyze table `tabItem Price`")
	return {"items": items, **customers}


def make_guarded_customer() -> str:
	rules = (
		"price_action",
		"margin_action",
		"credit_action",
		"unknown_cost_action",
		"unlisted_item_action",
		"unknown_exchange_rate_action",
	)
	factories.make_policy(**dict.fromkeys(rules, "Block"))
	account = factories.make_key_account()
	factories.make_rebate_agreement(account.name, submit=True)
	return account.customer


def place_order(customer: str, items: list[str]):
	# 99 is under the list price by less than the cap, and far above cost: it passes every rule.
	return factories.make_sales_order(customer, [(item, 1, LIST_PRICE - 1) for item in items], submit=True)


def check_what_is_measured(seeded: dict, who: str) -> None:
	"""Stop unless the key account's order is judged and passes, and the plain customer's is left alone."""
	order = place_order(seeded[who], seeded["items"][: min(LINES)])
	frappe.db.rollback()
	expected = "Pass" if who == "all rules" else ""
	if (order.kam_verdict or "") != expected or bool(order.kam_required_markup) != bool(expected):
		raise SystemExit(f"{who}: the verdict is {order.kam_verdict!r}, so this would measure something else")


def count_queries(function: Callable) -> int:
	database, counted = frappe.local.db, []
	plain = database.sql

	def sql(*arguments, **options):
		counted.append(1)
		return plain(*arguments, **options)

	database.sql = sql
	try:
		function()
	finally:
		database.sql = plain
		database.rollback()
	return len(counted)


def report(name: str, value: float, unit: str, ratio: float, **more) -> None:
	line = {"name": name, "value": round(value, 6), "unit": unit, "ratio": round(ratio, 4)}
	print(json.dumps(line | more), flush=True)


def measure_case(sites: list[str], seeds: dict[str, dict], who: str, lines: int) -> None:
	blocks = []
	for number in range(BLOCKS):
		with open_arms(*sites, order=random.Random(number)) as arms:
			jobs = {name: place_for(arm, seeds[arm.site], who, lines) for name, arm in arms.items()}
			alternate(jobs, WARM_UP, lambda name: arms[name].do(undo))
			if not number:
				measure_queries(arms, seeds, who, lines)
			blocks.append(alternate(jobs, PAIRS, lambda name: arms[name].do(undo)))
	for arm, baseline in COMPARED:
		ratio, (low, high) = median_ratio_of_blocks([(block[arm], block[baseline]) for block in blocks])
		report(
			f"order of {lines} lines, {who}: time of {arm} against {baseline}",
			statistics.median(seconds for block in blocks for seconds in block[arm]),
			"s",
			ratio,
			interval=[round(low, 4), round(high, 4)],
			pairs=PAIRS * BLOCKS,
		)


def place_for(arm: Arm, seeded: dict, who: str, lines: int) -> Callable[[], None]:
	return lambda: arm.do(place_order, seeded[who], seeded["items"][:lines])


def undo() -> None:
	frappe.db.rollback()


def measure_queries(arms: dict[str, Arm], seeds: dict[str, dict], who: str, lines: int) -> None:
	counts = {}
	for name, arm in arms.items():
		seeded = seeds[arm.site]
		counts[name] = arm.do(count_queries, partial(place_order, seeded[who], seeded["items"][:lines]))
	for baseline in ("hooks off", "no app"):
		added = counts["app"] - counts[baseline]
		ratio = counts["app"] / counts[baseline]
		report(f"order of {lines} lines, {who}: queries added to {baseline}", added, "queries", ratio)


@contextmanager
def open_arms(site: str, site_without: str, order: random.Random) -> Iterator[dict[str, Arm]]:
	"""The arms by name, each with a new connection and memory of its own."""
	arms = {
		"app": partial(Arm, site),
		"hooks off": partial(Arm, site, hooks=False),
		"no app": partial(Arm, site_without),
		"no app, again": partial(Arm, site_without),
	}
	opened = {name: arms[name]() for name in order.sample(list(arms), len(arms))}
	try:
		yield opened
	finally:
		for arm in opened.values():
			arm.do(frappe.destroy)


def main(site: str, site_without: str) -> None:
	with open_arms(site, site_without, random.Random(0)) as arms:
		seeds = {site: arms["app"].do(seed, True), site_without: arms["no app"].do(seed, False)}
		for who in ("plain customer", "all rules"):
			arms["app"].do(check_what_is_measured, seeds[site], who)
	for who in ("plain customer", "all rules"):
		for lines in LINES:
			measure_case([site, site_without], seeds, who, lines)


if __name__ == "__main__":
	main(*sys.argv[1:])
