"""Credits that the customer was given by hand and that settle a part of a request (R74).

A credit is a journal entry that credits the customer without moving bank or cash, or a credit note that is no return of
an invoice. Over all submitted requests it is attached up to its amount. It is no receipt and posts nothing.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Sum
from frappe.utils import flt, fmt_money

from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.rebates.receipt_sources import BANK_ACCOUNT_TYPES
from kam_extension.policy.money import ZERO, decimal

JOURNAL, INVOICE = "Journal Entry", "Sales Invoice"
CREDIT = "Rebate Request Credit"


@dataclass(frozen=True)
class Credit:
	"""A credit document of the customer; its amount in company currency, what others attached of it taken off."""

	posting_date: date
	available: Decimal


def prepare_credits(request, for_update: bool = False) -> None:
	"""Fill in and check the attached credits and their total.

	`for_update` reads what others have committed meanwhile and holds it until this transaction ends; the account's
	lock keeps other requests out.
	"""
	credits = _credits_of(request, for_update) if request.attached_credits else {}
	_refuse_doubles(request)
	rounding = site_rounding(company_currency(request.company))
	left = max(decimal(request.total_rebate), ZERO)
	for row in request.attached_credits:
		credit = credits.get((row.credit_document_type, row.credit_document))
		_refuse_unfit(row, credit, request)
		row.posting_date, row.available_amount = credit.posting_date, float(credit.available)
		if not flt(row.attached_amount):
			row.attached_amount = float(min(credit.available, max(left, ZERO)))
		row.attached_amount = float(rounding.money(decimal(row.attached_amount)))
		_refuse_more_than_available(row, credit, request)
		left -= decimal(row.attached_amount)
	request.attached_total = flt(
		sum(row.attached_amount for row in request.attached_credits), request.precision("attached_total")
	)
	_refuse_excess(request)


def refuse_cancelling_attached(entry) -> None:
	"""Event before_cancel of what may be attached: the request that counts it as its settlement goes first."""
	rows = _attached(entry.doctype, [entry.name], for_update=True)
	if rows:
		frappe.throw(
			_(
				"{0} settles a part of {1}. Cancel that request first, or give the customer the credit anew."
			).format(entry.name, ", ".join(sorted({row.parent for row in rows}))),
			title=_("Attached Credit"),
		)


def _credits_of(request, for_update: bool) -> dict[tuple[str, str], Credit]:
	found = {}
	for doctype, read in ((JOURNAL, _journals), (INVOICE, _credit_notes)):
		rows = request.attached_credits
		names = sorted({row.credit_document for row in rows if row.credit_document_type == doctype})
		if not names:
			continue
		if for_update:
			_lock(doctype, names)
		taken: dict[str, Decimal] = {}
		for row in _attached(doctype, names, for_update, leave_out=request.name):
			taken[row.credit_document] = taken.get(row.credit_document, ZERO) + decimal(row.attached_amount)
		for row in read(request, names):
			available = decimal(row.credit) - taken.get(row.name, ZERO)
			found[(doctype, row.name)] = Credit(row.posting_date, available)
	return found


def _lock(doctype: str, names: list[str]) -> None:
	"""Nobody cancels the credits meanwhile; and a plain read that follows must not be older than this."""
	document = DocType(doctype)
	rows = (
		frappe.qb.from_(document)
		.select(document.name)
		.where(document.name.isin(names))
		.where(document.docstatus == 1)
		.orderby(document.name)
		.for_update()
	).run()
	gone = sorted(set(names) - {row[0] for row in rows})
	if gone:
		frappe.throw(
			_(
				"Attached Credits: {0} is not submitted any longer. Remove the row and let finance verify again."
			).format(", ".join(gone)),
			title=_("Attached Credits"),
		)


def _attached(doctype: str, names: list[str], for_update: bool = False, leave_out: str | None = None) -> list:
	row = DocType(CREDIT)
	query = (
		frappe.qb.from_(row)
		.select(row.credit_document, row.attached_amount, row.parent)
		.where(row.credit_document_type == doctype)
		.where(row.credit_document.isin(names))
		.where(row.docstatus == 1)
		.where(row.parent != (leave_out or ""))
	)
	return (query.for_update() if for_update else query).run(as_dict=True)


def _journals(request, names: list[str]) -> list:
	journal, line, account = DocType(JOURNAL), DocType("Journal Entry Account"), DocType("Account")
	is_party = (line.party_type == "Customer") & (line.party == request.customer)
	moves_money = account.account_type.isin(BANK_ACCOUNT_TYPES)
	return (
		frappe.qb.from_(journal)
		.inner_join(line)
		.on(line.parent == journal.name)
		.inner_join(account)
		.on(account.name == line.account)
		.select(
			journal.name,
			journal.posting_date,
			Sum(Case().when(is_party, line.credit - line.debit).else_(0)).as_("credit"),
		)
		.where(journal.name.isin(names))
		.where(journal.docstatus == 1)
		.where(journal.company == request.company)
		.where(journal.is_system_generated == 0)
		.where(journal.is_opening == "No")
		.where(journal.kam_rebate_request.isnull() | (journal.kam_rebate_request == ""))
		.groupby(journal.name)
		.having(Sum(Case().when(moves_money, 1).else_(0)) == 0)
	).run(as_dict=True)


def _credit_notes(request, names: list[str]) -> list:
	invoice = DocType(INVOICE)
	return (
		frappe.qb.from_(invoice)
		.select(invoice.name, invoice.posting_date, (invoice.base_grand_total * -1).as_("credit"))
		.where(invoice.name.isin(names))
		.where(invoice.docstatus == 1)
		.where(invoice.company == request.company)
		.where(invoice.customer == request.customer)
		.where(invoice.is_return == 1)
		.where(invoice.is_pos == 0)
		.where(invoice.return_against.isnull() | (invoice.return_against == ""))
		.where(invoice.kam_rebate_request.isnull() | (invoice.kam_rebate_request == ""))
	).run(as_dict=True)


def _refuse_doubles(request) -> None:
	keys = [(row.credit_document_type, row.credit_document) for row in request.attached_credits]
	for row, key in zip(request.attached_credits, keys, strict=True):
		if keys.index(key) != row.idx - 1:
			frappe.throw(
				_("Attached Credits, row {0}: {1} has a row already. Keep one row for each document.").format(
					row.idx, row.credit_document
				),
				title=_("Attached Credits"),
			)


def _refuse_unfit(row, credit: Credit | None, request) -> None:
	if credit is None or credit.available <= 0:
		frappe.throw(
			_(
				"Attached Credits, row {0}: {1} is no credit of customer {2} in company {3} that is left to attach. "
				"Choose a submitted journal entry that credits the customer without bank or cash, or a credit note "
				"that returns no invoice."
			).format(row.idx, row.credit_document, request.customer, request.company),
			title=_("Attached Credits"),
		)


def _refuse_more_than_available(row, credit: Credit, request) -> None:
	if not ZERO < decimal(row.attached_amount) <= credit.available:
		frappe.throw(
			_("Attached Credits, row {0}: Attached Amount {1} has to be above zero and at most {2}.").format(
				row.idx,
				fmt_money(row.attached_amount, currency=request.currency),
				fmt_money(float(credit.available), currency=request.currency),
			),
			title=_("Attached Credits"),
		)


def _refuse_excess(request) -> None:
	if request.attached_total > max(flt(request.total_rebate), 0):
		frappe.throw(
			_(
				"Attached Credits of {0} are more than Total Rebate {1}. Lower Attached Amount: the rest of a credit "
				"can be attached to a later request."
			).format(
				fmt_money(request.attached_total, currency=request.currency),
				fmt_money(request.total_rebate, currency=request.currency),
			),
			title=_("Attached Credits"),
		)
