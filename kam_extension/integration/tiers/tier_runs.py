"""The record of one recompute, and what its starter is told (R17, R66)."""

from dataclasses import dataclass, field
from datetime import date
from time import monotonic

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_to_date, now_datetime

TITLE_LENGTH = 140
ABANDONED_AFTER_HOURS = 6


@dataclass
class TierRun:
	"""Counts of a recompute under way and its KAM Tier Run document."""

	name: str
	accounts: int
	started: float = field(default_factory=monotonic)
	processed: int = 0
	changed: int = 0
	failed: int = 0
	without_policy: int = 0
	errors: list[str] = field(default_factory=list)

	def advance(self, accounts: int) -> None:
		self.processed += accounts
		frappe.db.set_value("KAM Tier Run", self.name, "processed", self.processed)
		frappe.publish_progress(
			self.processed * 100 / max(self.accounts, 1),
			title=_("Recomputing tiers"),
			description=_("{0} of {1} accounts").format(self.processed, self.accounts),
		)

	def skip(self, accounts: int, company: str) -> None:
		"""Accounts of a company without a policy in force are not scored."""
		self.without_policy += accounts
		self.errors.append(
			_("No KAM Policy is in force for {0}: {1} accounts skipped.").format(company, accounts)
		)
		self.advance(accounts)

	def finish(self) -> None:
		self._write("Failed" if self.failed else "Completed")

	def _write(self, status: str) -> None:
		frappe.db.set_value(
			"KAM Tier Run",
			self.name,
			{
				"status": status,
				"accounts": self.accounts,
				"processed": self.processed,
				"changed": self.changed,
				"failed": self.failed,
				"finished_at": now_datetime(),
				"duration": monotonic() - self.started,
				"error": "\n".join(self.errors) or None,
			},
		)


def start_run(as_of_date: date, accounts: int) -> TierRun:
	document = frappe.get_doc(
		{
			"doctype": "KAM Tier Run",
			"as_of_date": as_of_date,
			"status": "Running",
			"started_by": frappe.session.user,
			"started_at": now_datetime(),
			"accounts": accounts,
		}
	)
	# Nobody may write run records by hand; this is their only writer.
	document.insert(ignore_permissions=True)
	return TierRun(document.name, accounts)


def close_abandoned_runs() -> None:
	"""Mark runs as failed whose worker must have died: still running after ABANDONED_AFTER_HOURS."""
	run = DocType("KAM Tier Run")
	started_before = add_to_date(now_datetime(), hours=-ABANDONED_AFTER_HOURS)
	(
		frappe.qb.update(run)
		.set(run.status, "Failed")
		.set(run.error, _("The run was interrupted; the next one does its work."))
		.where((run.status == "Running") & (run.started_at < started_before))
	).run()


def notify_starter(run: str) -> None:
	"""Tell the session user how the run ended."""
	record = frappe.db.get_value(
		"KAM Tier Run", run, ("status", "accounts", "changed", "failed"), as_dict=True
	)
	subject = _("Tiers recomputed ({0}): {1} accounts, {2} differ, {3} failed").format(
		_(record.status), record.accounts, record.changed, record.failed
	)
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"subject": subject[:TITLE_LENGTH],
			"for_user": frappe.session.user,
			"type": "Alert",
			"document_type": "KAM Tier Run",
			"document_name": run,
		}
	).insert(ignore_permissions=True)
