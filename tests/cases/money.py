"""Tax-inclusive prices, early-payment discounts, currencies (section D)."""

from tests.cases.case import MARKUP, Case, blocked, cap, passes

DOLLAR = {"exchange_rate": {"USD": 7}}
EARLY = {"early_payment": {"percentage": 5}}

CASES = (
	Case(
		"price includes tax",
		"135.60 ÷ 1.13 = 120; the list's 150 includes tax too: 132.74 net, less 15 % 112.83",
		(("valve", 10, 135.60),),
		passes(1200, 1200, {1: 120}),
		taxes=("VAT included",),
	),
	Case(
		"price includes tax, a cent less",
		"1,355.90 ÷ 1.13 = 1,199.91",
		(("valve", 10, 135.59),),
		blocked(1199.91, 1200, {1: 120}, MARKUP),
		doctype="Sales Invoice",
		taxes=("VAT included",),
	),
	Case(
		"cap when the price includes tax",
		"127.49 ÷ 1.13 = 112.82 is less than 112.83",
		(("valve", 10, 127.49),),
		blocked(1128.23, 1128.23, {1: 112.83}, cap(1)),
		policy={"margin_action": "Off"},
		taxes=("VAT included",),
	),
	Case(
		"tax on top changes nothing",
		"N is without tax",
		(("pipe", 10, 84),),
		passes(840, 840, {1: 84}),
		doctype="Quotation",
		taxes=("VAT",),
	),
	Case(
		"early-payment discount counts",
		"880 less 5 % is 836; 840 ÷ 0.95 = 884.22 up, 88.43 a piece",
		(("pipe", 10, 88),),
		blocked(836, 840, {1: 88.43}, MARKUP),
		given=EARLY,
	),
	Case(
		"early-payment discount that leaves enough",
		"900 less 5 % is 855, 15 more than needed; so the rows may go down by 15",
		(("pipe", 10, 90),),
		passes(855, 855, {1: 88.50}),
		doctype="Sales Invoice",
		given=EARLY,
	),
	Case(
		"early-payment discount with tax",
		"5 % of 994.40 is 49.72, of which 44 is net",
		(("pipe", 10, 88),),
		blocked(836, 840, {1: 88.43}, MARKUP),
		doctype="Quotation",
		taxes=("VAT",),
		given=EARLY,
	),
	Case(
		"dollars",
		"18.22 × 7 = 127.54; 127.50 ÷ 7 is 18.22 up",
		(("valve", 10, 18.22),),
		passes(1275.40, 1275.40, {1: 18.22}),
		given=DOLLAR,
		fields={"currency": "USD"},
	),
	Case(
		"dollars, a cent less",
		"18.21 × 7 = 127.47 is less than 127.50",
		(("valve", 10, 18.21),),
		blocked(1274.70, 1274.70, {1: 18.22}, cap(1)),
		doctype="Quotation",
		given=DOLLAR,
		fields={"currency": "USD"},
	),
	Case(
		"dollars below the markup",
		"12 × 7 = 84, a cent less is 83.93: 839.30 is less than 840",
		(("pipe", 10, 11.99),),
		blocked(839.30, 840, {1: 12}, MARKUP),
		doctype="Delivery Note",
		given=DOLLAR,
		fields={"currency": "USD"},
	),
	Case(
		"a better exchange rate than the site's does not count",
		"17 × 8 would be 136; at the site's 7 it is 119: below 127.50, and 1,190 below 1,200",
		(("valve", 10, 17),),
		blocked(1190, 1200, {1: 18.22}, cap(1), MARKUP),
		given=DOLLAR,
		fields={"currency": "USD", "conversion_rate": 8},
	),
	Case(
		"a worse exchange rate than the site's counts",
		"18.22 × 6.9 = 125.718: the company books 125.72, which is less than 127.50; 127.50 ÷ 6.9 is 18.48 up",
		(("valve", 10, 18.22),),
		blocked(1257.18, 1257.18, {1: 18.48}, cap(1)),
		given=DOLLAR,
		fields={"currency": "USD", "conversion_rate": 6.9},
	),
)
