"""The parts of a recompute over all accounts as rows of `KAM Tier Run Chunk`, and how workers share them (R17).

A unit is taken by locking its row, worked, marked done and committed in one transaction. Whoever finds it locked
passes on to the next; the lock of a worker that died falls with its connection, and the unit is free again.
"""

import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Count, Sum
from frappe.utils import now_datetime

from kam_extension.policy.codes import UnitStatus, UnitStep

CHUNK = "KAM Tier Run Chunk"
ATTEMPTS = 3
SHOWN_FAILURES = 20


@dataclass(frozen=True)
class Unit:
	"""One part: a metric of a company to measure, or a range of its accounts to score."""

	name: str
	run: str
	number: int
	step: str
	company: str
	policy: str
	metric: str | None
	first_account: str | None
	last_account: str | None
	accounts: int


@dataclass(frozen=True)
class UnitResult:
	"""What came of a unit: accounts worked, those that differ, those whose proposal failed, and why."""

	accounts: int
	changed: int = 0
	failures: Sequence[str] = ()


def add_units(run: str, rows: Iterable[dict]) -> None:
	"""Write the units of a run, numbered in the given order; keys of a row are fields of the chunk."""
	columns = (
		"step",
		"status",
		"company",
		"policy",
		"metric",
		"first_account",
		"last_account",
		"accounts",
		"error",
	)
	when, user = now_datetime(), frappe.session.user
	values = [
		(f"{run}-{number:05d}", run, number, when, when, user, user, *(row.get(column) for column in columns))
		for number, row in enumerate(rows, start=1)
	]
	names = ["name", "run", "number", "creation", "modified", "owner", "modified_by", *columns]
	if values:
		frappe.db.bulk_insert(CHUNK, names, values)


def take_unit(run: str) -> Unit | None:
	"""The first pending unit that nobody works, locked until the transaction ends; None when there is none."""
	chunk = DocType(CHUNK)
	rows = (
		frappe.qb.from_(chunk)
		.force_index("one_chunk_per_number")
		.select(*(chunk[field.name] for field in fields(Unit)))
		.where(chunk.run == run)
		.where(chunk.status == UnitStatus.PENDING)
		.orderby(chunk.number)
		.limit(1)
		.for_update(skip_locked=True)
	).run()
	return Unit(*rows[0]) if rows else None


def measuring_statuses(unit: Unit) -> set[str]:
	"""States of the units that measure for the company of `unit`."""
	filters = {"run": unit.run, "company": unit.company, "step": UnitStep.MEASURE}
	return set(frappe.get_all(CHUNK, filters=filters, pluck="status", distinct=True))


def complete_unit(unit: Unit, result: UnitResult) -> None:
	"""Mark a taken unit as done, or failed where proposals of some accounts could not be written."""
	_write(
		unit,
		status=UnitStatus.FAILED if result.failures else UnitStatus.DONE,
		accounts=result.accounts,
		changed=result.changed,
		failed=len(result.failures),
		error="\n".join(result.failures) or None,
	)


def note_failure(unit: Unit, error: str, is_final: bool) -> bool:
	"""Count a failed attempt; the last one of ATTEMPTS, or a final one, fails the unit and its accounts.

	Returns whether the unit has failed. Nothing happens when another worker has taken it meanwhile.
	"""
	chunk = DocType(CHUNK)
	rows = (
		frappe.qb.from_(chunk)
		.select(chunk.attempts)
		.where((chunk.name == unit.name) & (chunk.status == UnitStatus.PENDING))
		.for_update(skip_locked=True)
	).run()
	if not rows:
		return False
	attempts = rows[0][0] + 1
	has_failed = is_final or attempts >= ATTEMPTS
	status = UnitStatus.FAILED if has_failed else UnitStatus.PENDING
	_write(unit, status=status, attempts=attempts, failed=unit.accounts if has_failed else 0, error=error)
	return has_failed


def has_pending(run: str) -> bool:
	return bool(frappe.db.exists(CHUNK, {"run": run, "status": UnitStatus.PENDING}))


def unit_counts(run: str) -> dict[str, int]:
	"""{status: number of units} of a run."""
	chunk = DocType(CHUNK)
	query = frappe.qb.from_(chunk).select(chunk.status, Count("*")).where(chunk.run == run)
	return dict(query.groupby(chunk.status).run())


def totals(run: str) -> frappe._dict:
	"""Sums over the units of a run: `processed` accounts that were scored or skipped, `changed`, `failed`."""
	chunk = DocType(CHUNK)
	rows = (
		frappe.qb.from_(chunk)
		.select(
			Sum(chunk.accounts).as_("processed"),
			Sum(chunk.changed).as_("changed"),
			Sum(chunk.failed).as_("failed"),
		)
		.where(chunk.run == run)
		.where(chunk.step == UnitStep.SCORE)
		.where(chunk.status != UnitStatus.PENDING)
	).run(as_dict=True)
	return frappe._dict({field: int(value or 0) for field, value in rows[0].items()})


def errors_of(run: str) -> list[str]:
	"""What units say of accounts that were skipped or failed, in their order."""
	filters = {"run": run, "status": ("in", (UnitStatus.FAILED, UnitStatus.SKIPPED)), "error": ("is", "set")}
	return frappe.get_all(CHUNK, filters=filters, pluck="error", order_by="number")


def failed_units(run: str) -> list[dict]:
	"""The parts that failed, for a person to read: what they were to do and what went wrong."""
	fields = ("name", "step", "company", "metric", "first_account", "last_account", "error")
	filters = {"run": run, "status": UnitStatus.FAILED}
	return frappe.get_all(CHUNK, filters=filters, fields=fields, order_by="number", limit=SHOWN_FAILURES)


def measured_companies(run: str) -> list[str]:
	filters = {"run": run, "step": UnitStep.MEASURE, "status": UnitStatus.DONE}
	return frappe.get_all(CHUNK, filters=filters, pluck="company", distinct=True)


def free_units(runs: Sequence[str]) -> list[str]:
	"""Pending units that nobody works, of some runs, locked."""
	chunk = DocType(CHUNK)
	query = frappe.qb.from_(chunk).select(chunk.name).where(chunk.run.isin(list(runs)))
	rows = query.where(chunk.status == UnitStatus.PENDING).for_update(skip_locked=True).run()
	return [name for (name,) in rows]


def set_units(names: Sequence[str], **values) -> None:
	"""Write fields of some units by one statement."""
	frappe.db.set_value(CHUNK, {"name": ("in", names)}, values)


def reopen_failed_units(run: str) -> None:
	"""Make a run's failed units pending, with a new set of tries."""
	failed = {"run": run, "status": UnitStatus.FAILED}
	frappe.db.set_value(
		CHUNK, failed, {"status": UnitStatus.PENDING, "attempts": 0, "failed": 0, "error": None}
	)


def _write(unit: Unit, **values) -> None:
	worker = f"{socket.gethostname()}:{os.getpid()}"
	frappe.db.set_value(CHUNK, unit.name, {"worker": worker, "finished_at": now_datetime()} | values)
