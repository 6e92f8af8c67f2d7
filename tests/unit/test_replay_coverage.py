"""What else ERPNext's exports tell of costs and prices: bundles, stock, bills of materials, units, taxes in prices."""

from functools import partial

import pytest

from kam_extension.replay.errors import BadInput
from tests.unit.builders import make_terms, money
from tests.unit.replay_book import with_line
from tests.unit.replay_facts import (
	BOOK,
	BUNDLES,
	ITEMS,
	OF_COMPANY,
	PRICES,
	cost_of,
	list_rate_of,
	read_facts,
	with_lines,
	with_orders,
)


@pytest.fixture
def facts_of(tmp_path):
	return partial(read_facts, tmp_path)


class TestCosts:
	def test_a_bundle_costs_the_sum_of_its_parts_whatever_it_is_listed_at(self, facts_of):
		lines = with_line("order_lines", "O5,1,MAT,1,20.00,20.00", "O5,1,KIT,1,20.00,20.00")
		assert cost_of(facts_of(**BOOK, **lines, **{"Product Bundle": BUNDLES}), "O5") == 170

	def test_a_part_of_unknown_cost_leaves_the_bundle_unknown(self, facts_of):
		lines = with_line("order_lines", "O5,1,MAT,1,20.00,20.00", "O5,1,KIT,1,20.00,20.00")
		prices = PRICES.replace("MAT,Standard Buying,,10.00", "")
		assert (
			cost_of(facts_of(items=ITEMS, **lines, **{"Product Bundle": BUNDLES, "Item Price": prices}), "O5")
			is None
		)

	def test_a_part_is_worth_what_it_is_in_the_warehouse_that_it_is_sent_from(self, facts_of):
		"""2 × 30 from the bundle's own warehouse, 3 × 7 from another."""
		bins = """
			Item Code,Warehouse,Valuation Rate,Actual Qty
			SPC,Stores,30,1
			MAT,Stores,5,1
			MAT,Finished,7,1
		"""
		packed = """
			parent,Parent Item,Item Code,Qty,From Warehouse
			O5,KIT,SPC,2,
			O5,KIT,MAT,3,Finished
		"""
		lines = with_lines(",Source Warehouse", "O5,1,KIT,1,20.00,20.00,Stores")
		files = {"order_lines": lines, "Bin": bins, "Packed Item": packed, "Product Bundle": BUNDLES}
		facts = facts_of(make_terms(cost_sources=("Valuation Rate",)), **BOOK, **files)
		assert (cost_of(facts, "O5"), facts["O5"][1]) == (81, set())

	def test_a_disabled_bundle_is_none(self, facts_of):
		assert cost_of(facts_of(**BOOK, **{"Product Bundle": BUNDLES}), "O5") == 10

	def test_the_default_bill_of_materials_tells_the_cost_of_one(self, facts_of):
		boms = """
			Item,Quantity,Total Cost (Company Currency),Is Default,Is Active,Document Status,Company
			MAT,4,50.00,1,1,1,Ours
			SPC,1,60.00,0,1,1,Ours
			KIT,1,60.00,1,1,0,Ours
		"""
		facts = facts_of(make_terms(cost_sources=("BOM",)), OF_COMPANY, **BOOK, BOM=boms)
		assert (cost_of(facts, "O5"), cost_of(facts, "O3")) == (money("12.5"), None)

	def test_valuation_is_that_of_the_rows_warehouse_else_the_average_of_the_companys_stock(self, facts_of):
		"""3 at 12 and 1 at 20 are 14 on average; another company's 99 don't count."""
		bins = """
			Item Code,Warehouse,Valuation Rate,Actual Qty
			MAT,Stores,12,3
			MAT,Finished,20,1
			MAT,Theirs,99,100
		"""
		warehouses = """
			ID,Company
			Stores,Ours
			Finished,Ours
			Elsewhere,Ours
			Theirs,Another
		"""
		names = ("Stores", "Finished", "Elsewhere", "")
		rows = (f"O5,{row},MAT,1,20.00,20.00,{name}" for row, name in enumerate(names, start=1))
		files = {"order_lines": with_lines(",Source Warehouse", *rows), "Bin": bins, "Warehouse": warehouses}
		facts = facts_of(make_terms(cost_sources=("Valuation Rate",)), OF_COMPANY, **BOOK, **files)
		assert [line.unit_cost for line in facts["O5"][0].lines] == [12, 20, 14, 14]

	def test_without_stock_on_hand_the_average_is_the_plain_mean(self, facts_of):
		bins = """
			Item Code,Warehouse,Valuation Rate,Actual Qty
			MAT,Stores,12,0
			MAT,Finished,20,-3
		"""
		assert cost_of(facts_of(make_terms(cost_sources=("Valuation Rate",)), **BOOK, Bin=bins), "O5") == 16


class TestPrices:
	UNITS = """
		Item Code,UOM (UOMs),Conversion Factor (UOMs),Default Unit of Measure
		SPC,Nos,1,Nos
		,Box,12,
		,Crate,60,
		MAT,Nos,1,Nos
	"""

	def test_a_rows_factor_is_never_less_than_the_items(self, facts_of):
		lines = with_lines(",UOM,UOM Conversion Factor", "O3,1,SPC,10,98.00,980.00,Box,1")
		document, _gaps = facts_of(items=self.UNITS, order_lines=lines, **{"Item Price": PRICES})["O3"]
		assert (document.lines[0].stock_quantity, document.lines[0].list_rate) == (120, 1176)

	def test_the_smallest_other_unit_says_what_a_stock_unit_is_worth(self, facts_of):
		prices = """
			Item Code,Price List,UOM,Rate
			SPC,Standard Selling,Crate,6000.00
			SPC,Standard Selling,Box,1260.00
		"""
		assert list_rate_of(facts_of(items=self.UNITS, **{"Item Price": prices}), "O3") == 105

	def test_prices_of_a_list_may_hold_for_every_unit(self, facts_of):
		lists = """
			ID,Price Not UOM Dependent
			Standard Selling,1
			Standard Buying,0
		"""
		lines = with_lines(",UOM,UOM Conversion Factor", "O3,1,SPC,10,98.00,980.00,Box,12")
		files = {"Item Price": PRICES, "Price List": lists}
		assert list_rate_of(facts_of(items=self.UNITS, order_lines=lines, **files), "O3") == 98

	TAXES = """
		parent,idx,Type,Account Head,Tax Rate,Reference Row #,Is this Tax included in Basic Rate?
		O3,1,On Net Total,VAT,13,,1
		O3,2,On Previous Row Amount,Levy,10,1,1
		O3,3,On Net Total,Duty,5,,0
		O4,1,On Net Total,VAT,13,,0
	"""

	def test_a_list_price_is_compared_without_the_tax_that_prices_include(self, facts_of):
		"""13 % and a tenth of it: 98 ÷ 1.143."""
		facts = facts_of(**BOOK, **{"Sales Taxes and Charges": self.TAXES})
		assert round(list_rate_of(facts, "O3"), 6) == money("85.739283")
		assert list_rate_of(facts, "O4") == 98

	def test_the_rates_of_an_items_own_tax_template_win(self, facts_of):
		lines = with_lines(",Item Tax Rate", 'O3,1,SPC,10,98.00,980.00,"{""VAT"": 6, ""Levy"": 0}"')
		facts = facts_of(**BOOK, order_lines=lines, **{"Sales Taxes and Charges": self.TAXES})
		assert round(list_rate_of(facts, "O3"), 6) == money("92.452830")

	def test_tax_rates_that_are_none_are_refused(self, facts_of):
		lines = with_lines(",Item Tax Rate", "O3,1,SPC,10,98.00,980.00,six")
		with pytest.raises(
			BadInput, match="order_lines, column item_tax_rate: six is no JSON object of tax rates"
		):
			facts_of(**BOOK, order_lines=lines)

	def test_amounts_count_at_the_rate_that_the_order_was_judged_by(self, facts_of):
		"""98 dollars are 784 at the document's 8 and 686 at the 7 that it was judged by."""
		orders = with_orders("currency,conversion_rate,Judged Exchange Rate", O3="USD,8,7")
		document, _gaps = facts_of(orders=orders)["O3"]
		[line] = document.lines
		assert (line.net_rate, line.net_amount, document.gross) == (
			money("686"),
			money("6860"),
			money("6860.00"),
		)
