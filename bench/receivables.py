"""Key Account Receivables against ERPNext's Accounts Receivable on a large ledger: `receivables.py SITE`.

Fills a fresh site with the app: 20,000 customers of which 2,000 are key accounts, 340,000 rows in the payment ledger,
65,000 open invoices in two currencies, unless the environment says otherwise (book/receivables.py). Both reports take
turns in one process, for the same day and the same ageing, and have to say the same, voucher by voucher. Prints one
JSON object a line:

- ERPNext's report for all customers by each of its Data Fetch Methods, as many as can do it;
- ours by voucher for all customers, against the fastest of those;
- ours by account for key accounts, with days sales outstanding, limit use and rebates: against ERPNext's report, which
  knows no key accounts, and against ERPNext's report when it is handed the key accounts' customers by name.

`ratio` is our time in parts of ERPNext's, `allowed` the most it may be.
"""

import os
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import frappe
import pymysql
from book.accounts import load_accounts
from book.documents import account_of_type
from book.orders import load_orders
from book.receivables import Receivables, load_receivables
from book.size import Size
from frappe.utils import getdate, now_datetime
from measure import alternate
from sales_order import report

from kam_extension.kam_extension.report.key_account_receivables.key_account_receivables import execute
from tests.site import factories

ROUNDS = int(os.environ.get("KAM_BENCH_ROUNDS") or 3)
BY_VOUCHER, BY_ACCOUNT = "ours by voucher", "ours by account"
NAMED = "ERPNext's for the key accounts' customers"
METHODS = ("Buffered Cursor", "UnBuffered Cursor", "Raw SQL")
PATIENCE = 3
ALLOWED = {BY_VOUCHER: 1 / 10, BY_ACCOUNT: 1 / 30}
AMOUNTS = ("invoiced", "paid", "credit_note", "outstanding", "range1", "range2", "range3", "range4", "range5")


def load(company: str) -> None:
	size = Size(orders=200_000)
	receivable, currency, cost_center = frappe.get_cached_value(
		"Company", company, ("default_receivable_account", "default_currency", "cost_center")
	)
	parent = frappe.db.get_value("Account", receivable, "parent_account")
	foreign = {"account_name": "Bench Debtors", "account_type": "Receivable", "account_currency": "USD"}
	values = {
		"company": company,
		"currency": currency,
		"receivable": receivable,
		"foreign_receivable": factories.insert(
			"Account", company=company, parent_account=parent, **foreign
		).name,
		"cost_center": cost_center,
		"today": getdate(),
	}
	load_accounts(size, company)
	warehouse = frappe.db.get_value("Warehouse", {"company": company, "is_group": 0})
	orders = {
		"tax": account_of_type("Tax", company),
		"warehouse": warehouse,
		"items": size.items,
		"price_list": factories.BASE_PRICE_LIST,
		"now": now_datetime(),
	}
	orders |= {"accounts": size.accounts, "orders": size.orders, "each_has": size.orders // size.accounts}
	load_orders(values | orders)
	load_receivables(Receivables.from_environment(), size.accounts, values)


def native(filters: dict, method: str) -> list[dict]:
	# The module needs a database connection when it is imported.
	from erpnext.accounts.report.accounts_receivable.accounts_receivable import execute as accounts_receivable

	frappe.db.set_single_value("Accounts Settings", "receivable_payable_fetch_method", method)
	frappe.db.commit()
	return accounts_receivable({"party_type": "Customer", **filters})[1]


def open_amounts(rows: list[dict]) -> dict[tuple, tuple]:
	"""Voucher → its amounts, rounded: floats added up in another order differ far behind the cent."""
	return {
		(row["party_account"], row["voucher_no"], row["party"]): tuple(
			round(row.get(column) or 0.0, 4) + 0.0 for column in AMOUNTS
		)
		for row in rows
	}


def totals(rows: list[dict]) -> list[float]:
	return [round(sum(row.get(column) or 0.0 for row in rows), 2) + 0.0 for column in AMOUNTS]


@contextmanager
def stopped_after(seconds: float) -> Iterator[None]:
	"""Interrupt what the database does for this connection by then: a procedure knows no time limit of its own."""
	[(connection,)] = frappe.db.sql("select connection_id()")
	site = frappe.local.site

	def interrupt() -> None:
		frappe.init(site=site, sites_path=os.getcwd())
		frappe.connect()
		frappe.db.sql(f"kill query {int(connection)}")
		frappe.destroy()

	timer = threading.Timer(seconds, interrupt)
	timer.start()
	try:
		yield
	finally:
		timer.cancel()


def usable_methods(filters: dict, expected: dict, patience: float) -> list[str]:
	"""ERPNext's methods that say what the first one says within that many seconds; of the others is reported why not.

	Raw SQL looks each voucher up in a table without an index, so that its time grows with the square of the ledger, and
	leaves out credit notes.
	"""
	found = []
	for method in METHODS:
		try:
			with stopped_after(patience):
				same = open_amounts(native(filters, method)) == expected
			reason = "" if same else "its amounts differ from those of the default method"
		except pymysql.MySQLError as error:
			frappe.db.rollback()
			reason = f"stopped after {patience:.0f} s: {error.args[-1]}"
		if reason:
			report(f"ERPNext's report by {method}: left out", 0, "s", 0, reason=reason)
		else:
			found.append(method)
	return found


def measure(company: str) -> None:
	filters = {"company": company, "report_date": getdate(), "range": "30, 60, 90, 120"}
	filters |= {"ageing_based_on": "Due Date", "calculate_ageing_with": "Report Date"}
	customers = frappe.get_all("Key Account", pluck="customer")
	started = time.perf_counter()
	expected = native(filters, METHODS[0])
	patience = PATIENCE * (time.perf_counter() - started)
	check_equal(filters, expected, set(customers))
	methods = usable_methods(filters, open_amounts(expected), patience)
	arms: dict[str, Callable] = {method: lambda method=method: native(filters, method) for method in methods}
	arms |= {
		NAMED: lambda: native(filters | {"party": customers}, methods[0]),
		BY_VOUCHER: lambda: execute(filters | {"all_customers": 1}),
		BY_ACCOUNT: lambda: execute(filters | {"group_by_account": 1}),
	}
	seconds = alternate(arms, ROUNDS, lambda _arm: frappe.db.rollback())
	medians = {arm: statistics.median(values) for arm, values in seconds.items()}
	fastest = min(methods, key=medians.get)
	for method in methods:
		report(f"ERPNext's report by {method}", medians[method], "s", medians[method] / medians[fastest])
	for arm, allowed in ALLOWED.items():
		report_arm(arm, medians[arm], medians[fastest], seconds[arm], allowed=round(allowed, 4))
	report_arm(f"{BY_ACCOUNT}, against {NAMED}", medians[BY_ACCOUNT], medians[NAMED], seconds[BY_ACCOUNT])


def report_arm(name: str, ours: float, theirs: float, seconds: list[float], **more) -> None:
	times = round(theirs / ours, 1)
	report(name, ours, "s", ours / theirs, times_as_fast=times, slowest=round(max(seconds), 3), **more)


def check_equal(filters: dict, expected: list[dict], customers: set[str]) -> None:
	"""Stop unless both reports say the same of every voucher, and ours by account the same in sum."""
	by_voucher = execute(filters | {"all_customers": 1})[1]
	if open_amounts(by_voucher) != open_amounts(expected):
		raise SystemExit("Key Account Receivables and Accounts Receivable differ")
	by_account = execute(filters | {"group_by_account": 1})[1]
	of_accounts = [row for row in expected if row["party"] in customers]
	if totals(by_account) != totals(of_accounts):
		raise SystemExit(f"by account {totals(by_account)}, by voucher {totals(of_accounts)}")
	invoices = sum(row["voucher_type"] == "Sales Invoice" for row in by_voucher)
	rows = {"ledger rows": frappe.db.count("Payment Ledger Entry"), "open invoices": invoices}
	rows |= {"open vouchers": len(by_voucher), "key accounts": len(by_account)}
	report(
		"both reports are equal",
		sum(row["outstanding"] for row in by_voucher),
		"company currency",
		1,
		rows=rows,
	)


def main(site: str, *_other_sites: str) -> None:
	frappe.init(site=site, sites_path=os.getcwd())
	frappe.connect()
	company = factories.company()
	factories.make_policy()
	frappe.db.commit()
	load(company)
	measure(company)


if __name__ == "__main__":
	main(*sys.argv[1:])
