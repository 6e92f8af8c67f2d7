"""The rows of a Rebate Request: fetched from the ledger, checked against it, written to the claim ledger
(R38, R39)."""

from collections.abc import Iterable
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, getdate

from kam_extension.exceptions import ReceiptAlreadyClaimed
from kam_extension.integration.rebates.claims import Claimed, lock_claims, record_claims
from kam_extension.integration.rebates.open_receipts import OpenReceipt
from kam_extension.integration.rebates.programme_rows import (
	programme_claims,
	programmes_signature,
	set_programmes,
)
from kam_extension.integration.rebates.rebates import OpenRebates
from kam_extension.integration.rebates.receipts import ReceiptKey
from kam_extension.policy.money import ZERO, Rounding, decimal


def fetch_rows(request) -> None:
	"""Replace the rows by everything that is open for the request's account, company and period."""
	_require_scope(request)
	rebates = _open_rebates(request)
	rows = rebates.rows(request.period_start)
	set_programmes(request, rebates.programmes(rows), only_kept=False)
	_set_rows(request, rows)


def refresh_rows(request) -> None:
	"""Recompute the rows of a draft from the ledger, so that no figure in them is the client's.

	Rows may be left out and positive amounts lowered; nothing is raised above what is open, and what the
	customer owes back is always netted.
	"""
	if not _has_scope(request):
		return
	rebates = _open_rebates(request)
	wanted = {identity_of(row): _money(row.collected_amount, rebates.rounding) for row in request.receipts}
	found = (
		_wanted_part(row, wanted.get(row.identity), rebates.rounding)
		for row in rebates.rows(request.period_start)
	)
	rows = [row for row in found if row]
	before = rows_signature(request)
	set_programmes(request, rebates.programmes(rows), only_kept=True)
	_set_rows(request, rows)
	if before and rows_signature(request) != before:
		frappe.msgprint(
			_("The receipts were brought in line with the ledger and the claims made so far."), alert=True
		)


def claim_rows(request) -> None:
	"""Claim the rows under the account's lock; refuses rows that are no longer what is open (R39).

	Called before the submit writes anything, so that submits of one account wait for each other and can't
	deadlock. Raises `ReceiptAlreadyClaimed` where another request has claimed the money meanwhile,
	`ValidationError` where the ledger, the order or the agreement has changed.
	"""
	lock_claims(request.key_account)
	rebates = _open_rebates(request)
	taken = rebates.read_claims(for_update=True)
	current = {row.identity: row for row in rebates.rows(request.period_start, taken)}
	parts = [_checked_part(row, current, taken, rebates.rounding) for row in request.receipts]
	_refuse_left_out(current.values(), {part.identity for part in parts})
	claims = [claim for part in parts for claim in part.claims()]
	claims += programme_claims(request, rebates.programmes(parts, taken))
	record_claims(request, claims, taken)


def set_totals(request) -> None:
	"""Totals in company currency; open differences are those of earlier months (R38)."""
	rows = request.receipts
	precision = request.precision("total_collected")
	request.total_collected = flt(sum(row.collected_amount for row in rows), precision)
	rebates = [row.rebate_amount for row in (*rows, *request.programmes)]
	request.total_rebate = flt(sum(rebates), precision)
	differences = (row.collected_amount for row in rows if row.is_open_difference)
	request.open_differences_total = flt(sum(differences), precision)


def rows_signature(request) -> list[tuple]:
	"""What finance verifies and executives approve of the rows; equal while nothing of it changes."""
	receipts = sorted(
		(*identity_of(row)[0], bool(row.is_rate_change), flt(row.previous_rate, 6), *_figures(row))
		for row in request.receipts
	)
	return receipts + programmes_signature(request)


def identity_of(row) -> tuple:
	"""The `OpenReceipt.identity` that a row stands for."""
	key = ReceiptKey(row.payment_document_type or "", row.payment_document or "", row.sales_order or "")
	return key, bool(row.is_rate_change), decimal(row.previous_rate) or None


def check_period(request) -> None:
	if (
		request.period_start
		and request.period_end
		and getdate(request.period_start) > getdate(request.period_end)
	):
		frappe.throw(
			_(
				"Period End {0} is before Period Start {1}. Set the first and the last day of the month."
			).format(frappe.format(request.period_end, "Date"), frappe.format(request.period_start, "Date")),
			title=_("Wrong Period"),
		)


def _figures(row) -> tuple[float, float, float]:
	return flt(row.collected_amount, 6), flt(row.rebate_rate, 6), flt(row.rebate_amount, 6)


def _has_scope(request) -> bool:
	return all((request.key_account, request.company, request.period_start, request.period_end))


def _require_scope(request) -> None:
	if not _has_scope(request):
		frappe.throw(
			_("Set Key Account, Company, Period Start and Period End first; receipts are fetched for them."),
			title=_("Missing Fields"),
		)
	check_period(request)


def _open_rebates(request) -> OpenRebates:
	return OpenRebates(request.company, [request.key_account], getdate(request.period_end))


def _money(value, rounding: Rounding) -> Decimal:
	return decimal(flt(value, rounding.precision))


def _wanted_part(row: OpenReceipt, wanted: Decimal | None, rounding: Rounding) -> OpenReceipt | None:
	if row.is_owed_back or (wanted is not None and not row.is_divisible):
		return row
	if wanted is None or wanted <= ZERO:
		return None
	return row.part(min(wanted, row.collected), rounding)


def _set_rows(request, rows: Iterable[OpenReceipt]) -> None:
	kept = {identity_of(row): row for row in request.receipts}
	request.set("receipts", [])
	for row in rows:
		values = _row_values(row)
		request.append("receipts", kept[row.identity].update(values) if row.identity in kept else values)
	set_totals(request)


def _row_values(row: OpenReceipt) -> dict:
	return {
		"payment_document_type": row.key.payment_document_type,
		"payment_document": row.key.payment_document,
		"sales_order": row.key.sales_order,
		"sales_invoice": row.sales_invoice,
		"posting_date": row.posting_date,
		"is_open_difference": int(row.is_open_difference),
		"rebate_agreement": row.order.agreement if row.order else None,
		"collected_amount": float(row.collected),
		"order_amount": float(row.order.gross) if row.order else 0,
		"rebate_rate": float(row.rate),
		"rebate_amount": float(row.rebate),
		"is_rate_change": int(row.is_rate_change),
		"previous_rate": float(row.previous.rate) if row.previous else 0,
		"note": _note(row),
	}


def _note(row: OpenReceipt) -> str | None:
	if row.is_rate_change:
		return _("Rate of {0} already claimed changes from {1} % to {2} %").format(
			fmt_money(row.previous.amount), flt(row.previous.rate, 6), flt(row.rate, 6)
		)
	if row.previous:
		return _("Taken back at the rate of its claim") if row.collected < 0 else _("Given back")
	if row.order and row.order.share != 1:
		return _("The order's own rate holds for {0} % of the receipt; programmes take the rest.").format(
			flt(row.order.share * 100, 2)
		)
	return _("Paid back to the customer") if row.collected < 0 else None


def _checked_part(row, current: dict, taken: dict[ReceiptKey, Claimed], rounding: Rounding) -> OpenReceipt:
	identity = identity_of(row)
	found, amount = current.get(identity), _money(row.collected_amount, rounding)
	if found is None or (found.is_divisible and amount > found.collected):
		_refuse_claimed_or_changed(row, identity[0] in taken)
	part = found.part(amount, rounding) if found.is_divisible and amount > 0 else found
	if _figures(row) != (float(part.collected), float(part.rate), float(part.rebate)):
		_refuse_claimed_or_changed(row, is_claimed=False)
	return part


def _refuse_claimed_or_changed(row, is_claimed: bool) -> None:
	if is_claimed:
		frappe.throw(
			_(
				"Row {0}: {1} of {2} on {3} is more than what is left to claim; another request has claimed it. "
				"Press Fetch Receipts to see what is left."
			).format(row.idx, fmt_money(row.collected_amount), row.payment_document, row.sales_order),
			exc=ReceiptAlreadyClaimed,
			title=_("Receipt Already Claimed"),
		)
	frappe.throw(
		_(
			"Row {0}: {1} on {2} is not what the ledger, the order and the agreement give now. "
			"Press Fetch Receipts, save, and let finance verify again."
		).format(row.idx, row.payment_document, row.sales_order),
		title=_("Receipts Have Changed"),
	)


def _refuse_left_out(current: Iterable[OpenReceipt], requested: set[tuple]) -> None:
	left_out = [row for row in current if row.is_owed_back and row.identity not in requested]
	if left_out:
		row = left_out[0]
		frappe.throw(
			_(
				"{0} on {1} was taken back after its claim and has to be netted in this request. "
				"Press Fetch Receipts, save, and let finance verify again."
			).format(row.key.payment_document, row.key.sales_order),
			title=_("Receipts Have Changed"),
		)
