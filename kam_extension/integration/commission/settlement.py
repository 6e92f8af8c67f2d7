"""Months are settled once: the night after a month's cut-off day its commission is written down for good (R60).

Whatever is verified, changed or taken back afterwards stands in a later month. So the report of a settled month says
the same whenever it is asked for.
"""

from collections.abc import Iterator
from datetime import date

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Min
from frappe.utils import getdate, now

from kam_extension.integration.attempts import attempt
from kam_extension.integration.commission.commission import (
	ENTRY,
	MONTH,
	AccountLine,
	commission_rate,
	lines_of_open_month,
	settled_months,
)
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.policy.commission import cut_off, first_day, last_settled_month, next_month
from kam_extension.policy.money import ZERO


def nightly() -> None:
	"""Scheduled daily: settle every month whose cut-off day has passed, each in a transaction of its own."""
	if not is_enabled():
		return
	for company in frappe.get_all("Company", pluck="name"):
		for month in months_to_settle(company, getdate()):
			message = _("Commission of {0} could not be settled").format(company)
			if not attempt(lambda company=company, month=month: settle_month(company, month), message):
				break
			frappe.db.commit()


def months_to_settle(company: str, today: date) -> Iterator[date]:
	"""First days of the months to settle on `today`, in order.

	The first one is the first whose cut-off day the company saw with a policy: what was paid before is not ours.
	"""
	settled, last = settled_months(company), last_settled_month(today)
	started = _first_policy_made(company)
	if not settled and (started is None or started > cut_off(last)):
		return
	month = next_month(settled[-1]) if settled else last
	while month <= last:
		yield month
		month = next_month(month)


def settle_month(company: str, month: date) -> str:
	"""Write the commission of `month` (any day of it) down; returns the KAM Commission Month.

	Raises frappe.ValidationError before the cut-off day has passed, and frappe.UniqueValidationError or
	frappe.DuplicateEntryError where the month is settled already.
	"""
	month = first_day(getdate(month))
	if getdate() <= cut_off(month):
		frappe.throw(
			_("Month {0} can be settled after {1}: until then finance may verify receipts.").format(
				f"{month:%Y-%m}", frappe.format(cut_off(month), "Date")
			),
			title=_("Commission"),
		)
	record = _write_month(company, month)
	lines = lines_of_open_month(company, month)
	_write_entries(record, lines)
	received = sum((entry.line.amount for entry in lines), ZERO)
	commission = sum((entry.line.commission for entry in lines), ZERO)
	record.db_set({"received_amount": received, "commission": commission}, update_modified=False)
	return record.name


def _write_month(company: str, month: date):
	"""First of all: of two that settle the same month, the unique index lets one through."""
	record = frappe.new_doc(MONTH)
	record.update(
		{
			"company": company,
			"month": month,
			"cut_off": cut_off(month),
			"closed_on": now(),
			"commission_rate": commission_rate(company, month),
		}
	)
	record.flags.kam_system = True
	# Nobody may write it through the app: it follows from the ledger.
	return record.insert(ignore_permissions=True)


_COLUMNS = (
	"name", "creation", "modified", "owner", "modified_by", "commission_month", "company", "month", "kind",
	"account_manager", "key_account", "payment_document_type", "payment_document", "sales_order", "receipt_date",
	"verified_on", "received_amount", "commission_rate", "commission",
)  # fmt: skip


def _write_entries(record, lines: list[AccountLine]) -> None:
	time, user = now(), frappe.session.user
	rows = [
		(
			frappe.generate_hash(length=10), time, time, user, user, record.name, record.company, record.month,
			str(line.kind), line.account_manager, entry.key_account, *line.key, line.posting_date, line.verified_on,
			line.amount, line.rate, line.commission,
		)
		for entry in lines
		for line in (entry.line,)
	]  # fmt: skip
	if rows:
		frappe.db.bulk_insert(ENTRY, _COLUMNS, rows)


def _first_policy_made(company: str) -> date | None:
	policy = DocType("KAM Policy")
	rows = (
		frappe.qb.from_(policy)
		.select(Min(policy.creation))
		.where(policy.docstatus == 1)
		.where((policy.company == company) | policy.company.isnull() | (policy.company == ""))
	).run()
	return getdate(rows[0][0]) if rows and rows[0][0] else None
