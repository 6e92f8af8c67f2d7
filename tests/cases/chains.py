"""Rows that were checked before, returns, amendments (R25, R27)."""

from tests.cases.case import MARKUP, Case, Expected, Source, blocked, cap, passes, untouched

NO_CAP = {"price_action": "Off"}
ORDER = Source("Sales Order", "order to invoice", (("pipe", 10, 84),))
ORDER_TO_DELIVER = Source("Sales Order", "order to delivery", (("pipe", 10, 84),))
BIG_ORDER = Source("Sales Order", "order to invoice", (("pipe", 2000, 100),))
QUOTATION = Source("Quotation", "quotation to order", (("pipe", 10, 84),))
BIG_QUOTATION = Source("Quotation", "quotation to order", (("pipe", 2000, 84),))
INVOICE = Source("Sales Invoice", "return of invoice", (("pipe", 10, 84),))
EXCEPTED = Source("Sales Order", "amendment", (("pipe", 10, 80),), has_exception=True)
EXCEPTED_QUOTATION = Source("Quotation", "quotation to order", (("pipe", 10, 80),), has_exception=True)

CASES = (
	Case(
		"half of a checked order is billed",
		"at the order's price nothing is judged again",
		((1, 5, 84),),
		untouched(420),
		doctype="Sales Invoice",
		source=ORDER,
	),
	Case(
		"billed cheaper than ordered",
		"5 × 70 and 20 % is 420; 419.95 is billed",
		((1, 5, 83.99),),
		blocked(419.95, 420, {1: 84}, MARKUP),
		doctype="Sales Invoice",
		source=ORDER,
	),
	Case(
		"billed dearer than ordered",
		"85 is not lower than 84",
		((1, 9, 85),),
		untouched(765),
		doctype="Sales Invoice",
		source=ORDER,
	),
	Case(
		"a document discount on the invoice makes it cheaper",
		"840 − 8.40 = 831.60 is less than 840, the order's price",
		((1, 10, 84),),
		blocked(831.60, 840, {1: 84}, MARKUP),
		doctype="Sales Invoice",
		source=ORDER,
		fields={"apply_discount_on": "Net Total", "additional_discount_percentage": 1},
	),
	Case(
		"a row is added to a delivery",
		"only the valves are judged: 10 × 100 and 20 % is 1,200",
		((1, 10, 84), ("valve", 10, 120)),
		passes(2040, 1200, {2: 120}),
		doctype="Delivery Note",
		source=ORDER_TO_DELIVER,
		policy=NO_CAP,
	),
	Case(
		"a row is added to a delivery too cheaply",
		"1,199.90 is less than 1,200",
		((1, 10, 84), ("valve", 10, 119.99)),
		blocked(2039.90, 1200, {2: 120}, MARKUP),
		doctype="Delivery Note",
		source=ORDER_TO_DELIVER,
		policy=NO_CAP,
	),
	Case(
		"an added row is banded by the whole document",
		"200,000 + 1,170 is in the band of 17 %: 1,000 and 17 % is 1,170",
		((1, 2000, 100), ("valve", 10, 117)),
		passes(201170, 1170, {2: 117}),
		doctype="Sales Invoice",
		source=BIG_ORDER,
		policy=NO_CAP,
	),
	Case(
		"an added row below its cap",
		"127.49 is less than 127.50",
		((1, 10, 84), ("valve", 10, 127.49)),
		blocked(2114.90, 1274.90, {2: 127.50}, cap(2)),
		doctype="Sales Invoice",
		source=ORDER,
	),
	Case(
		"what was quoted is ordered",
		"the quoted price holds for the quoted quantity",
		((1, 2000, 84),),
		untouched(168000),
		source=BIG_QUOTATION,
	),
	Case(
		"half of what was quoted is priced anew",
		"another quantity is banded by itself: 1,000 × 70 and 20 % is 84,000",
		((1, 1000, 84),),
		passes(84000, 84000, {1: 84}),
		source=BIG_QUOTATION,
	),
	Case(
		"half of what was quoted in a better band",
		"238,000 quoted needs 17 %: 234,000; 119,000 ordered needs 20 %: 120,000",
		((1, 1000, 119),),
		blocked(119000, 120000, {1: 120}, MARKUP),
		source=Source("Quotation", "quotation to order", (("valve", 2000, 119),)),
		policy=NO_CAP,
	),
	Case(
		"ordered cheaper than quoted",
		"10 × 70 and 20 % is 840; 839 is ordered",
		((1, 10, 83.90),),
		blocked(839, 840, {1: 84}, MARKUP),
		source=QUOTATION,
	),
	Case(
		"a quotation with an exception is ordered",
		"80 was approved on the quotation and holds",
		((1, 10, 80),),
		untouched(800),
		source=EXCEPTED_QUOTATION,
	),
	Case(
		"ordered cheaper than the exception allows",
		"799 is less than the 800 that were approved",
		((1, 10, 79.90),),
		blocked(799, 840, {1: 84}, MARKUP),
		source=EXCEPTED_QUOTATION,
	),
	Case(
		"an amendment keeps its exception",
		"800 was approved, 40 short of 840",
		((1, 10, 80),),
		Expected("Excepted", 800, 840, {1: 84}, (MARKUP,)),
		source=EXCEPTED,
	),
	Case(
		"an amendment worse than its exception",
		"799.90 is 40.10 short",
		((1, 10, 79.99),),
		blocked(799.90, 840, {1: 84}, MARKUP),
		source=EXCEPTED,
	),
	Case(
		"goods come back",
		"a return against an invoice is not judged",
		((1, -10, 84),),
		untouched(0),
		doctype="Sales Invoice",
		source=INVOICE,
	),
	Case(
		"a credit note that names no invoice",
		"150 given back is a price concession",
		(("valve", -1, 150),),
		blocked(-150, None, {1: 127.50}, ("Unreferenced Credit", None)),
		doctype="Sales Invoice",
		fields={"is_return": 1},
	),
)
