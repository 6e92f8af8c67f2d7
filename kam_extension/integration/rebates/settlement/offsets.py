"""Open invoices that the credit of a request pays (R40): chosen, checked, and turned into rows of the entry."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import flt, fmt_money, nowdate

from kam_extension.integration.money import company_currency, currency_precision, site_rounding
from kam_extension.integration.rebates.settlement.currencies import rate_of_the_day
from kam_extension.integration.rebates.settlement.settings import PAY
from kam_extension.policy.money import ZERO, decimal

DIMENSIONS = ("cost_center", "project")


@dataclass(frozen=True)
class Offset:
	"""Part of an open invoice that is paid by the credit; all amounts positive."""

	invoice: str
	account: str
	account_amount: Decimal
	"""In the currency of the invoice's receivable account."""
	amount: Decimal
	"""In company currency at the invoice's rate: what the account is credited with."""
	value: Decimal
	"""In company currency at the rate of the settlement's day: what of the rebate it uses."""
	exchange_rate: Decimal
	dimensions: dict[str, str]


def prepare_offsets(request) -> None:
	"""Fill in and check the rows of a request; they mean nothing where money is paid out or owed by the customer."""
	if request.settlement_method == PAY or flt(request.amount_to_settle) <= 0:
		request.set("offset_invoices", [])
	if not request.offset_invoices:
		return
	invoices = _invoices_of(request, [row.sales_invoice for row in request.offset_invoices])
	_refuse_doubles(request)
	left = decimal(request.amount_to_settle)
	for row in request.offset_invoices:
		_check_invoice(row, invoices.get(row.sales_invoice), request)
		left -= _fill(row, invoices[row.sales_invoice], left, request)
	_refuse_excess(request, left)


def propose_offsets(request) -> None:
	"""Fill the table with the oldest open invoices, as far as the amount to settle goes."""
	request.set("offset_invoices", [])
	left = decimal(request.amount_to_settle)
	for invoice in _open_invoices(request):
		if left <= 0:
			break
		row = request.append("offset_invoices", {"sales_invoice": invoice.name})
		left -= _fill(row, invoice, left, request)


def lock_offsets(request) -> None:
	"""Refuse, on what is committed by now, invoices that are open with less than the request takes off them."""
	names = [row.sales_invoice for row in request.offset_invoices]
	if not names:
		return
	invoices = _invoices_of(request, names, for_update=True)
	for row in request.offset_invoices:
		_check_invoice(row, invoices.get(row.sales_invoice), request)


def offsets_of(request, amount: Decimal) -> list[Offset]:
	"""The checked offsets of a request that is credited with `amount`."""
	if amount <= 0 or request.settlement_method == PAY or not request.offset_invoices:
		return []
	invoices = _invoices_of(request, [row.sales_invoice for row in request.offset_invoices])
	found = []
	for row in request.offset_invoices:
		invoice, account_amount = invoices[row.sales_invoice], decimal(row.allocated_amount)
		rate = _booked_rate(invoice, request.company)
		found.append(
			Offset(
				invoice=invoice.name,
				account=invoice.debit_to,
				account_amount=account_amount,
				amount=site_rounding(company_currency(request.company)).money(account_amount * rate),
				value=_value(account_amount, invoice, request),
				exchange_rate=rate,
				dimensions={field: invoice.get(field) for field in DIMENSIONS},
			)
		)
	return found


def refuse_overpaid_invoices(entry) -> None:
	"""After an entry is posted: none of the invoices in it may be paid more than was open."""
	names = {row.reference_name for row in entry.accounts if row.reference_type == "Sales Invoice"}
	overpaid = names and frappe.get_all(
		"Sales Invoice",
		{"name": ("in", list(names)), "is_return": 0, "outstanding_amount": ("<", 0)},
		pluck="name",
	)
	if overpaid:
		frappe.throw(
			_(
				"{0} is open with less than this entry takes off it. Delete the draft and settle the request again."
			).format(", ".join(sorted(overpaid))),
			title=_("Offset Invoices"),
		)


_FIELDS = (
	"name", "customer", "company", "docstatus", "is_return", "due_date", "debit_to", "party_account_currency",
	"outstanding_amount", "conversion_rate", *DIMENSIONS,
)  # fmt: skip


def _invoices_of(request, names: list[str], for_update: bool = False) -> dict[str, frappe._dict]:
	invoice = DocType("Sales Invoice")
	query = (
		frappe.qb.from_(invoice)
		.select(*(invoice[field] for field in _FIELDS))
		.where(invoice.name.isin(names))
		.orderby(invoice.name)
	)
	rows = (query.for_update() if for_update else query).run(as_dict=True)
	return {row.name: row for row in rows}


def _open_invoices(request) -> list[frappe._dict]:
	invoice = DocType("Sales Invoice")
	return (
		frappe.qb.from_(invoice)
		.select(*(invoice[field] for field in _FIELDS))
		.where(invoice.customer == request.customer)
		.where(invoice.company == request.company)
		.where(invoice.docstatus == 1)
		.where(invoice.is_return == 0)
		.where(invoice.outstanding_amount > 0)
		.orderby(invoice.due_date, invoice.posting_date, invoice.name)
	).run(as_dict=True)


def _fill(row, invoice, left: Decimal, request) -> Decimal:
	"""Write what the ledger says into the row; returns how much of the rebate it uses, in company currency."""
	currency = invoice.party_account_currency
	row.update(
		{
			"due_date": invoice.due_date,
			"receivable_account": invoice.debit_to,
			"account_currency": currency,
			"outstanding_amount": invoice.outstanding_amount,
		}
	)
	if not flt(row.allocated_amount):
		affordable = site_rounding(currency).money(max(left, ZERO) / _settling_rate(invoice, request))
		row.allocated_amount = float(min(affordable, decimal(invoice.outstanding_amount)))
	row.allocated_amount = flt(row.allocated_amount, currency_precision(currency))
	return _value(decimal(row.allocated_amount), invoice, request)


def _value(account_amount: Decimal, invoice, request) -> Decimal:
	rounding = site_rounding(company_currency(request.company))
	return rounding.money(account_amount * _settling_rate(invoice, request))


def _settling_rate(invoice, request) -> Decimal:
	return rate_of_the_day(invoice.debit_to, request.company, request.settlement_date or nowdate())


def _booked_rate(invoice, company: str) -> Decimal:
	is_foreign = invoice.party_account_currency != company_currency(company)
	return decimal(invoice.conversion_rate) if is_foreign else Decimal(1)


def _check_invoice(row, invoice: Mapping | None, request) -> None:
	is_fit = invoice and invoice.docstatus == 1 and not invoice.is_return
	if not is_fit or invoice.customer != request.customer or invoice.company != request.company:
		frappe.throw(
			_(
				"Offset Invoices, row {0}: {1} is no submitted invoice of customer {2} and company {3}."
			).format(row.idx, row.sales_invoice, request.customer, request.company),
			title=_("Offset Invoices"),
		)
	precision = currency_precision(invoice.party_account_currency)
	allocated, outstanding = flt(row.allocated_amount, precision), flt(invoice.outstanding_amount, precision)
	if allocated < 0 or outstanding <= 0 or allocated > outstanding:
		frappe.throw(
			_(
				"Offset Invoices, row {0}: Allocated Amount {1} is not within what is outstanding of {2}, {3}. "
				"Lower it, or remove the row."
			).format(
				row.idx,
				fmt_money(allocated, precision, invoice.party_account_currency),
				row.sales_invoice,
				fmt_money(outstanding, precision, invoice.party_account_currency),
			),
			title=_("Offset Invoices"),
		)


def _refuse_doubles(request) -> None:
	names = [row.sales_invoice for row in request.offset_invoices]
	for row in request.offset_invoices:
		if names.index(row.sales_invoice) != row.idx - 1:
			frappe.throw(
				_("Offset Invoices, row {0}: {1} has a row already. Keep one row for each invoice.").format(
					row.idx, row.sales_invoice
				),
				title=_("Offset Invoices"),
			)


def _refuse_excess(request, left: Decimal) -> None:
	"""A foreign amount stands for the rebate up to half of its smallest unit at the day's rate."""
	tolerance = ZERO
	for row in request.offset_invoices:
		if row.account_currency != company_currency(request.company):
			rate = rate_of_the_day(
				row.receivable_account, request.company, request.settlement_date or nowdate()
			)
			tolerance += rate * site_rounding(row.account_currency).smallest_unit
	if left < -tolerance:
		frappe.throw(
			_("Offset Invoices take {0} more than Amount to Settle {1}. Lower Allocated Amount.").format(
				fmt_money(float(-left), currency=request.currency),
				fmt_money(request.amount_to_settle, currency=request.currency),
			),
			title=_("Offset Invoices"),
		)
