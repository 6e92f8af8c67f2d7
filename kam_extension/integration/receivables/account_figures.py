"""What a row by account says besides its vouchers: days sales outstanding, use of the credit limit, rebates (R33).

Each comes from its own source in a fixed number of queries for any number of accounts:

- limit use: exposure ÷ limit by the credit rule itself (`integration/credit`, R31). The rule knows the present only,
  so a report as of an earlier day leaves it empty;
- rebates: those of the Rebate Statement on the report date (R43); accrued is what is earned and not claimed;
- net exposure: outstanding − approved rebates still to be settled, as the exposure of R31 has it, without what is only
  ordered. Settled rebates are in the ledger already; accrued ones nobody has approved.

Where the filters leave out a part of what an account owes, figures of the whole account would mislead: they are empty.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import frappe
from frappe.utils import flt, getdate

from kam_extension.integration.credit.exposures import credit_positions
from kam_extension.integration.receivables.conditions import LARGE_READS
from kam_extension.integration.receivables.filters import Filters
from kam_extension.integration.receivables.ledger import rounded
from kam_extension.integration.receivables.parties import Parties
from kam_extension.integration.receivables.rebate_figures import RebateFigures, rebate_figures

DSO_DAYS = 365
NO_REBATES = RebateFigures()
FIGURES = (
	"days_sales_outstanding", "credit_exposure", "credit_limit", "limit_use", "accrued_rebate", "claimed_rebate",
	"settled_rebate", "net_exposure",
)  # fmt: skip

_SALES = """
	select
		customer,
		sum(if(
			posting_date > %(since)s, if(base_rounded_total, base_rounded_total, base_grand_total), 0
		)),
		min(posting_date)
	from `tabSales Invoice`
	where customer in %(customers)s and company = %(company)s and docstatus = 1
		and is_opening != 'Yes' and posting_date <= %(report_date)s
	group by customer
"""


def account_figures(filters: Filters, parties: Parties, rows: list[dict]) -> None:
	"""Add `FIGURES` to the rows; None where there is nothing to say."""
	for row in rows:
		row.update(dict.fromkeys(FIGURES))
	if filters.is_partial:
		return
	_add_days_sales_outstanding(filters, rows)
	of_accounts = {row["key_account"]: row for row in rows if row["key_account"]}
	_add_credit(filters, parties, of_accounts)
	_add_rebates(filters, of_accounts)


def _add_days_sales_outstanding(filters: Filters, rows: list[dict]) -> None:
	sales = gross_sales(filters, (row["party"] for row in rows))
	for row in rows:
		amount, first = sales.get(row["party"], (0.0, None))
		row["days_sales_outstanding"] = days_sales_outstanding(
			row["outstanding"], amount, first, filters.report_date
		)


def days_sales_outstanding(
	outstanding: float, sales: float, first_sale: date | None, report_date: date
) -> float | None:
	"""Outstanding ÷ gross sales of the last 365 days × days, to one decimal; all with tax, in company currency.

	A customer since less than 365 days is measured over the days since the first sale, both days counted. None
	without sales, and where returns outweigh them. Opening invoices are no sales.
	"""
	if sales <= 0 or first_sale is None:
		return None
	days = min(DSO_DAYS, (report_date - first_sale).days + 1)
	return flt(outstanding / sales * days, 1)


def gross_sales(filters: Filters, customers: Iterable[str]) -> dict[str, tuple[float, date]]:
	"""Gross sales of the 365 days up to the report date, and the day of the first sale ever, by customer."""
	values = {
		"customers": tuple(customers) or ("",),
		"company": filters.company,
		"report_date": filters.report_date,
		"since": filters.report_date - timedelta(days=DSO_DAYS),
	}
	return {
		customer: (amount, first) for customer, amount, first in frappe.db.sql(LARGE_READS + _SALES, values)
	}


def _add_credit(filters: Filters, parties: Parties, rows: dict[str, dict]) -> None:
	if filters.report_date < getdate() or not rows:
		return
	accounts = [parties.accounts[row["party"]] for row in rows.values()]
	for name, position in credit_positions(filters.company, accounts).items():
		rows[name] |= {
			"credit_exposure": float(position.exposure),
			"credit_limit": float(position.credit_limit),
			"limit_use": None if position.use is None else flt(position.use, 1),
		}


def _add_rebates(filters: Filters, rows: dict[str, dict]) -> None:
	figures = rebate_figures(filters.company, list(rows), filters.report_date)
	for name, row in rows.items():
		rebates = figures.get(name, NO_REBATES)
		row["accrued_rebate"] = rounded(float(rebates.accrued), filters.precision)
		row["claimed_rebate"] = rounded(float(rebates.claimed), filters.precision)
		row["settled_rebate"] = rounded(float(rebates.settled), filters.precision)
		row["net_exposure"] = rounded(row["outstanding"] - float(rebates.to_settle), filters.precision)
