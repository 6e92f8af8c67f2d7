"""Agreements, free rows and sales between own companies as exports tell them; and what no export tells, said row by row."""

import csv
import json
from contextlib import closing
from functools import partial

import pytest

from kam_extension.policy.codes import Action
from kam_extension.replay.book import open_book
from kam_extension.replay.command_line import main
from kam_extension.replay.engine import replay
from kam_extension.replay.policy_file import Policy
from tests.unit.builders import PRESET, make_terms, money
from tests.unit.replay_book import write_book
from tests.unit.replay_facts import (
	BOOK,
	BUNDLES,
	PACKED,
	gaps_of,
	read_facts,
	with_lines,
	with_orders,
)


@pytest.fixture
def facts_of(tmp_path):
	return partial(read_facts, tmp_path)


class TestAgreements:
	def test_what_programmes_are_priced_in_with_counts(self, facts_of):
		agreements = """
			agreement,customer,valid_from,valid_to,rate_source,Priced-in Rate,Programmes Only
			R3,K2,2026-06-02,2026-06-30,Policy Ladder,1.5,1
		"""
		document, _gaps = facts_of(rebate_agreements=agreements)["O4"]
		assert (document.agreement.priced_in_rate, document.agreement.programmes_only) == (money("1.5"), True)

	def test_an_agreement_covers_what_was_amended_from_what_it_names(self, facts_of):
		"""O3 was amended from a cancelled order that was amended from the one the agreement names."""
		orders = with_orders("Amended From", O3="O3-1") + "\nO3-1,K2,2026-06-01,0,1,1,Cancelled,O3-0"
		orders += "\nO3-0,K2,2026-06-01,0,1,1,Cancelled,"
		agreements = """
			agreement,customer,valid_from,valid_to,rate_source,special_rate,orders
			R3,K2,2026-06-01,2026-06-30,Special,3,O3-0
		"""
		facts = facts_of(orders=orders, rebate_agreements=agreements)
		assert facts["O3"][0].agreement.name == "R3"
		assert facts["O4"][0].agreement is None

	def test_the_agreement_made_last_wins_among_those_made_by_the_orders_day(self, facts_of):
		agreements = """
			agreement,customer,valid_from,valid_to,rate_source,special_rate,Created On
			R1,K2,2026-06-01,2026-06-30,Special,3,2026-02-02 10:00:00
			R2,K2,2026-06-01,2026-06-30,Special,4,2026-02-02 09:00:00
			R3,K2,2026-06-01,2026-06-30,Special,5,2026-06-02 00:00:00
		"""
		facts = facts_of(rebate_agreements=agreements)
		assert (facts["O3"][0].agreement.name, facts["O4"][0].agreement.name) == ("R1", "R3")


class TestFreeRows:
	RULES = """
		ID,Apply On,Price or Product Discount,Selling,Disable,Same Item,Free Item,Free Item Rate,Item Code (Apply Rule On Item Code)
		GIFT,Item Code,Product,1,0,0,MAT,0,SPC
		SAME,Item Code,Product,1,0,1,,0,SPC
		OFF,Item Code,Product,1,1,0,MAT,0,SPC
		CHEAP,Item Code,Product,1,0,0,MAT,5,SPC
		GROUP,Item Group,Product,1,0,1,,0,
	"""

	ROWS = (
		("MAT,1,0,0,1,GIFT", "given"),
		('MAT,1,0,0,1,"[""GIFT""]"', "given"),
		("SPC,1,0,0,1,GIFT", "sold"),
		("SPC,1,0,0,1,SAME", "given"),
		("MAT,1,0,0,1,SAME", "unknown"),
		("MAT,1,0,0,1,OFF", "unknown"),
		("MAT,1,0,0,1,CHEAP", "unknown"),
		("MAT,1,0,0,1,GROUP", "unknown"),
		("MAT,1,0,0,1,GONE", "unknown"),
		("MAT,1,0,0,1,", "sold"),
		("MAT,1,0,0,0,GIFT", "sold"),
	)

	def test_only_what_a_rule_of_the_book_gives_away_is_free(self, tmp_path):
		rows = (f"O3,{row},{cells}" for row, (cells, _state) in enumerate(self.ROWS, start=1))
		lines = with_lines(",Is Free Item,Pricing Rules", *rows)
		files = {"order_lines": lines, "Pricing Rule": self.RULES}
		with closing(open_book(write_book(tmp_path / "book", **files))) as book:
			found = book.rows("""SELECT free FROM order_lines WHERE "order" = 'O3' ORDER BY "row\"""")
		assert [row["free"] for row in found] == [state for _cells, state in self.ROWS]

	@pytest.mark.parametrize(("rule", "is_known"), [("GIFT", True), ("GONE", False)])
	def test_an_order_with_a_row_of_an_unknown_rule_is_not_judged(self, facts_of, rule, is_known):
		row = f"O3,2,MAT,1,0,0,1,{rule}"
		lines = with_lines(",Is Free Item,Pricing Rules", "O3,1,SPC,10,98.00,980.00,,", row)
		facts = facts_of(order_lines=lines, **{"Pricing Rule": self.RULES})
		assert facts["O3"][0].lines[1].is_free == is_known
		assert ("Free Item" in gaps_of(facts, "O3")) == (not is_known)


class TestGaps:
	def test_a_package_that_holds_more_than_its_bundle_is_not_judged(self, facts_of):
		"""O5 is as its bundle says; O2 has a part more, O3 another item, O4 two rows of it from two warehouses."""
		orders = ("O2", "O3", "O4", "O5")
		lines = with_lines(
			"", *(f"{order},1,KIT,1,20.00,20.00" for order in orders), "O4,2,KIT,1,20.00,20.00"
		)
		packed = [f"{order},KIT,{part}" for order in orders for part in ("SPC,2,", "MAT,3,")]
		more = ["O2,KIT,MAT,1,", "O3,KIT,KIT,1,", "O4,KIT,SPC,2,Here", "O4,KIT,SPC,2,Elsewhere"]
		packed.remove("O4,KIT,SPC,2,")
		files = {"Product Bundle": BUNDLES, "Packed Item": "\n".join([PACKED, *packed, *more])}
		facts = facts_of(**BOOK, order_lines=lines, **files)
		assert [order for order in facts if "Package" in gaps_of(facts, order)] == ["O2", "O3", "O4"]

	def test_quotations_exceptions_and_suspended_accounts_are_named(self, facts_of):
		accounts = """
			customer,account_class,tier,strategic_influence,Status
			K1,Major,A,4,Active
			K2,Ordinary,,3,Suspended
		"""
		lines = with_lines(",Quotation", "O2,1,SPC,10000,85.39,853900.00,QTN-1")
		orders = with_orders("Price Exception", O2="PEX-1")
		facts = facts_of(key_accounts=accounts, orders=orders, order_lines=lines)
		assert gaps_of(facts, "O2") == {"Quotation", "Price Exception"}
		assert gaps_of(facts, "O3") == {"Account Status"}

	def test_whether_the_site_knew_an_exchange_rate(self, facts_of):
		"""O1 was judged by a lower rate, O3 has one of its day; O2's is for buying, O4's of a later day, O5 has none."""
		rates = """
			From Currency,To Currency,Date,For Selling
			JPY,CNY,2026-01-01,0
			USD,CNY,2026-06-01,1
			GBP,CNY,2026-06-03,1
			EUR,USD,2026-01-01,1
		"""
		currencies = {"O1": "EUR,8,7", "O2": "JPY,8,8", "O3": "USD,8,8", "O4": "GBP,8,8", "O5": "EUR,8,8"}
		orders = with_orders("currency,conversion_rate,Judged Exchange Rate", **currencies)
		facts = facts_of(orders=orders, **{"Currency Exchange": rates})
		assert [order for order in facts if "Exchange Rate" in gaps_of(facts, order)] == ["O2", "O4", "O5"]

	def test_decisions_say_what_was_not_replayed(self, tmp_path):
		"""O5's package holds more than its bundle; O2 is of a quotation; credit is in no export."""
		lines = with_lines(",Quotation", "O2,1,SPC,10000,85.39,853900.00,QTN-1", "O5,1,KIT,1,20.00,20.00,")
		packed = f"{PACKED}\nO5,KIT,SPC,2,\nO5,KIT,MAT,3,\nO5,KIT,MAT,1,"
		files = {"order_lines": lines, "Product Bundle": BUNDLES, "Packed Item": packed}
		book, policy = write_book(tmp_path / "book", **BOOK, **files), tmp_path / "policy.json"
		terms = json.loads(PRESET.read_text("utf-8")) | {"credit_action": "Warn"}
		policy.write_text(json.dumps(terms), "utf-8")
		out = tmp_path / "out"
		assert (
			main(["replay", "--policy", str(policy), "--book", str(book), "--out", str(out), "--quiet"]) == 0
		)
		rows = {row["order"]: row for row in csv.DictReader((out / "decisions.csv").open(encoding="utf-8"))}
		assert (rows["O5"]["verdict"], rows["O5"]["cost"]) == ("Not Replayed", "")
		assert rows["O5"]["not_replayed"] == "Credit; Package"
		assert rows["O2"]["verdict"] != "Not Replayed"
		assert rows["O2"]["not_replayed"] == "Credit; Quotation"
		page = (out / "report.html").read_text("utf-8")
		assert "orders without a verdict" in page
		assert (
			"Not replayed, by number of orders: credit: 5; parts added to a package: 1; what a quotation"
			in page
		)
		assert (
			"taken as if there were none: taxes of orders, units of items, pricing rules, bills of materials, stock by warehouse."
			in page
		)

	def test_a_policy_without_credit_leaves_nothing_out_for_it(self, facts_of, tmp_path):
		terms = make_terms(credit_action=Action.OFF)
		assert gaps_of(facts_of(terms), "O1") == set()


def test_sales_between_own_companies_are_outside_the_rules(tmp_path):
	customers = """
		customer,customer_name,Is Internal Customer,Represents Company
		K1,Alpha,1,Ours
		K2,Beta,1,
		C1,Gamma,0,
	"""
	with closing(open_book(write_book(tmp_path / "book", customers=customers))) as book:
		found = replay(book, Policy("Policy", make_terms()))
		rows = book.rows(f"FROM {found.side.decisions} JOIN judged_orders USING (place)")
	verdicts = {row["order"]: row["verdict"] for row in rows}
	assert (verdicts["O1"], verdicts["O2"]) == ("Not Applicable", "Not Applicable")
	assert verdicts["O4"] == "Blocked"
