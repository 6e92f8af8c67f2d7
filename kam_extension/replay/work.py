"""Judges orders and receipts in ranges, in this process or, for large books, in several at once.

Each range is written into a file of its own, which DuckDB takes in afterwards: no process holds more than a range.
"""

import csv
import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from kam_extension.policy.money import Rounding
from kam_extension.policy.terms import PolicyTerms
from kam_extension.replay import decisions, rebates_owed
from kam_extension.replay.catalogue import Catalogue
from kam_extension.replay.decisions import judge_order, row_of
from kam_extension.replay.facts import read_orders
from kam_extension.replay.prices import Pricing
from kam_extension.replay.store import Store, connect_worker

DECISIONS, REBATES = "decisions", "rebates"
COLUMNS = {DECISIONS: decisions.COLUMNS, REBATES: rebates_owed.COLUMNS}
RANGE = 2_000
MOST_PROCESSES = 4


@dataclass(frozen=True)
class Job:
	"""What every range needs: the policies, and how the book's money is rounded and exchanged."""

	directory: Path
	policies: Sequence[PolicyTerms]
	rounding: Rounding
	exchange_rates: Mapping[str, object]


@dataclass(frozen=True)
class Task:
	"""The rows of one kind with `first` <= place < `end`."""

	kind: str
	first: int
	end: int

	def part(self, directory: Path, policy: int) -> Path:
		return directory / f"{self.kind}-{policy}-{self.first:010}.part.csv"


class Worker:
	"""Works on ranges with one connection; results of policy n go to the file `part(directory, n)`."""

	def __init__(self, database, job: Job, catalogue: Catalogue):
		self.database, self.job = database, job
		self.pricings = [Pricing(catalogue, terms) for terms in job.policies]

	def work(self, task: Task) -> None:
		with ExitStack() as opened:
			writers = [
				csv.writer(
					opened.enter_context(
						task.part(self.job.directory, policy).open("w", encoding="utf-8", newline="")
					)
				)
				for policy in range(len(self.pricings))
			]
			rows = self._verdicts(task) if task.kind == DECISIONS else self._rebates(task)
			for policy, row in rows:
				writers[policy].writerow(row)

	def _verdicts(self, task: Task) -> Iterator[tuple[int, tuple]]:
		for order in read_orders(self.database, task.first, task.end, self.job.rounding):
			for policy, pricing in enumerate(self.pricings):
				yield policy, row_of(order, judge_order(order, pricing), pricing.terms)

	def _rebates(self, task: Task) -> Iterator[tuple[int, tuple]]:
		for receipt in rebates_owed.read_receipts(self.database, task.first, task.end):
			for policy, terms in enumerate(self.job.policies):
				yield policy, rebates_owed.owed(receipt, terms, self.job.rounding)


def run_tasks(
	store: Store, job: Job, catalogue: Catalogue, counts: Mapping[str, int], advance: Callable[[int], None]
) -> None:
	"""Work on `counts` rows of each kind and load the results as tables `<kind>_<policy>`.

	Processes of their own read the `catalogue` themselves, which is faster than to send it.

	`advance(rows)` is called as ranges are done.
	"""
	tasks = [
		Task(kind, first, min(first + RANGE, count))
		for kind, count in counts.items()
		for first in range(0, count, RANGE)
	]
	processes = min(_cores(), MOST_PROCESSES, len(tasks))
	if store.is_small or processes < 2:
		worker = Worker(store.database, job, catalogue)
		for task in tasks:
			worker.work(task)
			advance(task.end - task.first)
	else:
		_share_out(store, job, tasks, processes, advance)
	for kind in counts:
		for policy in range(len(job.policies)):
			_take_in(store.database, job.directory, kind, policy)


def _share_out(
	store: Store, job: Job, tasks: Sequence[Task], processes: int, advance: Callable[[int], None]
) -> None:
	"""DuckDB lets several processes read a file as long as none writes it."""
	store.release()
	try:
		context = multiprocessing.get_context("spawn")
		with ProcessPoolExecutor(processes, context, _start, (store.path, job)) as pool:
			running = {pool.submit(_work, task): task for task in tasks}
			for done in as_completed(running):
				done.result()
				advance(running[done].end - running[done].first)
	finally:
		store.resume()


def _start(path: str, job: Job) -> None:
	global _worker
	database = connect_worker(path)
	_worker = Worker(database, job, Catalogue.of(database, job.exchange_rates))


def _work(task: Task) -> None:
	_worker.work(task)


def _take_in(database, directory: Path, kind: str, policy: int) -> None:
	parts = sorted(str(part) for part in directory.glob(f"{kind}-{policy}-*.part.csv"))
	columns = ", ".join(f"'{name}': '{kind_of}'" for name, kind_of in COLUMNS[kind].items())
	table = f"{kind}_{policy}"
	if not parts:
		declared = ", ".join(f"{name} {kind_of}" for name, kind_of in COLUMNS[kind].items())
		database.execute(f"CREATE TABLE {table} ({declared})")
		return
	database.execute(
		f"""CREATE TABLE {table} AS FROM read_csv($parts, columns = {{{columns}}}, header = false, delim = ',',
			quote = '"', escape = '"', auto_detect = false, max_line_size = 20000000) ORDER BY place""",
		{"parts": parts},
	)
	for part in parts:
		os.unlink(part)


def _cores() -> int:
	return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
