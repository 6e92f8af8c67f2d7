"""Runs of the recompute over all accounts for `tier_recompute.py`: its bare queries, its workers, and undoing it."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import frappe
from book import accounts
from frappe.utils import getdate
from pymysql.cursors import Cursor

from kam_extension.integration.metrics import measure
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.tiers.levels import propose_levels
from kam_extension.integration.tiers.scorecards import accounts_of_company, metrics_of, scope_of_company
from kam_extension.integration.tiers.tier_runs import start_full_run
from kam_extension.policy.codes import RunProposals

WORKER = Path(__file__).with_name("recompute_worker.py")
CHUNK = "KAM Tier Run Chunk"
MADE_BY_REVIEWS = (
	"Version",
	"Comment",
	"Workflow Action",
	"Workflow Action Permitted Role",
	"KAM Tier Change",
)


class Worker:
	"""A process that is up and connected, and waits for the run that it shall work."""

	def __init__(self):
		self.process = subprocess.Popen(
			[sys.executable, str(WORKER), frappe.local.site],
			stdin=subprocess.PIPE,
			stdout=subprocess.PIPE,
			text=True,
		)
		if self.process.stdout.readline().strip() != "ready":
			raise SystemExit("a worker of the recompute did not start")

	def start(self, run: str) -> None:
		self.process.stdin.write(f"{run}\n")
		self.process.stdin.flush()

	def result(self) -> dict:
		"""What the worker printed at its end."""
		line = self.process.stdout.readline()
		if self.process.wait() or not line:
			raise SystemExit("a worker of the recompute failed")
		return json.loads(line)

	def dismiss(self) -> None:
		self.process.communicate("\n")


def aggregate_queries(company: str) -> dict[str, list[str]]:
	"""The statements that measuring all accounts of the company sends, by metric, and those of the level rules."""
	terms = policy_in_force(company)
	rows, scope = accounts_of_company(company), scope_of_company(company, terms, getdate())
	parts = {metric: lambda metric=metric: measure([metric], scope)[metric] for metric in metrics_of(terms)}
	parts["levels"] = lambda: propose_levels(rows, terms, getdate())
	for read in parts.values():
		read()  # what is cached from now on is no query of the metric
	return {name: statements_of(read) for name, read in parts.items()}


def statements_of(read: Callable) -> list[str]:
	"""The SQL that the function sends, with its parameters in it."""
	statements, send = [], Cursor._query

	def send_and_note(cursor, statement):
		statements.append(statement)
		return send(cursor, statement)

	Cursor._query = send_and_note
	try:
		read()
	finally:
		Cursor._query = send
	return statements


def run_by_hand(statements: list[str]) -> None:
	"""Send statements through a plain cursor and fetch all their rows."""
	with frappe.db._conn.cursor() as cursor:
		for statement in statements:
			cursor.execute(statement)
			cursor.fetchall()
	frappe.db.rollback()


def begin_run() -> str:
	run = start_full_run(getdate(), RunProposals.ALL_DIFFERENCES)
	if run is None:
		raise SystemExit("another recompute of all accounts is under way")
	return run


def run_with(workers: list[Worker]) -> tuple[str, list[dict]]:
	"""Recompute all accounts with these workers; the run's name and what each worker says of it."""
	run = begin_run()
	for worker in workers:
		worker.start(run)
	results = [worker.result() for worker in workers]
	frappe.db.rollback()  # to see what they wrote
	return run, results


def check_run(run: str, changed: int) -> None:
	"""Stop unless the run completed and found as many differences as were made."""
	record = frappe.db.get_value("KAM Tier Run", run, ("status", "changed", "error"), as_dict=True)
	if (record.status, record.changed) != ("Completed", changed):
		raise SystemExit(f"{run}: {record}, where {changed} accounts should differ")


def check_reviews(expected: int, docstatus: int) -> None:
	"""Stop unless that many reviews are there, all drafts (0) or all submitted (1)."""
	found = frappe.get_all("Tier Review", pluck="docstatus")
	if found != [docstatus] * expected:
		raise SystemExit(
			f"{len(found)} reviews, where {expected} should have docstatus {docstatus}: {found[:9]}"
		)


def undo_runs(company: str) -> None:
	"""Take back what runs wrote, so that the next one meets the same site; also reviews that were applied."""
	table_fields = frappe.get_meta("Tier Review").get_table_fields()
	for doctype in ("Tier Review", *(field.options for field in table_fields), *MADE_BY_REVIEWS):
		frappe.db.sql(f"delete from `tab{doctype}`")
	frappe.db.commit()
	accounts.restore_accounts(company)
