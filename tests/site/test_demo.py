"""Demo data: loaded through ERPNext's own documents, removed without a trace (R67)."""

import csv
from collections import Counter
from datetime import date

import frappe
import pytest
from click.testing import CliRunner
from frappe.utils import flt, getdate

from kam_extension import demo
from kam_extension.commands import commands
from kam_extension.demo_data.book import DIRECTORY, DemoBook
from kam_extension.demo_data.history import History
from kam_extension.demo_data.manifest import Manifest
from tests.site.factories import make_customer, make_item, make_quotation, make_sales_order

COMPANY = "KAM Demo Trading"
FEW = 8
COUNTERS_AND_LOGS = {"tabSeries", "tabError Log", "tabScheduled Job Log"}


def rows_per_table() -> dict[str, int]:
	tables = [table for table in frappe.db.get_tables(cached=False) if table.startswith("tab")]
	counted = {table: frappe.db.sql(f"select count(*) from `{table}`")[0][0] for table in tables}
	return {table: count for table, count in counted.items() if table not in COUNTERS_AND_LOGS}


def of_company(doctype: str, *fields: str, **filters) -> list:
	return frappe.get_all(doctype, {"company": COMPANY, **filters}, list(fields) or ["name"])


def in_book(name: str) -> dict[str, dict]:
	with (DIRECTORY / f"{name}.csv").open(encoding="utf-8") as lines:
		return {next(iter(row.values())): row for row in csv.DictReader(lines)}


@pytest.fixture
def existing_customer():
	return make_customer()


@pytest.fixture
def loaded(existing_customer):
	"""The demo with few of its orders; what the site held before."""
	before = rows_per_table()
	progress = []
	logins = demo.load(limit=FEW, progress=lambda *step: progress.append(step))
	return frappe._dict(before=before, logins=logins, progress=progress)


def test_the_demo_is_what_the_book_says(loaded):
	book = DemoBook(getdate(), FEW)
	orders = of_company("Sales Order", "base_net_total", "base_grand_total", "docstatus", "transaction_date")
	assert Counter((flt(row.base_net_total, 2), flt(row.base_grand_total, 2)) for row in orders) == Counter(
		(flt(row["net_total"]), flt(row["grand_total"])) for row in book.orders
	)
	assert max(row.transaction_date for row in orders) == getdate()
	assert sorted(row.docstatus for row in orders) == [0, 0] + [1] * FEW
	assert "Draft" not in {row.status for row in of_company("Sales Order", "status", docstatus=1)}
	invoices = of_company("Sales Invoice", "grand_total", docstatus=1)
	assert Counter(flt(row.grand_total, 2) for row in invoices) == Counter(
		flt(row["grand_total"]) for row in book.invoices
	)
	received = of_company("Payment Entry", "paid_amount", docstatus=1)
	assert Counter(flt(row.paid_amount, 2) for row in received) == Counter(
		flt(row["amount"]) for row in book.payments
	)
	owed = sum(flt(row["grand_total"]) for row in book.invoices)
	paid = sum(flt(row["amount"]) * (1 if row["kind"] == "Receive" else -1) for row in book.payments)
	ledger = frappe.get_all("Payment Ledger Entry", {"company": COMPANY, "delinked": 0}, pluck="amount")
	assert flt(sum(ledger), 2) == flt(owed - paid, 2)

	accounts = of_company("Key Account", "name", "customer", "tier", "account_class")
	expected = Counter(
		(row["account_class"], row["tier"] or None) for row in in_book("key_accounts").values()
	)
	assert Counter((row.account_class, row.tier or None) for row in accounts) == expected
	[policy] = of_company("KAM Policy", "docstatus", "valid_from", "margin_action")
	assert (policy.docstatus, policy.valid_from, policy.margin_action) == (1, book.go_live_date, "Block")
	assert of_company("Rebate Agreement", docstatus=1)

	drafts = of_company("Sales Order", "kam_verdict", "base_net_total", docstatus=0)
	assert {row.kam_verdict for row in drafts} == {"Blocked"}
	since = of_company("Sales Order", "kam_verdict", docstatus=1, transaction_date=(">=", book.go_live_date))
	assert {row.kam_verdict for row in since} <= {"Pass", "Warned", None}
	done, total, _what = loaded.progress[-1]
	assert done == total > FEW

	with pytest.raises(frappe.ValidationError, match="loaded already"):
		demo.load(limit=FEW)
	assert len(of_company("Key Account")) == len(accounts)


def test_the_demos_people_can_log_in_by_role(loaded):
	assert set(loaded.logins) == {
		f"{name}@kam-demo.example" for name in ("salesperson", "manager", "director", "executive", "finance")
	}
	assert len(set(loaded.logins.values())) == 1
	assert len(next(iter(loaded.logins.values()))) >= 12
	for email, password in loaded.logins.items():
		assert frappe.utils.password.check_password(email, password) == email
	assert "KAM Finance" in frappe.get_roles("finance@kam-demo.example")
	assert "KAM Executive" not in frappe.get_roles("salesperson@kam-demo.example")


def test_clearing_leaves_the_site_as_it_was(loaded, existing_customer):
	customer = of_company("Key Account", "customer")[0].customer
	make_quotation(customer, [("KDT-SPC-60", 10, 98)], company=COMPANY)
	make_quotation(existing_customer.name, [("KDT-SPC-60", 10, 98)], company=COMPANY)
	modified = frappe.db.get_value("Customer", existing_customer.name, "modified")

	assert demo.clear() == []

	after = rows_per_table()
	assert {
		table: (loaded.before[table], count)
		for table, count in after.items()
		if count != loaded.before[table]
	} == {}
	assert frappe.db.get_value("Customer", existing_customer.name, "modified") == modified
	assert not frappe.db.exists("Company", COMPANY)
	assert demo.clear() == []


def test_what_another_company_uses_stays_and_is_named(loaded):
	customer = of_company("Key Account", "customer")[0].customer
	make_sales_order(customer, [(make_item(cost=1, list_price=2).name, 1, 2)], submit=True)

	assert f"Customer {customer}" in demo.clear()

	assert frappe.db.exists("Customer", customer)
	assert not frappe.db.get_value("Customer", customer, "kam_key_account")
	assert not frappe.db.exists("Company", COMPANY)


def test_a_load_that_fails_leaves_nothing(monkeypatch):
	before = rows_per_table()

	def fail(history, row):
		raise RuntimeError("the disk is full")

	monkeypatch.setattr(History, "post_invoice", fail)
	with pytest.raises(RuntimeError, match="disk is full"):
		demo.load(limit=1)
	after = rows_per_table()
	assert {table: (before[table], count) for table, count in after.items() if count != before[table]} == {}


def test_a_load_that_was_killed_is_cleaned_up_by_the_next_one():
	manifest = Manifest()
	leftover = manifest.make("Price List", price_list_name="KDT Base Price", currency="CNY", selling=1).name
	manifest.store()
	demo.load(limit=1)
	assert Manifest.stored().is_complete
	assert Manifest.stored().of("Price List").count(leftover) == 1


@pytest.mark.parametrize(
	("doctype", "values"),
	[
		("Price List", {"price_list_name": "KDT Cost Price", "currency": "CNY", "buying": 1}),
		(
			"Item",
			{"item_code": "KDT-SPC-60", "item_group": "Products", "stock_uom": "Nos", "is_stock_item": 0},
		),
	],
)
def test_a_name_that_is_taken_stops_the_load_before_it_starts(doctype, values):
	taken = frappe.get_doc({"doctype": doctype, **values}).insert().name
	before = rows_per_table()
	with pytest.raises(frappe.ValidationError, match=f"needs the name .*{taken}"):
		demo.load(limit=1)
	assert rows_per_table() == before


def test_missing_fiscal_years_are_made_for_the_demo_alone():
	years = frappe.get_all("Fiscal Year", pluck="name")
	frappe.db.set_value(
		"Fiscal Year", {"year_start_date": ("<", date(getdate().year - 1, 1, 1))}, "disabled", 1
	)
	frappe.cache.delete_value("fiscal_years")
	demo.load(limit=FEW)
	made = set(frappe.get_all("Fiscal Year", pluck="name")) - set(years)
	assert f"KDT {getdate().year - 2}" in made
	for name in made:
		assert [row.company for row in frappe.get_doc("Fiscal Year", name).companies] == [COMPANY]
	demo.clear()
	assert frappe.get_all("Fiscal Year", pluck="name") == years


def test_the_command_tells_the_logins_and_what_stays(site, monkeypatch):
	[command] = [command for command in commands if command.name == "kam-demo"]
	for name in ("init", "connect", "destroy"):
		monkeypatch.setattr(frappe, name, lambda *args, **kwargs: None)
	monkeypatch.setattr(
		demo, "load", lambda password, progress: progress(1, 2, "Customers") or {"a@b": password}
	)
	monkeypatch.setattr(demo, "clear", lambda: ["Customer Alpha"])
	context = frappe._dict(sites=[site], profile=False)

	loading = CliRunner().invoke(command, ["--password", "secret"], obj=context)
	assert (loading.exit_code, "a@b  secret" in loading.output) == (0, True)
	clearing = CliRunner().invoke(command, ["--clear"], obj=context)
	assert "These stay, because other documents use them: Customer Alpha" in clearing.output

	def refuse(**options):
		frappe.throw("The demo data is <b>loaded</b> already.")

	monkeypatch.setattr(demo, "load", refuse)
	refused = CliRunner().invoke(command, [], obj=context)
	assert (refused.exit_code, "The demo data is loaded already." in refused.output) == (1, True)
