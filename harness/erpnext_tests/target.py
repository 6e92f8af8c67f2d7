"""`make erpnext-tests`: the tests that pass without the app have to be those that pass with it."""

import os
import time
from collections.abc import Callable, Sequence
from functools import partial

from harness import stage
from harness.bench import find_bench
from harness.erpnext_tests.comparison import (
	Difference,
	Outcomes,
	confirmed,
	differences,
	methods_that_fail,
	passing,
	totals,
)
from harness.erpnext_tests.modules import PLAIN, WITH_APP, Setting, chosen
from harness.erpnext_tests.places import APPS, RESULTS, ready_dump, require_payments, run_fresh
from harness.shell import CHECKOUT, Failure, say
from harness.stage import APP

# Runs a module, or only some test methods of it, on a fresh site in a setting, for the first or second time; see
# inside.py for what it returns.
Run = Callable[[str, Setting, int, Sequence[str]], dict]


def run_erpnext_tests() -> int:
	"""Run the modules of MODULES, or all; 1 when a test passes with the app and not without, or the other way."""
	modules = chosen(os.environ.get("MODULES"))
	bench = find_bench()
	require_payments(bench)
	say(f"ERPNext {bench.version('erpnext')}, Frappe {bench.version('frappe')}, bench at {bench.root}")
	dump = ready_dump(bench)
	with stage.opened(bench, "erpnext-tests", apps=("frappe", *APPS, APP)) as place:
		run = partial(run_fresh, place, dump)
		differing = [name for name, module in modules.items() if compare_module(run, module)]
	say(f"\nresults of every test: {RESULTS.relative_to(CHECKOUT)}")
	if differing:
		say(f"The app changes the outcome of ERPNext's tests: {', '.join(differing)}.")
		return 1
	say(f"The same tests pass with and without the app: {', '.join(modules)}.")
	return 0


def compare_module(run: Run, module: str) -> list[Difference]:
	"""Run one module in all settings, print how they compare and return the confirmed differences."""
	say(f"\n{module}")
	plain = one_run(run, module, PLAIN)
	if not passing(plain):
		raise Failure(f"no test of {module} passes without the app: nothing can be compared")
	return compare_settings(run, module, plain) + compare_rest(run, module, methods_that_fail(plain))


def compare_rest(run: Run, module: str, methods: Sequence[str]) -> list[Difference]:
	"""Compare the tests that fail without the app by themselves: many stumble only over what another one left.

	What still fails then runs by itself again, until nothing more passes.
	"""
	if not methods:
		return []
	say(f"  tests that fail without the app: {len(methods)}; running them by themselves")
	plain = one_run(run, module, PLAIN, only=methods)
	if not passing(plain):
		return []
	found = compare_settings(run, module, plain, methods)
	return found + compare_rest(run, module, methods_that_fail(plain))


def compare_settings(run: Run, module: str, plain: Outcomes, only: Sequence[str] = ()) -> list[Difference]:
	return [
		difference
		for setting in WITH_APP
		for difference in compare_setting(run, module, setting, plain, only)
	]


def compare_setting(
	run: Run, module: str, setting: Setting, plain: Outcomes, only: Sequence[str]
) -> list[Difference]:
	"""Differences of one setting. Both runs are repeated on fresh sites when there are any: some tests are flaky."""
	first = differences(plain, one_run(run, module, setting, only=only))
	if not first:
		say("    the same tests pass")
		return []
	say(f"    differences: {len(first)}; running both again on fresh sites")
	second = differences(
		one_run(run, module, PLAIN, attempt=2, only=only), one_run(run, module, setting, attempt=2, only=only)
	)
	steady, unsteady = confirmed(first, second)
	for title, group in (("DIFFERS", steady), ("unsteady, not so the second time", unsteady)):
		for difference in group:
			say(f"    {title}: {difference}")
	return steady


def one_run(run: Run, module: str, setting: Setting, attempt: int = 1, only: Sequence[str] = ()) -> Outcomes:
	started = time.monotonic()
	result = run(module, setting, attempt, only)
	say(f"  {setting.title}: {totals(result['outcomes'])} ({time.monotonic() - started:.0f} s)")
	if result["seen"]:
		say(f"    {', '.join(f'{number} {what}' for what, number in sorted(result['seen'].items()))}")
	if setting.has_key_accounts and not result["seen"]:
		raise Failure(f"{module}: no customer was made a key account, so this run proves nothing")
	return result["outcomes"]
