"""Rebates that requests claimed and that no settlement has posted by a day (R42)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max, Sum

from kam_extension.integration.rebates.claims import DOCTYPE as CLAIM
from kam_extension.policy.money import ZERO, decimal

REQUEST = "Rebate Request"
SETTLEMENTS = ("Journal Entry", "Sales Invoice")


def unsettled_claims(company: str, key_accounts: Sequence[str], day: date) -> dict[str, Decimal]:
	"""For each account what is claimed on receipts up to `day`, less what settlements posted and credits gave.

	Money in company currency. A request that was settled in the next month was no expense yet at this month's end; a
	credit that is attached to it was one when it was given.
	"""
	unsettled: dict[str, Decimal] = defaultdict(lambda: ZERO)
	requests = _requests(company, key_accounts, day) if key_accounts else []
	settled = _settled_by(day, [row for row in requests if row.settlement_document])
	credits = _attached_credits([row.name for row in requests])
	for row in requests:
		is_settled = row.status == "Settled" and not row.settlement_document
		if not is_settled and row.name not in settled:
			unsettled[row.key_account] += decimal(row.rebate) - credits.get(row.name, ZERO)
	return unsettled


def _requests(company: str, key_accounts: Sequence[str], day: date) -> list:
	claim, request = DocType(CLAIM), DocType(REQUEST)
	return (
		frappe.qb.from_(claim)
		.join(request)
		.on(request.name == claim.rebate_request)
		.select(
			request.name,
			Max(request.key_account).as_("key_account"),
			Max(request.status).as_("status"),
			Max(request.settlement_document_type).as_("settlement_document_type"),
			Max(request.settlement_document).as_("settlement_document"),
			Sum(claim.rebate_amount).as_("rebate"),
		)
		.where((claim.company == company) & claim.key_account.isin(list(key_accounts)))
		.where((claim.posting_date <= day) & (request.docstatus == 1))
		.groupby(request.name)
	).run(as_dict=True)


def _settled_by(day: date, requests: list) -> set[str]:
	"""Names of the requests whose settlement is in the ledger by `day`."""
	settled: set[str] = set()
	for doctype in SETTLEMENTS:
		of = {
			row.settlement_document: row.name for row in requests if row.settlement_document_type == doctype
		}
		filters = {"name": ("in", list(of)), "docstatus": 1, "posting_date": ("<=", day)}
		settled |= {of[name] for name in (frappe.get_all(doctype, filters, pluck="name") if of else [])}
	return settled


def _attached_credits(requests: list[str]) -> dict[str, Decimal]:
	if not requests:
		return {}
	credit = DocType("Rebate Request Credit")
	rows = (
		frappe.qb.from_(credit)
		.select(credit.parent, Sum(credit.attached_amount))
		.where(credit.parent.isin(requests) & (credit.parenttype == REQUEST))
		.groupby(credit.parent)
	).run()
	return {request: decimal(total) for request, total in rows}
