"""Open vouchers of the receivable ledger.

Nearly every entry belongs to an invoice that nothing else touches. Those are added up by the number of the voucher
that the entries settle: one number sorts fast, where ERPNext's key of account, voucher and party takes a table on disk
or a row at a time in Python. Only vouchers whose entries differ in account, party or type, that have no entry of their
own (advances on orders), or are no invoices, are looked at entry by entry (`mixed.py`).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter

import frappe
from frappe.utils import getdate

from kam_extension.integration.receivables.conditions import LARGE_READS, LEDGER, Conditions
from kam_extension.integration.receivables.filters import Filters
from kam_extension.integration.receivables.mixed import mixed_vouchers
from kam_extension.integration.receivables.remarks import remarks_of

# By bytes and as a big result the entries are sorted: read once from end to end instead of each by way of an index.
# What is less than half of the smallest unit is gone for good. Day and cost center of a voucher's own entry come as one
# text, because it costs more to tell which entry that is than to take the text apart.
_BY_NUMBER = """
	select sql_big_result
		against_voucher_no number,
		min(against_voucher_type) first_type,
		min(party) first_party,
		min(account) first_account,
		max(if({own}, concat(posting_date, ifnull(cost_center, '')), null)) own_entry,
		sum(if(
			amount > 0 and (voucher_no = against_voucher_no or voucher_type not in ('Journal Entry', 'Payment Entry')),
			{amount}, 0
		)) invoiced,
		sum(if(
			amount <= 0 and voucher_no != against_voucher_no and voucher_type in ('Sales Invoice', 'Purchase Invoice'),
			-{amount}, 0
		)) credit_note,
		sum({amount}) outstanding,
		sum(amount_in_account_currency) in_account_currency,
		min(party) != max(party) or min(account) != max(account)
			or min(against_voucher_type) != max(against_voucher_type) is_split
		{remarks}
	from `{ledger}` where {conditions}
	group by against_voucher_no collate utf8mb4_bin
	having {is_open} or own_entry is null or is_split
"""
_REMARKS = """,
		min(if({own}, {remarks}, null)) remarks
"""
_OWN = "voucher_no = against_voucher_no and voucher_type = against_voucher_type"
_OPEN = "abs(sum({amount})) > %(nothing)s"
_OPEN_IN_EITHER = f"({_OPEN} or abs(sum(amount_in_account_currency)) > %(nothing)s)"
# A row comes as one JSON text: the client takes a column at a time, which for a hundred thousand rows costs more than
# to add them up.
_WITH_INVOICES = """
	select json_array(
		number, first_type, first_party, first_account, left(own_entry, 10), nullif(substr(own_entry, 11), ''), invoiced,
		invoiced - credit_note - voucher.outstanding, credit_note, voucher.outstanding, in_account_currency,
		invoice.due_date, invoice.po_no, {remarks} {is_mixed}
	)
	from ({by_number}) voucher
	left join `tabSales Invoice` invoice on invoice.name = number and first_type = 'Sales Invoice'
		and invoice.docstatus = 1 and invoice.company = %(company)s and invoice.posting_date <= %(report_date)s
"""
_MIXED = """
	is_split or own_entry is null or first_type not in ('Sales Invoice', 'Payment Entry')
	or ifnull(is_return and update_outstanding_for_self = 0 and return_against != '', 0)
"""
COLUMNS = (
	"voucher_no", "voucher_type", "party", "party_account", "posting_date", "cost_center", "invoiced", "paid",
	"credit_note", "outstanding", "outstanding_in_account_currency", "due_date", "po_no", "remarks",
)  # fmt: skip


@dataclass(frozen=True)
class Amounts:
	"""Which column of the ledger is summed, and what counts as open."""

	column: str
	precision: int
	in_either_currency: bool

	@classmethod
	def of(cls, filters: Filters) -> "Amounts":
		column = "amount_in_account_currency" if filters.is_in_account_currency else "amount"
		return cls(column, filters.precision, filters.is_on("for_revaluation_journals"))


def open_vouchers(filters: Filters, conditions: Conditions) -> list[dict]:
	"""Vouchers with something open, as ERPNext's report has them, in order of posting date and customer.

	Amounts in company currency, or the account's where the filters ask for that. A fixed number of queries.
	"""
	amounts = Amounts.of(filters)
	values = conditions.values | {"nothing": 0.4 / 10**amounts.precision}
	# Rows are taken apart while the database still makes the next ones.
	with frappe.db.unbuffered_cursor():
		rows = frappe.db.sql(_statement(filters, conditions, amounts), values, as_list=True, as_iterator=True)
		mixed, found = _read(rows)
	if mixed:
		looked_at, vouchers = mixed_vouchers(mixed, filters, conditions)
		found = [row for row in found if row["voucher_no"] not in looked_at] + vouchers
	found = _still_open(found, amounts)
	# Python compares plain texts much faster than tuples, and its sort keeps the order of equals.
	for column in ("voucher_no", "party", "posting_date"):
		found.sort(key=itemgetter(column))
	return found


class _Days(dict):
	"""Day of each text, read once."""

	def __missing__(self, text: str | None) -> date | None:
		day = self[text] = getdate(text) if text else None
		return day


def _read(rows: Iterable[list[str]]) -> tuple[list[str], list[dict]]:
	"""Numbers of the mixed vouchers, and a row for each of the others."""
	days, posted, due = _Days(), COLUMNS.index("posting_date"), COLUMNS.index("due_date")
	mixed, found = [], []
	# `json.loads` spends as long on its options as on a row.
	decode = json.JSONDecoder().raw_decode
	for (text,) in rows:
		values, _end = decode(text)
		if values.pop():
			mixed.append(values[0])
			continue
		values[posted] = days[values[posted]]
		values[due] = days[values[due]]
		found.append(dict(zip(COLUMNS, values, strict=False)))
	return mixed, found


def _statement(filters: Filters, conditions: Conditions, amounts: Amounts) -> str:
	is_open = _OPEN_IN_EITHER if amounts.in_either_currency else _OPEN
	remarks = remarks_of(filters)
	by_number = _BY_NUMBER.format(
		own=_OWN,
		amount=amounts.column,
		remarks=_REMARKS.format(own=_OWN, remarks=remarks) if remarks else "",
		ledger=LEDGER,
		conditions=conditions.text(),
		is_open=is_open.format(amount=amounts.column),
	)
	return LARGE_READS + _WITH_INVOICES.format(
		by_number=by_number, is_mixed=_MIXED, remarks="voucher.remarks," if remarks else ""
	)


def _still_open(rows: list[dict], amounts: Amounts) -> list[dict]:
	"""ERPNext's rule: open in both currencies, a revaluation journal in the company's; on demand in either."""
	precision, smallest_unit, found = amounts.precision, 0.1**amounts.precision, []
	for row in rows:
		outstanding = row["outstanding"] = rounded(row["outstanding"], precision)
		in_account_currency = row["outstanding_in_account_currency"]
		if abs(in_account_currency) < smallest_unit:
			in_account_currency = rounded(in_account_currency, precision)
		if amounts.in_either_currency:
			is_open = outstanding or in_account_currency
		else:
			is_open = outstanding and (in_account_currency or row.get("is_revaluation"))
		if is_open:
			found.append(row)
	return found


def rounded(value: float, precision: int) -> float:
	"""As `flt`, which is slow, where the database's exact sum has more decimals than the ledger keeps."""
	return value if round(value, precision) == value else frappe.utils.flt(value, precision)
