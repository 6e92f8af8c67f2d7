"""The rows by account: sums of the vouchers, and what else tells how an account stands (R33)."""

from datetime import date

from kam_extension.integration.receivables.account_figures import account_figures
from kam_extension.integration.receivables.filters import Filters
from kam_extension.integration.receivables.parties import Parties
from kam_extension.integration.receivables.vouchers import aged_vouchers

SUMMED = ("invoiced", "paid", "credit_note", "outstanding", "overdue", "total_due")


def account_rows(filters: Filters, parties: Parties) -> list[dict]:
	"""One row for each account with something open, those that owe most overdue first.

	Sums of what `vouchers.aged_vouchers` says, and the figures of `account_figures`.
	"""
	ranges = [f"range{number}" for number in range(1, filters.ranges_shown + 1)]
	summed = (*SUMMED, *ranges)
	nothing = dict.fromkeys(summed, 0.0)
	nothing |= {"oldest_days_overdue": None, "company_currency": filters.currency}
	rows: dict[tuple[str, str], dict] = {}
	for voucher in aged_vouchers(filters, parties):
		key = (voucher["party"], voucher["currency"])
		row = rows.get(key)
		if row is None:
			row = rows[key] = {"party": voucher["party"], "currency": voucher["currency"]} | nothing
		_add(row, voucher, summed, filters.report_date)
	details = parties.details({party for party, _currency in rows}, ("customer_name",))
	for row in rows.values():
		row |= details[row["party"]]
		for name in summed:
			# Sums of rounded amounts: nothing is half way, so that no rounding method is asked.
			row[name] = round(row[name], filters.precision)
	account_figures(filters, parties, list(rows.values()))
	return sorted(rows.values(), key=lambda row: (-row["overdue"], -row["outstanding"], row["party"]))


def _add(row: dict, voucher: dict, summed: tuple[str, ...], today: date) -> None:
	for name in summed:
		row[name] += voucher[name]
	if voucher["overdue"] > 0:
		# Of an invoice that is due in part the schedule knows the day; its own due date lies ahead.
		days = (today - (voucher["due_date"] or voucher["posting_date"])).days
		row["oldest_days_overdue"] = max(row["oldest_days_overdue"] or 0, days)
