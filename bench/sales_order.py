"""What the app adds to inserting and submitting a Sales Order: `sales_order.py SITE SITE_WITHOUT_THE_APP`.

Three arms take turns in one process, each on a connection of its own that is rolled back after every order:

- `app`: the site as it is;
- `hooks off`: the same site with this app's doc_events taken out of Frappe's table of hooks for that connection.
  Custom fields and their columns stay, so this shows the code alone;
- `no app`: another site, restored from the same dump, on which the app was never installed. Custom fields,
  permissions and code are all missing, so this shows the whole price.

Timed is insert + submit without the commit. Items are services, so that no stock work hides what we add. `all rules`
is a key account with every rule on Block, a rebate agreement and an order that passes. Prints one JSON object a line;
`ratio` is the median over the pairs, `interval` its bootstrap 95 % interval.
"""

import json
import os
import sys
from collections.abc import Callable
from contextvars import Context, copy_context
from dataclasses import dataclass
from functools import partial

import frappe
from measure import alternate, median_ratio

from tests.site import factories

APP = "kam_extension"
PAIRS = int(os.environ.get("KAM_BENCH_PAIRS") or 100)
LINES = tuple(int(lines) for lines in (os.environ.get("KAM_BENCH_LINES") or "10 200").split())
WARM_UP = 3
COST, LIST_PRICE = 50, 100


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


def measure_case(arms: dict[str, Arm], seeds: dict[str, dict], who: str, lines: int) -> None:
	def job(arm: str) -> Callable[[], None]:
		seeded = seeds[arms[arm].site]
		return lambda: arms[arm].do(place_order, seeded[who], seeded["items"][:lines])

	def undo(arm: str) -> None:
		arms[arm].do(lambda: frappe.db.rollback())

	jobs = {arm: job(arm) for arm in arms}
	alternate(jobs, WARM_UP, undo)
	measure_queries(arms, seeds, who, lines)
	seconds = alternate(jobs, PAIRS, undo)
	for baseline in ("hooks off", "no app"):
		ratio, (low, high) = median_ratio(seconds["app"], seconds[baseline])
		report(
			f"order of {lines} lines, {who}: time against {baseline}",
			sorted(seconds["app"])[PAIRS // 2],
			"s",
			ratio,
			interval=[round(low, 4), round(high, 4)],
			pairs=PAIRS,
		)


def measure_queries(arms: dict[str, Arm], seeds: dict[str, dict], who: str, lines: int) -> None:
	counts = {}
	for name, arm in arms.items():
		seeded = seeds[arm.site]
		counts[name] = arm.do(count_queries, partial(place_order, seeded[who], seeded["items"][:lines]))
	for baseline in ("hooks off", "no app"):
		added = counts["app"] - counts[baseline]
		ratio = counts["app"] / counts[baseline]
		report(f"order of {lines} lines, {who}: queries added to {baseline}", added, "queries", ratio)


def main(site: str, site_without: str) -> None:
	arms = {"app": Arm(site), "hooks off": Arm(site, hooks=False), "no app": Arm(site_without)}
	seeds = {site: arms["app"].do(seed, True), site_without: arms["no app"].do(seed, False)}
	for who in ("plain customer", "all rules"):
		arms["app"].do(check_what_is_measured, seeds[site], who)
		for lines in LINES:
			measure_case(arms, seeds, who, lines)


if __name__ == "__main__":
	main(*sys.argv[1:])
