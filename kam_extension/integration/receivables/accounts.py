"""The rows by account: sums of the vouchers, and what else tells how an account stands (R33)."""

from collections.abc import Iterable
from datetime import date

from kam_extension.integration.receivables.account_figures import account_figures
from kam_extension.integration.receivables.filters import Filters
from kam_extension.integration.receivables.parties import SHOWN_OF_ACCOUNT, Parties

SUMMED = ("invoiced", "paid", "credit_note", "outstanding", "overdue", "total_due")
IDENTITY = ("party", "customer_name", "key_account", *SHOWN_OF_ACCOUNT, "currency")


def account_rows(filters: Filters, parties: Parties, vouchers: Iterable[dict]) -> list[dict]:
	"""One row for each account with something open, those that owe most overdue first.

	Sums of what `vouchers.voucher_rows` says, and the figures of `account_figures`.
	"""
	ranges = [f"range{number}" for number in range(1, filters.ranges_shown + 1)]
	summed = (*SUMMED, *ranges)
	rows: dict[tuple[str, str], dict] = {}
	for voucher in vouchers:
		key = (voucher["party"], voucher["currency"])
		row = rows.get(key)
		if row is None:
			row = {name: voucher[name] for name in IDENTITY} | dict.fromkeys(summed, 0.0)
			row |= {"oldest_days_overdue": None, "company_currency": filters.currency}
			rows[key] = row
		_add(row, voucher, summed, filters.report_date)
	for row in rows.values():
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
