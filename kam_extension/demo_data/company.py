"""The demo's company with accounts, fiscal years, units and price lists."""

from collections.abc import Iterable
from datetime import date, timedelta

import frappe
from erpnext.accounts.utils import get_fiscal_years
from frappe.utils import getdate

from kam_extension.demo_data.book import DemoBook
from kam_extension.demo_data.manifest import Manifest

VAT_RATE = 13
UNITS_COLUMN = "responsible_unit"


def make_company(book: DemoBook, manifest: Manifest) -> None:
	values = book.company
	# Made first: what is made later goes first when the demo is removed.
	weekends = _make_weekends(values["name"], manifest)
	company = manifest.make(
		"Company",
		company_name=values["name"],
		abbr=values["abbreviation"],
		default_currency=values["currency"],
		country=values["country"],
		chart_of_accounts="Standard",
		create_chart_of_accounts_based_on="Standard Template",
		enable_perpetual_inventory=0,
		default_holiday_list=weekends,
	)
	_make_account(company, manifest, "bank", "Demo Bank", "Bank", account_type="Bank")
	_make_account(company, manifest, "vat", "Output VAT", "Tax", account_type="Tax", tax_rate=VAT_RATE)
	_make_rebate_account(company, manifest)
	company.db_set("default_bank_account", manifest.names["bank"])
	_make_units(book, company, manifest)


def _make_weekends(company: str, manifest: Manifest) -> str:
	"""Saturdays and Sundays of this year and the next, on which nobody is visited."""
	first = getdate().replace(month=1, day=1)
	days = (first + timedelta(days=number) for number in range(2 * 365))
	names = {5: "Saturday", 6: "Sunday"}
	return manifest.make(
		"Holiday List",
		holiday_list_name=f"{company} {first.year}",
		from_date=first,
		to_date=first + timedelta(days=2 * 365),
		holidays=[
			{"holiday_date": day, "description": names[day.weekday()], "weekly_off": 1}
			for day in days
			if day.weekday() in names
		],
	).name


def make_fiscal_years(book: DemoBook, manifest: Manifest) -> None:
	"""Calendar years for the demo's company only, where the site has no fiscal year for a date of the book."""
	company = book.company["name"]
	days = {row["order_date"] for row in book.orders} | {row["posting_date"] for row in book.invoices}
	for year in sorted({day.year for day in days} | {date.today().year}):
		if not all(get_fiscal_years(day, company=company, boolean=True) for day in _days_of(year, days)):
			manifest.make(
				"Fiscal Year",
				year=f"{book.company['abbreviation']} {year}",
				year_start_date=date(year, 1, 1),
				year_end_date=date(year, 12, 31),
				companies=[{"company": company}],
			)
	# ERPNext remembers a company's fiscal years until the cache is cleared.
	frappe.cache.delete_value("fiscal_years")


def make_price_lists(book: DemoBook, manifest: Manifest) -> None:
	for name, use in (
		(book.settings["base_price_list"], "selling"),
		(book.settings["cost_price_list"], "buying"),
	):
		manifest.make(
			"Price List", price_list_name=name, currency=book.company["currency"], enabled=1, **{use: 1}
		)


def set_rebate_accounts(book: DemoBook, manifest: Manifest) -> None:
	"""Where settled rebates of the demo's company are posted."""
	company = book.company["name"]
	settings = frappe.get_doc("KAM Settings")
	settings.append(
		"companies",
		{
			"company": company,
			"rebate_expense_account": manifest.names["rebates"],
			"rebate_cost_center": frappe.get_cached_value("Company", company, "cost_center"),
			"rebate_payment_account": manifest.names["bank"],
		},
	)
	settings.save(ignore_version=True)


def _days_of(year: int, days: Iterable[date]) -> list[date]:
	return [date(year, 1, 1), date(year, 12, 31), *(day for day in days if day.year == year)]


def _make_account(company, manifest: Manifest, code: str, name: str, parent_type: str, **values) -> None:
	"""An account under the chart's group of the type, whatever that is called in the site's language."""
	filters = {"company": company.name, "is_group": 1, "account_type": parent_type}
	parent = frappe.get_all("Account", filters, pluck="name", order_by="lft", limit=1)[0]
	manifest.make("Account", code, account_name=name, parent_account=parent, company=company.name, **values)


def _make_rebate_account(company, manifest: Manifest) -> None:
	"""Beside the account for rounding differences, which every chart has among its indirect expenses."""
	parent = frappe.db.get_value("Account", company.round_off_account, "parent_account")
	manifest.make(
		"Account", "rebates", account_name="Customer Rebates", parent_account=parent, company=company.name
	)


def _make_units(book: DemoBook, company, manifest: Manifest) -> None:
	for name in sorted({row[UNITS_COLUMN] for row in book.key_accounts}):
		manifest.make("Department", name, department_name=name, company=company.name)
