"""What is approved of a Rebate Agreement or Rebate Request, and whether a change makes it worse (R39, R75)."""

import frappe
from frappe.model import no_value_fields
from frappe.utils import cast, flt, getdate

from kam_extension.integration.rebates.programme_rows import programme_of
from kam_extension.integration.rebates.rebate_requests import identity_of
from kam_extension.integration.rebates.settlement.settlement_plan import BOOKKEEPING, SETTLERS
from kam_extension.integration.security.roles import has_any_role
from kam_extension.policy.codes import RateSource

REQUEST = "Rebate Request"
# Notes, what finance and the approvals write themselves, and how finance books the settlement.
_NOT_TERMS = ("remarks", "verified_collected", "approvals", *BOOKKEEPING)
_NOT_TERMS_OF_ROWS = ("note",)
_NUMBERS = ("Currency", "Float", "Percent", "Int", "Check")
_RATE_AND_DATES = ("special_rate", "valid_from", "valid_to")


def terms_of(doc) -> dict:
	"""What people decide in the document: every field and row that they can write, as the database keeps it."""
	terms = {
		field.fieldname: _comparable(field.fieldtype, doc.get(field.fieldname))
		for field in _value_fields(doc, _NOT_TERMS)
		if not (field.read_only or field.hidden)
	}
	for field in doc.meta.get_table_fields():
		if field.fieldname not in _NOT_TERMS:
			terms[field.fieldname] = [tuple(_row(row).items()) for row in doc.get(field.fieldname)]
	return terms


def got_worse(before, doc) -> bool:
	"""Whether those who approved `before` have to be asked again: for more money, or for anything else than less."""
	return _request_got_worse(before, doc) if doc.doctype == REQUEST else _agreement_got_worse(before, doc)


def _request_got_worse(before, doc) -> bool:
	more = flt(doc.total_rebate - before.total_rebate, 6) > 0
	if more or _without_figures(before) != _without_figures(doc):
		return True
	if _bookkeeping(before) != _bookkeeping(doc) and not has_any_role(SETTLERS):
		return True
	rebates, rebates_before = _rebates(doc), _rebates(before)
	return any(
		rebates.get(key, 0) > rebates_before.get(key, 0) for key in rebates.keys() | rebates_before.keys()
	)


def _agreement_got_worse(before, doc) -> bool:
	old, new = terms_of(before), terms_of(doc)
	rate, start, end = (new.pop(field) for field in _RATE_AND_DATES)
	old_rate, old_start, old_end = (old.pop(field) for field in _RATE_AND_DATES)
	more = doc.rate_source == RateSource.SPECIAL and rate > old_rate
	return old != new or more or getdate(start) < getdate(old_start) or getdate(end) > getdate(old_end)


def _without_figures(request) -> dict:
	"""The terms without the tables whose rows are money: those are compared as money."""
	tables = request.meta.get_table_fields()
	figures = {
		field.fieldname for field in tables if frappe.get_meta(field.options).has_field("rebate_amount")
	}
	return {field: value for field, value in terms_of(request).items() if field not in figures}


def _bookkeeping(request) -> tuple:
	"""Where the settlement is booked, as people enter it: finance's own choice, anybody else's is a change of terms."""
	offsets = [(row.sales_invoice, flt(row.allocated_amount, 6)) for row in request.offset_invoices]
	return offsets, [str(request.get(field) or "") for field in BOOKKEEPING if field != "offset_invoices"]


def _rebates(request) -> dict[tuple, float]:
	"""Rebate in company currency of each row, by what the row stands for."""
	rebates: dict[tuple, float] = {}
	rows = [(identity_of(row), row) for row in request.receipts]
	rows += [(programme_of(row), row) for row in request.programmes]
	for key, row in rows:
		rebates[key] = flt(rebates.get(key, 0) + flt(row.rebate_amount), 6)
	return rebates


def _row(row) -> dict:
	"""What a row stands for and what people enter in it; figures that the server keeps in it are no decision."""
	return {
		field.fieldname: _comparable(field.fieldtype, row.get(field.fieldname))
		for field in _value_fields(row, _NOT_TERMS_OF_ROWS)
		if not (field.read_only and field.fieldtype in _NUMBERS)
	}


def _value_fields(doc, left_out: tuple[str, ...]) -> list:
	fields = (field for field in doc.meta.fields if field.fieldtype not in no_value_fields)
	return [field for field in fields if field.fieldname not in left_out]


def _comparable(fieldtype: str, value):
	"""A client's value and the stored one of the same meaning are equal."""
	if value is None or value == "":
		return 0 if fieldtype in _NUMBERS else ""
	value = cast(fieldtype, value)
	return round(value, 6) if isinstance(value, float) else value
