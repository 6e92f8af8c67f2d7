"""Receivables of key accounts, by voucher or by account, equal to ERPNext's Accounts Receivable (R33)."""

from operator import itemgetter

from frappe import _

from kam_extension.integration.receivables.accounts import account_rows
from kam_extension.integration.receivables.ageing import range_labels
from kam_extension.integration.receivables.columns import account_columns, voucher_columns
from kam_extension.integration.receivables.filters import Filters, read_filters
from kam_extension.integration.receivables.parties import permitted_parties
from kam_extension.integration.receivables.vouchers import voucher_rows


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, message, chart, summary, and whether a total row would mix currencies."""
	asked = read_filters(filters)
	parties = permitted_parties(asked)
	if asked.is_on("group_by_account"):
		columns, rows = account_columns(asked), account_rows(asked, parties)
	else:
		columns, rows = voucher_columns(asked), voucher_rows(asked, parties)
	return columns, rows, None, ageing_chart(asked, rows), None, has_several_currencies(rows)


def has_several_currencies(rows: list[dict]) -> bool:
	return len({row["currency"] for row in rows}) > 1


def ageing_chart(filters: Filters, rows: list[dict]) -> dict | None:
	"""What is open in each range, and what isn't due yet; nothing where currencies would be added up."""
	if not rows or has_several_currencies(rows):
		return None
	labels = range_labels(filters.ranges, _("Above"))
	aged = [_total(rows, field, filters) for field in labels]
	not_due = round(_total(rows, "outstanding", filters) - sum(aged), filters.precision)
	return {
		"data": {
			"labels": [_("Not Due"), *labels.values()],
			"datasets": [{"name": _("Outstanding Amount"), "values": [not_due, *aged]}],
		},
		"type": "bar",
		"fieldtype": "Currency",
		"options": "currency",
		"currency": rows[0]["currency"],
	}


def _total(rows: list[dict], field: str, filters: Filters) -> float:
	return round(sum(map(itemgetter(field), rows)), filters.precision)
