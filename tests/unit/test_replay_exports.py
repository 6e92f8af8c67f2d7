"""What ERPNext's exports carry beyond the book's own files: price lists, currencies, units, dealers, history, strangers."""

import json
from contextlib import ExitStack, closing

import pytest

from kam_extension.replay.book import open_book
from kam_extension.replay.engine import replay
from kam_extension.replay.errors import BadInput
from kam_extension.replay.policy_file import Policy
from tests.unit.builders import make_terms, money
from tests.unit.replay_book import FILES, with_line, write_book

LISTS = """
	Item Code,Price List,UOM,Rate,Currency,Valid From,Valid Upto,Customer
	SPC,Standard Selling,,110.00,CNY,,2026-05-31,
	SPC,Standard Selling,,98.00,CNY,2026-06-01,,
	SPC,Standard Selling,Box,900.00,CNY,,,
	SPC,Standard Selling,,1.00,CNY,,,K2
	SPC,Standard Buying,,70.00,CNY,,,
	MAT,Standard Buying,,2.00,USD,,,
"""
DOLLARS = {"exchange_rates": {"USD": 7}}
PLAIN_ITEMS = """
	Item Code,Valuation Rate,Last Purchase Rate,Default Unit of Measure
	SPC,,65.00,Nos
	MAT,12.00,11.00,Nos
"""


@pytest.fixture
def replayed(tmp_path):
	"""Replays the small book with changes; `settings` go into its book.json."""
	with ExitStack() as opened:

		def replay_book(terms=None, settings=None, **changes):
			book = write_book(tmp_path / "book", **changes)
			if settings:
				known = json.loads((book / "book.json").read_text("utf-8"))
				(book / "book.json").write_text(json.dumps({**known, **settings}), "utf-8")
			found = opened.enter_context(closing(open_book(book)))
			return replay(found, Policy("Policy", terms or make_terms()))

		yield replay_book


def decided(found, order):
	[row] = found.book.rows(
		f'FROM {found.side.decisions} JOIN judged_orders USING (place) WHERE "order" = $order', order=order
	)
	return row


def facts_of(found, order):
	"""The figures of an order's only violation: rule and what was required."""
	[shown] = [shown for shown in found.side.orders("true", 99) if shown.order == order]
	return [(str(violation.rule), violation.required) for violation in shown.verdict.violations]


def test_prices_and_costs_come_from_the_policys_lists_on_the_orders_day(replayed):
	"""O1, in 2024, sells at 85.40 where 15 % off 110.00 are allowed; O4, in June 2026, at 97.99 where nothing is off 98.00."""
	found = replayed(items=PLAIN_ITEMS, **{"Item Price": LISTS}, settings=DOLLARS)
	assert facts_of(found, "O1") == [("Discount Cap", money("93.50"))]
	assert decided(found, "O1")["cost"] == 700_000
	assert facts_of(found, "O4") == [("Discount Cap", money("98.00"))]
	assert decided(found, "O5")["cost"] == 14


@pytest.mark.parametrize(
	("sources", "cost"),
	[(("Valuation Rate",), 12), (("Last Purchase Rate", "Valuation Rate"), 11), (("BOM",), None)],
)
def test_costs_come_from_the_policys_sources(replayed, sources, cost):
	found = replayed(make_terms(cost_sources=sources), DOLLARS, items=PLAIN_ITEMS, **{"Item Price": LISTS})
	assert decided(found, "O5")["cost"] == cost


def test_a_price_for_the_rows_unit_wins_and_cost_is_per_stock_unit(replayed):
	"""Ten boxes of ten at 899.99: the box lists at 900.00 and costs 700.00."""
	lines = FILES["order_lines.csv"].replace(
		"quantity,rate,amount", "quantity,rate,amount,uom,conversion_factor"
	)
	boxes = lines.replace("O4,1,SPC,10,97.99,979.90", "O4,1,SPC,10,899.99,8999.90,Box,10")
	found = replayed(settings=DOLLARS, items=PLAIN_ITEMS, order_lines=padded(boxes), **{"Item Price": LISTS})
	assert decided(found, "O4")["cost"] == 7000
	assert facts_of(found, "O4")[0] == ("Discount Cap", money("900.00"))


def test_a_base_price_per_stock_unit_holds_for_all_units_of_the_row(replayed):
	lines = FILES["order_lines.csv"].replace("quantity,rate,amount", "quantity,rate,amount,conversion_factor")
	boxes = padded(lines.replace("O4,1,SPC,10,97.99,979.90", "O4,1,SPC,10,979.99,9799.90,10"))
	assert facts_of(replayed(order_lines=boxes), "O4")[0] == ("Discount Cap", money("980.00"))


def padded(text):
	"""The table with every row as long as its header."""
	rows = [line.strip().split(",") for line in text.strip().splitlines()]
	return "\n".join(",".join([*row, *[""] * (len(rows[0]) - len(row))]) for row in rows)


def in_dollars(rate):
	"""The book with O4 in dollars at an exchange rate; no column holds company currency."""
	orders = FILES["orders.csv"].replace("grand_total,state", "grand_total,state,currency,conversion_rate")
	orders = orders.replace("979.90,979.90,Submitted", f"139.99,139.99,Submitted,USD,{rate}")
	lines = FILES["order_lines.csv"].replace("O4,1,SPC,10,97.99,979.90", "O4,1,SPC,10,13.999,139.99")
	return {"orders": padded(orders), "order_lines": lines}


def test_amounts_in_another_currency_count_at_the_documents_rate(replayed):
	"""139.99 dollars at 7 are 979.93; a rate of 13.999 is 97.99."""
	found = replayed(**in_dollars("7"))
	assert decided(found, "O4")["net_total"] == money("979.93")
	assert facts_of(found, "O4") == [("Discount Cap", money("98.00"))]


def test_amounts_in_another_currency_without_a_rate_are_refused(replayed):
	with pytest.raises(
		BadInput, match=r"orders.csv, row 5, column conversion_rate: the amounts are in USD, without"
	):
		replayed(**in_dollars(""))


def test_item_prices_in_another_currency_need_a_rate(replayed):
	with pytest.raises(
		BadInput, match=r"Item Price.csv, row 7, column currency: book.json has no exchange rate for USD"
	):
		replayed(items=PLAIN_ITEMS, **{"Item Price": LISTS})


def test_a_dealer_led_order_keeps_out_of_the_formula_only_with_the_registered_dealer(replayed):
	accounts = FILES["key_accounts.csv"].replace(
		"strategic_influence", "strategic_influence,Registered Dealer"
	)
	orders = FILES["orders.csv"].replace("grand_total,state", "grand_total,state,Sales Partner")
	of_dealer = orders.replace("964907.00,Submitted", "964907.00,Submitted,Dealer")
	for dealer, verdict in (("Dealer", "Pass"), ("Another", "Blocked")):
		changed = accounts.replace("K1,Major,A,4", f"K1,Major,A,4,{dealer}")
		found = replayed(key_accounts=padded(changed), orders=padded(of_dealer))
		assert decided(found, "O2")["verdict"] == verdict


def test_a_free_row_is_what_the_export_says(replayed):
	"""Without the column a rate of zero is free; with it, only what is ticked."""
	free = FILES["order_lines.csv"].replace(
		"O3,1,SPC,10,98.00,980.00", "O3,1,SPC,10,98.00,980.00\nO3,2,SPC,1,0,0"
	)
	assert facts_of(replayed(order_lines=free), "O3") == []
	for ticked, rules in (("1", []), ("0", [("Discount Cap", money("98.00"))])):
		lines = free.replace("rate,amount", "rate,amount,Is Free Item").replace(
			"O3,2,SPC,1,0,0", f"O3,2,SPC,1,0,0,{ticked}"
		)
		assert facts_of(replayed(order_lines=padded(lines)), "O3") == rules


def test_the_tier_is_that_of_the_orders_day_where_there_is_a_history(replayed):
	"""K1 rose from B to A in 2025; a B may give 10 %: 98.00 less 10 % is 88.20, above O1's 85.40."""
	history = """
		Key Account,Changed On,From Tier,To Tier
		KA-1,2025-01-01 10:00:00,B,C
		KA-1,2025-01-02 09:00:00,C,A
	"""
	accounts = (
		FILES["key_accounts.csv"]
		.replace("customer,", "ID,customer,")
		.replace("K1,M", "KA-1,K1,M")
		.replace("K2,O", "KA-2,K2,O")
	)
	found = replayed(key_accounts=accounts, **{"KAM Tier Change": history})
	assert (decided(found, "O1")["tier"], decided(found, "O2")["tier"], decided(found, "O3")["tier"]) == (
		"B",
		"A",
		None,
	)
	assert facts_of(found, "O1") == [("Discount Cap", money("88.20"))]


def test_strangers_are_left_out_and_counted(replayed):
	"""Cancelled orders with their rows, other companies, suppliers, transfers, payments for journal entries."""
	orders = FILES["orders.csv"].replace("grand_total,state", "grand_total,state,Company")
	orders = orders.replace("980.00,Submitted", "980.00,2,Ours").replace(
		"979.90,Submitted", "979.90,Submitted,Theirs"
	)
	payments = (
		FILES["payments.csv"].replace("kind,amount", "kind,amount,Party Type")
		+ "\nP8,S1,2026-06-01,Pay,5,Supplier\nP9,,2026-06-01,Internal Transfer,5,\n"
	)
	references = FILES["payment_references.csv"] + "P8,Sales Invoice,I1,5\nP1,Journal Entry,J1,5\n"
	found = replayed(
		settings={"company": {"name": "Ours", "currency": "CNY"}},
		orders=padded(orders),
		payments=padded(payments),
		payment_references=references,
	)
	assert {order.order for order in found.side.orders("true", 99)} == {"O1", "O2", "O5"}
	assert found.book.skipped == 0
	assert dict(found.book.left_out) == {
		("orders", "cancelled"): 1,
		("orders", "of another company"): 1,
		("order_lines", "of a document that is left out"): 2,
		("invoices", "of a document that is left out"): 2,
		("payments", "not of a customer"): 2,
		("payment_references", "for another kind of document"): 1,
		("payment_references", "of a document that is left out"): 1,
	}


def test_two_companies_ask_for_a_name(replayed):
	orders = FILES["orders.csv"].replace("grand_total,state", "grand_total,state,Company")
	orders = orders.replace("980.00,Submitted", "980.00,Submitted,Ours").replace(
		"979.90,Submitted", "979.90,Submitted,Theirs"
	)
	with pytest.raises(
		BadInput, match=r"column company.name: the orders are of several companies \(Ours, Theirs\)"
	):
		replayed(orders=padded(orders))


def test_a_receipt_for_an_invoice_of_two_orders_is_split_by_their_rows(replayed):
	"""The invoice has 300.00 of O2 and 100.00 of O1: of 1,000.00 received, 750.00 and 250.00."""
	invoices = """
		ID,Customer,Date,Payment Due Date,Net Total,Grand Total,Sales Order (Items),Net Amount (Items)
		I1,K1,2026-05-10,2026-06-09,400.00,452.00,O2,300.00
		,,,,,,O1,100.00
	"""
	payments = "payment,customer,posting_date,kind,amount\nP1,K1,2026-06-01,Receive,1000.00"
	references = "payment,document_type,document,amount\nP1,Sales Invoice,I1,1000.00"
	agreements = FILES["rebate_agreements.csv"].replace("O2; O8", "")
	found = replayed(
		invoices=None,
		**{"Sales Invoice": invoices},
		payments=payments,
		payment_references=references,
		rebate_agreements=agreements,
	)
	rows = found.book.rows(
		f'SELECT "order", collected, rebate FROM {found.side.rebates} JOIN receipts USING (place)'
	)
	assert rows == [
		{"order": "O1", "collected": money("250"), "rebate": money("20")},
		{"order": "O2", "collected": money("750"), "rebate": money("60")},
	]


@pytest.mark.parametrize(
	"parent", ["O1,K1,2026-05-02,Completed,300.00,339.00", "O1,,,,,", ",,,,,"], ids=["all", "name", "none"]
)
def test_child_rows_belong_to_the_parent_above_whatever_is_repeated_of_it(replayed, parent):
	orders = f"""
		ID,Customer,Date,Status,Net Total,Grand Total,Item Code (Items),Quantity (Items),Rate (Items),Amount (Items)
		O1,K1,2026-05-02,Completed,300.00,339.00,SPC,1,100.00,100.00
		{parent},SPC,2,100.00,200.00
		O2,K1,2026-05-03,Completed,100.00,113.00,SPC,1,100.00,100.00
	"""
	nothing = {
		name: None
		for name in ("order_lines", "invoices", "payments", "payment_references", "rebate_agreements")
	}
	found = replayed(**{**nothing, "orders": None, "Sales Order": orders})
	assert (decided(found, "O1")["cost"], decided(found, "O2")["cost"]) == (210, 70)


def test_an_agreements_orders_may_be_child_rows(replayed):
	agreements = """
		ID,Customer,Valid From,Valid To,Rate Source,Document Type (Quotations and Orders),Document (Quotations and Orders)
		R2,K1,2026-01-01,2026-12-31,Policy Ladder,Sales Order,O2
		,,,,,Quotation,Q9
		R3,K1,2024-01-01,2024-12-31,Policy Ladder,Sales Order,O9
	"""
	found = replayed(rebate_agreements=None, **{"Rebate Agreement": agreements})
	assert (decided(found, "O1")["agreement"], decided(found, "O2")["agreement"]) == (None, "R2")


def test_a_child_table_without_what_links_it_is_refused(replayed):
	"""Else an agreement for some orders would cover all of them."""
	agreements = """
		ID,Customer,Valid From,Valid To,Rate Source,Document Type (Quotations and Orders)
		R2,K1,2026-01-01,2026-12-31,Policy Ladder,Sales Order
	"""
	with pytest.raises(
		BadInput, match=r"Rebate Agreement.csv, row 1, column document: the column is missing"
	):
		replayed(rebate_agreements=None, **{"Rebate Agreement": agreements})


def test_the_effective_net_counts_where_the_app_worked_it_out(replayed):
	"""O2 was judged at 800,000.00; O1 was submitted before the app was there."""
	orders = FILES["orders.csv"].replace("grand_total,state", "grand_total,state,Effective Net Total")
	changed = orders.replace("964907.00,Submitted", "964907.00,Submitted,800000").replace(
		"965020.00,Submitted", "965020.00,Submitted,0"
	)
	found = replayed(orders=padded(changed))
	assert [decided(found, order)["net_total"] for order in ("O1", "O2", "O3")] == [854_000, 800_000, 980]


def test_of_two_agreements_the_one_for_the_order_wins_then_the_younger(replayed):
	rows = """
		agreement,customer,valid_from,valid_to,rate_source,special_rate,orders
		R1,K1,2024-01-01,2026-12-31,Special,1,
		R2,K1,2024-01-01,2026-12-31,Special,2,O2
		R3,K1,2024-01-01,2026-12-31,Special,3,
	"""
	found = replayed(rebate_agreements=rows)
	assert (decided(found, "O1")["agreement"], decided(found, "O2")["agreement"]) == ("R3", "R2")


def test_a_book_without_settings_ends_with_its_last_document(replayed, tmp_path):
	found = replayed()
	assert str(found.book.as_of_date) == "2026-06-30"
	(tmp_path / "book" / "book.json").unlink()
	with closing(open_book(tmp_path / "book")) as book:
		assert (str(book.as_of_date), book.title) == ("2026-07-02", "book")


def test_a_book_may_lack_rebates_and_says_so(replayed):
	found = replayed(rebate_agreements=None, payments=None, payment_references=None)
	assert found.book.missing == ("payments", "rebate_agreements")
	assert found.side.rebates_by_month() == {}


@pytest.mark.parametrize(
	("changes", "problem"),
	[
		(
			with_line("customers", "customer,customer_name", "Customer Name,customer_name"),
			"customers.csv, row 1, column customer: Customer Name and customer_name may both be it. Remove one.",
		),
		(
			with_line("orders", "order,customer,order_date", "order,customer,created"),
			"orders.csv, row 1, column order_date: the column is missing. It may be called: order_date, transaction_date, Date, 日期.",
		),
		(
			{"order_lines": None},
			"order_lines.csv: the file is missing",
		),
		(
			{"payments": "payment,customer,posting_date,kind,amount\nP1,K1,01-02-2026,Receive,1"},
			"payments.csv, row 2, column posting_date: 01-02-2026: which number is the month can't be told",
		),
		(
			{"payments": "payment,customer,posting_date,kind,amount\nP1,K1,31-01-2026,Receive,1\nP2,K1,01-31-2026,Pay,1"},
			"payments.csv, row 2, column posting_date: 31-01-2026: which number is the month can't be told",
		),
	],
)  # fmt: skip
def test_columns_and_days_that_can_not_be_told_are_refused(replayed, changes, problem):
	with pytest.raises(BadInput) as refused:
		replayed(**changes)
	assert str(refused.value).startswith(problem)


def test_month_first_days_are_read_where_the_file_tells(replayed):
	payments = "payment,customer,posting_date,kind,amount\nP1,K1,06/01/2024,Receive,1\nP2,K1,05/31/2026,Receive,1\nP3,K1,2026/6/8,Receive,1\nP4,K1,2026年6月20日,Pay,1\nP5,K1,2026-07-02,Receive,1"
	found = replayed(payments=payments)
	days = [str(row["posting_date"]) for row in found.book.rows("FROM payments ORDER BY payment")]
	assert days == ["2024-06-01", "2026-05-31", "2026-06-08", "2026-06-20", "2026-07-02"]


@pytest.mark.parametrize("name", ["customers.xlsx", "customers.parquet"])
def test_what_only_has_the_ending_of_a_format_is_refused(replayed, tmp_path, name):
	write_book(tmp_path / "book", customers=None)
	(tmp_path / "book" / name).write_bytes(b"customer,customer_name\n")
	with pytest.raises(BadInput, match=f"{name}: this is no"):
		replayed(customers=None)
