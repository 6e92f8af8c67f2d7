"""The programmes of a Rebate Request: one row for each period, net of what was claimed before (R72, R73)."""

from collections.abc import Iterable

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, formatdate, getdate

from kam_extension.integration.rebates.claims import Claim, ProgrammeKey
from kam_extension.integration.rebates.programme_claims import OpenProgramme
from kam_extension.policy.codes import ProgrammeKind

FIGURES = ("counted_amount", "rebate_rate", "earned_amount", "claimed_before", "rebate_amount")


def set_programmes(request, lines: Iterable[OpenProgramme], only_kept: bool) -> None:
	"""Fill the table from what is open. `only_kept` leaves out what the request has left out, but for what is owed back."""
	before = {programme_of(row): row for row in request.programmes}
	request.set("programmes", [])
	for line in lines:
		if not _is_shown(line) or (only_kept and line.key not in before and not line.is_owed_back):
			continue
		values = _row_values(line)
		request.append("programmes", before[line.key].update(values) if line.key in before else values)


def programme_claims(request, lines: Iterable[OpenProgramme]) -> list[Claim]:
	"""What the ledger records for the rows; refuses rows that are not what is open, and what is owed back left out."""
	current = {line.key: line for line in lines}
	claims: list[Claim] = []
	for row in request.programmes:
		line = current.pop(programme_of(row), None)
		if line is None or _figures(row) != _figures(frappe._dict(_row_values(line))):
			_refuse_changed(row)
		claims.extend(line.claims)
	for line in current.values():
		if line.is_owed_back:
			_refuse_left_out(line)
	return claims


def programmes_signature(request) -> list[tuple]:
	"""What finance and the executives see of the programmes; equal while nothing of it changes."""
	return sorted((*programme_of(row), *_figures(row)) for row in request.programmes)


def programme_of(row) -> ProgrammeKey:
	"""The period that a row stands for."""
	return ProgrammeKey(row.programme or "", getdate(row.period_from), getdate(row.period_to))


def _is_shown(line: OpenProgramme) -> bool:
	"""Also what earns nothing yet, where a receipt of the request counts for it."""
	return bool(line.rebate) or line.is_touched


def _figures(row) -> tuple:
	return int(row.receipt_count or 0), *(flt(row.get(field), 6) for field in FIGURES)


def _row_values(line: OpenProgramme) -> dict:
	return {
		"programme": line.key.programme,
		"title": line.period.programme.title if line.period else None,
		"period_from": line.key.first,
		"period_to": line.key.last,
		"receipt_count": line.receipt_count,
		"counted_amount": float(line.result.base),
		"rebate_rate": float(line.result.rate),
		"earned_amount": float(line.earned),
		"claimed_before": float(line.claimed_before),
		"rebate_amount": float(line.rebate),
		"note": _note(line),
	}


def _note(line: OpenProgramme) -> str:
	if line.period is None:
		return _(
			"No agreement grants the programme any more; what was claimed stays as far as the money does."
		)
	if line.result.lacks_last_year:
		before = line.period.span.a_year_before()
		return _("Nothing was received from {0} to {1}, so there is no growth to reward.").format(
			formatdate(before.first), formatdate(before.last)
		)
	band = line.result.band
	if band is None:
		return _("Below the first band: nothing is earned yet.")
	is_growth = line.period.programme.kind == ProgrammeKind.GROWTH
	start = f"{flt(band.from_value, 2)} %" if is_growth else fmt_money(float(band.from_value))
	if line.period.programme.kind == ProgrammeKind.FIXED_AMOUNT:
		return _("Band from {0}: {1}").format(start, fmt_money(float(band.fixed_amount)))
	return _("Band from {0}: {1} %").format(start, flt(band.rebate_rate, 6))


def _refuse_changed(row) -> None:
	frappe.throw(
		_(
			"Programmes, row {0}: {1} from {2} is not what the receipts, the agreement and the claims give now. "
			"Press Fetch Receipts, save, and let finance verify again."
		).format(row.idx, frappe.bold(row.programme), formatdate(row.period_from)),
		title=_("Programmes Have Changed"),
	)


def _refuse_left_out(line: OpenProgramme) -> None:
	frappe.throw(
		_(
			"Programmes: {0} from {1} owes back {2}, which has to be netted in this request. "
			"Press Fetch Receipts, save, and let finance verify again."
		).format(frappe.bold(line.key.programme), formatdate(line.key.first), fmt_money(-float(line.rebate))),
		title=_("Programmes Have Changed"),
	)
