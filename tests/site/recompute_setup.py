"""Books and workers for the tests of recomputes over all accounts."""

import os
import subprocess
import sys

import frappe
from frappe.utils import add_days, getdate

from kam_extension.integration.tiers import run_plan
from kam_extension.integration.tiers.drain import drain
from kam_extension.integration.tiers.tier_runs import start_full_run
from kam_extension.policy.codes import RunProposals
from tests.site.books import AS_OF, YEAR_START, invoice, order
from tests.site.factories import make_key_account

ALL, REVIEW_MONTHS = RunProposals.ALL_DIFFERENCES, RunProposals.REVIEW_MONTHS
# What a run writes. A worker process writes behind the back of the test, which then can't put the tables back.
WRITTEN_TABLES = (
	"KAM Tier Run", "KAM Tier Run Chunk", "KAM Tier Measure", "Tier Review", "Tier Review Point", "Tier Review Service",
	"Series", "Notification Log", "Version", "Comment", "Error Log",
)  # fmt: skip


def small_parts(monkeypatch, accounts: int = 2) -> None:
	"""Let a run have several parts to score although the book is small."""
	monkeypatch.setattr(run_plan, "ACCOUNTS_PER_UNIT", accounts)


def make_book(item: str, accounts: int = 5) -> list:
	"""Accounts of different standing: the first orders much, the second owes something overdue."""
	made = make_accounts(accounts)
	order(made[0], item, 1, 110, add_days(YEAR_START, -1))
	order(made[0], item, 50_000, 110, add_days(AS_OF, -10))
	order(made[1], item, 1, 100, AS_OF)
	invoice(made[1], item, 10, 100, add_days(AS_OF, -60), due=add_days(AS_OF, -20))
	return made


def make_accounts(number: int = 5) -> list:
	"""Accounts without a document: what earns none is proposed no tier."""
	return [make_key_account(tier="B", strategic_influence=4 - position % 4) for position in range(number)]


def full_run(proposals=ALL, as_of=AS_OF):
	"""A run over all accounts, worked in this process."""
	run = start_full_run(getdate(as_of), proposals)
	drain(run)
	return frappe.get_doc("KAM Tier Run", run)


def units_of(run: str, **filters) -> list:
	fields = [
		"name",
		"number",
		"step",
		"status",
		"worker",
		"accounts",
		"changed",
		"failed",
		"attempts",
		"error",
	]
	fields += ["metric", "first_account", "last_account"]
	return frappe.get_all("KAM Tier Run Chunk", {"run": run} | filters, fields, order_by="number")


def proposals() -> dict[str, tuple]:
	"""{key account: what its open review says}, whichever run wrote it."""
	names = frappe.get_all("Tier Review", {"docstatus": 0}, pluck="name")
	reviews = [frappe.get_doc("Tier Review", name) for name in names]
	assert len({review.key_account for review in reviews}) == len(reviews)
	return {
		review.key_account: (
			review.current_tier,
			review.proposed_tier,
			review.total_points,
			tuple((row.metric, row.value, row.points, row.evidence) for row in review.points),
		)
		for review in reviews
	}


def note_written_tables() -> None:
	for table in WRITTEN_TABLES:
		frappe.db.sql(f"delete from `tab{table}` where 1 = 0")


class WorkerProcess:
	"""`tests.site.drain_process` under way; end it with `end` or `kill`."""

	def __init__(self, site: str, run: str, stalls: bool = False):
		environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
		if stalls:
			environment["KAM_TEST_STALL"] = "1"
		self.process = subprocess.Popen(
			[sys.executable, "-m", "tests.site.drain_process", site, run],
			env=environment,
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
		)
		self.worker = f":{self.process.pid}"

	def until(self, word: str) -> list[str]:
		"""What it says until it says `word`."""
		said = []
		for line in self.process.stdout:
			said.append(line.strip())
			if said[-1] == word:
				return said
		raise AssertionError(f"the worker ended without saying {word}: {said}")

	def begin(self) -> None:
		self.process.stdin.write("\n")
		self.process.stdin.flush()

	def end(self) -> list[int]:
		"""Wait for its end; the numbers of the units that it took."""
		said, _errors = self.process.communicate(timeout=60)
		assert self.process.returncode == 0
		return [int(word) for word in said.split() if word.isdigit()]

	def kill(self) -> None:
		self.process.kill()
		self.process.wait(timeout=30)
