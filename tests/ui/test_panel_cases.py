"""The panel and the grid of the real forms say what the shared table of cases says (R30).

tests/site/test_case_table.py holds the server to the same table.
"""

import pytest
from playwright.sync_api import expect

from tests.cases import case_named
from tests.site.case_market import make_goods, wanted_goods
from tests.site.doors.pos import open_till
from tests.site.factories import make_key_account
from tests.ui.market import ensure_policy

IN_TWO_WEEKS = "() => frappe.datetime.str_to_user(frappe.datetime.add_days(frappe.datetime.get_today(), 14))"
CASES = (
	"a dearer row makes up for a cheap one",
	"quotation below the markup",
	"a cent below the cap on an invoice",
	"delivered below the markup",
	"a cent below the cap at the counter",
)


@pytest.mark.parametrize("name", CASES)
def test_panel_and_grid_say_what_the_table_says(desk, person, seed, name):
	case = case_named(name)
	seller = person("KAM User", "Sales User", "Accounts User", "Stock User")
	with seed():
		ensure_policy()
		customer = make_key_account(account_manager=seller).customer
		items = make_goods(wanted_goods(case))
		if case.doctype == "POS Invoice":
			open_till(seller)
	window = desk(seller)
	type_in(window, case, customer, items)
	expect(window.panel().locator(".kam-panel-verdict")).to_have_text(case.expected.verdict)
	rules = window.panel().locator(".kam-panel-findings b").all_inner_texts()
	assert sorted(rules) == sorted(rule for rule, _row in case.expected.broken)
	expect(window.panel().locator(".kam-panel-figures dd").first).to_contain_text(money(case.expected.net))
	for row, floor in case.expected.floors.items():
		line = window.field("items").locator(f".grid-body .grid-row[data-idx='{row}']").first
		cell = line.locator(".grid-static-col[data-fieldname='kam_floor_rate']")
		expect(cell).to_contain_text(money(floor))


def money(amount: float) -> str:
	return f"{amount:,.2f}"


def type_in(window, case, customer: str, items: dict) -> None:
	window.open(case.doctype.lower().replace(" ", "-"), "new")
	window.choose("party_name" if case.doctype == "Quotation" else "customer", customer)
	if case.doctype == "Sales Order":
		window.fill("delivery_date", window.page.evaluate(IN_TWO_WEEKS))
	for number, (good, quantity, rate) in enumerate(case.rows, start=1):
		if number > 1:
			window.field("items").locator(".grid-add-row").click()
		window.type_in_row("items", number, "item_code", items[good])
		window.type_in_row("items", number, "qty", str(quantity))
		window.type_in_row("items", number, "rate", str(rate))
