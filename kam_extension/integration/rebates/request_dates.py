"""When rebate requests were approved and settled, as papers and statements of a past day need it (R35, R43).

A request is approved when its claims were written, and settled on the posting date of its settlement, until that is
cancelled. Both are known of cancelled ones too: what was approved or settled on a past day is so in its statement.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Coalesce, Date, Max, Min
from frappe.utils import getdate

from kam_extension.integration.rebates.claims import DOCTYPE as CLAIM
from kam_extension.policy.money import decimal

SETTLEMENT_DOCTYPES = ("Journal Entry", "Sales Invoice")
SETTLED = "Settled"


@dataclass(frozen=True)
class Settlement:
	"""A settlement from its posting date until it was cancelled; `document` None: credits given before, or written
	off, so that nothing was posted.
	"""

	document_type: str | None
	document: str | None
	start: date
	end: date | None = None

	def holds(self, day: date) -> bool:
		return self.start <= day and (self.end is None or self.end > day)


@dataclass(frozen=True)
class RequestDates:
	"""A request that was approved; `rebate` in company currency, `cancelled_on` None: it still is."""

	name: str
	key_account: str
	period_start: date
	period_end: date
	rebate: Decimal
	approved_on: date
	cancelled_on: date | None
	settlements: tuple[Settlement, ...]

	def is_approved(self, day: date) -> bool:
		return self.approved_on <= day and (self.cancelled_on is None or self.cancelled_on > day)

	def settlement_on(self, day: date) -> Settlement | None:
		"""What settles the request on `day`, if it is settled then."""
		if not self.is_approved(day):
			return None
		return next((one for one in self.settlements if one.holds(day)), None)


def approved_requests(company: str, key_accounts: Sequence[str], until: date) -> list[RequestDates]:
	"""Requests of the accounts that were approved up to `until`, cancelled ones too, by the day of their approval.

	A fixed number of queries. Whether the reader may see the accounts is decided by the caller.
	"""
	rows = _requests(company, key_accounts) if key_accounts else []
	settlements = _settlements(rows)
	found = [_dates(row, settlements) for row in rows]
	return sorted(
		(one for one in found if one.approved_on <= until), key=lambda one: (one.approved_on, one.name)
	)


def _requests(company: str, key_accounts: Sequence[str]) -> list:
	request, claim = DocType("Rebate Request"), DocType(CLAIM)
	made, undone = (Case().when(claim.is_reversal == flag, claim.creation) for flag in (0, 1))
	return (
		frappe.qb.from_(request)
		.join(claim)
		.on(claim.rebate_request == request.name)
		.select(
			request.name,
			request.key_account,
			request.period_start,
			request.period_end,
			request.total_rebate,
			request.status,
			request.settlement_document_type,
			request.settlement_document,
			Date(Min(made)).as_("approved_on"),
			Date(Max(undone)).as_("cancelled_on"),
		)
		.where(request.company == company)
		.where(request.key_account.isin(list(key_accounts)))
		.groupby(request.name)
	).run(as_dict=True)


def _settlements(requests: Sequence) -> dict[str, list[Settlement]]:
	"""{request: its settlements}; an entry that is still a draft settles nothing."""
	found: dict[str, list[Settlement]] = defaultdict(list)
	for row in requests:
		if row.status == SETTLED and not row.settlement_document:
			found[row.name].append(Settlement(None, None, getdate(row.approved_on)))
	for doctype in SETTLEMENT_DOCTYPES if requests else ():
		for row in _entries(doctype, requests):
			end = getdate(row.modified) if row.docstatus == 2 else None
			found[row.request].append(Settlement(doctype, row.name, row.posting_date, end))
	return found


def _entries(doctype: str, requests: Sequence) -> list:
	"""Entries that say whose settlement they are, and those that a request names."""
	entry, request = DocType(doctype), DocType("Rebate Request")
	is_named = (request.settlement_document == entry.name) & (request.settlement_document_type == doctype)
	return (
		frappe.qb.from_(entry)
		.left_join(request)
		.on(is_named)
		.select(
			entry.name,
			entry.posting_date,
			entry.docstatus,
			entry.modified,
			Coalesce(request.name, entry.kam_rebate_request).as_("request"),
		)
		.where(entry.docstatus != 0)
		.where(
			entry.kam_rebate_request.isin([row.name for row in requests])
			| entry.name.isin([row.settlement_document or "" for row in requests])
		)
	).run(as_dict=True)


def _dates(row, settlements: dict[str, list[Settlement]]) -> RequestDates:
	return RequestDates(
		name=row.name,
		key_account=row.key_account,
		period_start=row.period_start,
		period_end=row.period_end,
		rebate=decimal(row.total_rebate),
		approved_on=getdate(row.approved_on),
		cancelled_on=getdate(row.cancelled_on) if row.cancelled_on else None,
		settlements=tuple(settlements.get(row.name, ())),
	)
