"""What takes turns in `tier_recompute.py`: bare queries, and runs that propose or apply what differs."""

import time
from collections.abc import Callable
from typing import Any

import frappe
from book.accounts import change_one_percent
from book.size import Size
from recompute_runs import (
	Worker,
	aggregate_queries,
	check_reviews,
	check_run,
	run_by_hand,
	run_with,
	undo_runs,
)

from kam_extension.integration.policies.policies import policy_in_force

BARE, PROPOSED, APPLIED = "bare queries", "proposed", "applied"
AUTOMATIC_CHANGES = {PROPOSED: "None", APPLIED: "All"}


class Arms:
	"""The arms for a book as it is. Before each run one percent of the accounts differ; `memory` is in bytes."""

	def __init__(self, company: str, size: Size):
		self.company, self.size = company, size
		self.queries = aggregate_queries(company)
		self.memory: dict[str, list[int]] = {mode: [] for mode in AUTOMATIC_CHANGES}
		self.make_ready()

	def by_name(self) -> dict[str, Callable[[], None]]:
		return {
			BARE: self.send_queries,
			PROPOSED: lambda: self.recompute(PROPOSED),
			APPLIED: lambda: self.recompute(APPLIED),
		}

	def make_ready(self) -> None:
		undo_runs(self.company)
		self.changing = change_one_percent(self.size)
		self.worker = Worker()

	def send_queries(self) -> None:
		for statements in self.queries.values():
			run_by_hand(statements)

	def recompute(self, mode: str) -> None:
		self.set_mode(mode)
		run, [result] = run_with([self.worker])
		check_run(run, self.changing)
		check_reviews(self.changing, docstatus=int(mode == APPLIED))
		self.memory[mode].append(result["memory"])

	def set_mode(self, mode: str) -> None:
		policy = policy_in_force(self.company).name
		frappe.db.set_value("KAM Policy", policy, "automatic_tier_changes", AUTOMATIC_CHANGES[mode])
		frappe.db.commit()

	def after(self, arm: str) -> None:
		if arm != BARE:
			self.make_ready()

	def close(self) -> None:
		self.worker.dismiss()
		self.set_mode(PROPOSED)
		undo_runs(self.company)

	def seconds_by_metric(self) -> dict[str, float]:
		return {
			metric: round(timed(run_by_hand, statements)[0], 3) for metric, statements in self.queries.items()
		}


def timed(function: Callable, *arguments) -> tuple[float, Any]:
	"""Seconds that a call takes, and what it returns."""
	started = time.perf_counter()
	outcome = function(*arguments)
	return time.perf_counter() - started, outcome
