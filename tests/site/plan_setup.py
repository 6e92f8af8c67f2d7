"""Accounts with plans and evaluations: a fiscal year, sales, approval by two people."""

import frappe
from frappe.utils import getdate

from tests.site.factories import insert, make_item, make_sales_invoice


def fiscal_year(year: int | None = None) -> str:
	"""The fiscal year that is a calendar year (default: this one); made when the site has none."""
	year = year or getdate().year
	dates = {"year_start_date": f"{year}-01-01", "year_end_date": f"{year}-12-31"}
	name = frappe.db.get_value("Fiscal Year", dates)
	return name or insert("Fiscal Year", year=f"{year}", **dates).name


def make_plan(account, submit: bool = False, year: int | None = None, **fields):
	values = {
		"key_account": account.name,
		"fiscal_year": fiscal_year(year),
		"revenue_target": 1000,
		"strategy": "Sell more",
	}
	return insert("Key Account Plan", submit=submit, **values | fields)


def invoice(account, amount: float, day) -> None:
	fiscal_year(getdate(day).year)
	lines = [(make_item().name, 1, amount)]
	make_sales_invoice(account.customer, lines, submit=True, posting_date=str(day), due_date=str(day))


def make_evaluation(account, year: int | None = None, **fields):
	values = {"key_account": account.name, "evaluation_year": year or getdate().year}
	return insert("Key Account Evaluation", **values | fields)
