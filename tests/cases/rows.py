"""Markup bands, rebates, several rows, units, bundles, cost that nobody knows (R21–R24)."""

from tests.cases.case import MARKUP, Case, Expected, blocked, cap, passes

NO_CAP = {"price_action": "Off"}
ON_RECEIPTS = {"rebate_basis": "On Receipts", "rebate_base": "Net Receipts"}
ON_GROSS_RECEIPTS = {"rebate_basis": "On Receipts", "rebate_base": "Gross Receipts"}
LADDER = {"agreement": {}}

CASES = (
	Case(
		"markup reached",
		"C 10 × 70 = 700, and 20 % on it is 840; the cap would let 80 × 0.85 = 68 pass",
		(("pipe", 10, 84),),
		passes(840, 840, {1: 84}),
	),
	Case(
		"markup missed by a cent a piece",
		"839.90 is less than 840",
		(("pipe", 10, 83.99),),
		blocked(839.90, 840, {1: 84}, MARKUP),
	),
	Case(
		"quotation below the markup",
		"839.90 is less than 840",
		(("pipe", 10, 83.99),),
		blocked(839.90, 840, {1: 84}, MARKUP),
		doctype="Quotation",
	),
	Case(
		"delivered below the markup",
		"839.90 is less than 840",
		(("pipe", 10, 83.99),),
		blocked(839.90, 840, {1: 84}, MARKUP),
		doctype="Delivery Note",
	),
	Case(
		"a dearer row makes up for a cheap one",
		"C 700 + 1,000, required 2,040, N 700 + 1,500; by cost 840 and 1,200 of it; the valve's cap is 127.50",
		(("pipe", 10, 70), ("valve", 10, 150)),
		passes(2200, 2200, {1: 84, 2: 127.50}),
	),
	Case(
		"band edge is the way out",
		"C 170,000: 20 % wants 204,000 but from 200,000 on 17 % wants 198,900; 200,000 ÷ 1,700 is 117.648 up",
		(("valve", 1700, 117.64),),
		blocked(199988, 200000, {1: 117.65}, MARKUP),
		policy=NO_CAP,
	),
	Case(
		"just above the band edge",
		"N 200,005 in the band of 17 %; below 200,000 nothing passes, so that is how low it may go",
		(("valve", 1700, 117.65),),
		passes(200005, 200005, {1: 117.65}),
		policy=NO_CAP,
	),
	Case(
		"lower bound of a band is inclusive",
		"N 200,000.00 needs 17 %: 170,940 + 29,059.80 = 199,999.80; with 20 % it would be 205,128",
		(("motor", 1000, 200),),
		passes(200000, 200000, {1: 200}),
	),
	Case(
		"a cent a piece below the band edge",
		"199,990 needs 205,128; the edge at 200,000 is nearer",
		(("motor", 1000, 199.99),),
		blocked(199990, 200000, {1: 200}, MARKUP),
	),
	Case(
		"source's example with the rebate on cost",
		"C 700,000 + 14 % 98,000 + 8 % 56,000 = 854,000",
		(("pipe", 10000, 85.40),),
		passes(854000, 854000, {1: 85.40}),
		given=LADDER,
		doctype="Quotation",
	),
	Case(
		"a cent a piece below the source's example",
		"853,900 misses 854,000 by 100",
		(("pipe", 10000, 85.39),),
		blocked(853900, 854000, {1: 85.40}, MARKUP),
		given=LADDER,
	),
	Case(
		"without agreement no rebate is priced in",
		"C 700,000 + 14 % = 798,000",
		(("pipe", 10000, 79.80),),
		passes(798000, 798000, {1: 79.80}),
	),
	Case(
		"rebate on receipts",
		"867,400 − 69,392 = 798,008; 867,391.30 − 69,391.30 = 798,000.00 is the least, a cent less keeps 797,999.99",
		(("pipe", 10000, 86.74),),
		passes(867400, 867400, {1: 86.74}),
		policy=ON_RECEIPTS,
		given=LADDER,
	),
	Case(
		"rebate on receipts missed",
		"867,300 − 69,384 = 797,916",
		(("pipe", 10000, 86.73),),
		blocked(867300, 867391.30, {1: 86.74}, MARKUP),
		policy=ON_RECEIPTS,
		given=LADDER,
	),
	Case(
		"rebate on receipts with tax",
		"877,400 × 1.13 = 991,462, of it 8 % is 79,316.96, kept 798,083.04; the least is 877,308.71",
		(("pipe", 10000, 87.74),),
		passes(877400, 877400, {1: 87.74}),
		doctype="Sales Invoice",
		policy=ON_GROSS_RECEIPTS,
		taxes=("VAT",),
		given=LADDER,
	),
	Case(
		"special rate of an agreement",
		"C 700 + 20 % 140 + 3 % 21 = 861; 86.10 a piece",
		(("pipe", 10, 86),),
		blocked(860, 861, {1: 86.10}, MARKUP),
		given={"agreement": {"rate_source": "Special", "special_rate": 3}},
	),
	Case(
		"other costs have to be earned",
		"798,000 + 0.01 of other costs; 79.800001 a piece is 79.81 up",
		(("pipe", 10000, 79.80),),
		blocked(798000, 798000.01, {1: 79.81}, MARKUP),
		fields={"kam_other_costs": 0.01},
	),
	Case(
		"a box is twelve pieces",
		"120 pieces cost 960, and 20 % is 1,152; the list's 120 a box less 15 % is 102",
		(("bolt", 10, 115.20, {"uom": "Box"}),),
		passes(1152, 1152, {1: 115.20}),
	),
	Case(
		"a box missed by a cent",
		"1,151.90 is less than 1,152",
		(("bolt", 10, 115.19, {"uom": "Box"}),),
		blocked(1151.90, 1152, {1: 115.20}, MARKUP),
		doctype="Delivery Note",
	),
	Case(
		"a box below its cap",
		"101.99 is less than 120 × 0.85; 20 % on 96 is not looked at",
		(("bolt", 10, 101.99, {"uom": "Box"}),),
		blocked(1019.90, 1019.90, {1: 102}, cap(1)),
		policy={"margin_action": "Off"},
	),
	Case(
		"a bundle costs the sum of its parts",
		"2 × 100 + 5 × 8 = 240, and 20 % is 288",
		(("kit", 1, 288),),
		passes(288, 288, {1: 288}),
		policy=NO_CAP,
	),
	Case(
		"a bundle a cent too cheap",
		"287.99 is less than 288",
		(("kit", 1, 287.99),),
		blocked(287.99, 288, {1: 288}, MARKUP),
		policy=NO_CAP,
	),
	Case(
		"a bundle below the cap",
		"400 × 0.85 = 340; the markup is fulfilled",
		(("kit", 2, 339.99),),
		blocked(679.98, 679.98, {1: 340}, cap(1)),
	),
	Case(
		"unknown cost is not zero",
		"no list, stock or purchase knows what it costs; 90 × 0.85 = 76.50",
		(("sample", 10, 90),),
		blocked(900, None, {1: 76.50}, ("Unknown Cost", 1)),
	),
	Case(
		"unknown cost does not pay for another row",
		"900 of the sample does not count: 839.90 is less than 840",
		(("sample", 10, 90), ("pipe", 10, 83.99)),
		Expected("Blocked", 1739.90, 840, {1: 76.50, 2: 84}, (("Unknown Cost", 1), MARKUP)),
		policy={"unknown_cost_action": "Warn"},
	),
	Case(
		"unlisted item",
		"not in the base list; the markup is fulfilled: 50 and 20 % is 60",
		(("survey", 10, 60),),
		blocked(600, 600, {1: 60}, ("Unlisted Item", 1)),
	),
)
