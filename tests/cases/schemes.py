"""Free items, pricing rules and the tier's price: what ERPNext itself puts into the document."""

from tests.cases.case import MARKUP, Case, blocked, cap, passes

TEN_BOLTS_FREE = {"pricing_rule": {"on": "valve", "free_item": "bolt", "free_qty": 10, "min_qty": 10}}
FORTY_BOLTS_FREE = {"pricing_rule": {"on": "valve", "free_item": "bolt", "free_qty": 40, "min_qty": 10}}
TRANSACTION_15 = {"pricing_rule": {"discount_percentage": 15, "min_amt": 1000}}
TRANSACTION_16 = {"pricing_rule": {"discount_percentage": 16, "min_amt": 1000}}

CASES = (
	Case(
		"tier price comes by itself",
		"Major A's list is 10 % below the base: 135",
		(("valve", 10, None),),
		passes(1350, 1350, {1: 127.50}),
	),
	Case(
		"tier price of a quotation",
		"150 less 10 % is 135",
		(("valve", 10, None),),
		passes(1350, 1350, {1: 127.50}),
		doctype="Quotation",
	),
	Case(
		"rule on top of the tier price",
		"135 less 10 % is 121.50, less than 127.50; 1,215 is more than 1,200",
		(("valve", 10, None),),
		blocked(1215, 1215, {1: 127.50}, cap(1)),
		given={"pricing_rule": {"on": "valve", "discount_percentage": 10}},
	),
	Case(
		"a row given away by hand is no free item of a rule",
		"0 is less than 127.50; 11 × 100 and 20 % is 1,320, which ten at 132 bring in",
		(("valve", 10, 132), ("valve", 1, 0, {"is_free_item": 1, "discount_percentage": 100})),
		blocked(1320, 1320, {1: 127.50, 2: 127.50}, cap(2)),
		doctype="Delivery Note",
	),
	Case(
		"a row given away by hand, not earned either",
		"0 is less than 127.50, and 1,319.90 less than 1,320",
		(("valve", 10, 131.99), ("valve", 1, 0, {"is_free_item": 1, "discount_percentage": 100})),
		blocked(1319.90, 1320, {1: 127.50, 2: 127.50}, cap(2), MARKUP),
	),
	Case(
		"free item of a rule counts in cost",
		"1,000 + 10 × 8 = 1,080, and 20 % is 1,296: 129.60 of each valve",
		(("valve", 10, 129.59),),
		blocked(1295.90, 1296, {1: 129.60}, MARKUP),
		given=TEN_BOLTS_FREE,
	),
	Case(
		"free item of a rule that is earned",
		"1,296 and more",
		(("valve", 10, 130),),
		passes(1300, 1300, {1: 129.60}),
		doctype="Sales Invoice",
		given=TEN_BOLTS_FREE,
	),
	Case(
		"forty bolts free on a quotation",
		"1,000 + 40 × 8 = 1,320, and 20 % is 1,584",
		(("valve", 10, 150),),
		blocked(1500, 1584, {1: 158.40}, MARKUP),
		doctype="Quotation",
		given=FORTY_BOLTS_FREE,
	),
	Case(
		"rule on the whole transaction",
		"1,500 less 15 % is 1,275",
		(("valve", 10, 150),),
		passes(1275, 1275, {1: 127.50}),
		given=TRANSACTION_15,
	),
	Case(
		"rule on the whole transaction beyond the cap",
		"1,500 less 16 % is 1,260, 126 a piece",
		(("valve", 10, 150),),
		blocked(1260, 1260, {1: 127.50}, cap(1)),
		given=TRANSACTION_16,
	),
	Case(
		"rule on the whole transaction of an invoice",
		"1,500 less 16 % is 1,260, 126 a piece",
		(("valve", 10, 150),),
		blocked(1260, 1260, {1: 127.50}, cap(1)),
		doctype="Sales Invoice",
		given=TRANSACTION_16,
	),
	Case(
		"rule on the whole transaction of a quotation",
		"1,500 less 16 % is 1,260, 126 a piece",
		(("valve", 10, 150),),
		blocked(1260, 1260, {1: 127.50}, cap(1)),
		doctype="Quotation",
		given=TRANSACTION_16,
	),
)
