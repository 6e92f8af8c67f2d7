"""Credit, suspension, dealers, customers who are no key account (R28, R31, R32)."""

from tests.cases.case import CREDIT, MARKUP, Case, blocked, passes, untouched

CREDIT_RULE = {"credit_action": "Block"}
LIMIT_1000 = {"credit_limit_override": 1000, "credit_limit_override_reason": "Test"}
REGISTERED = {"dealer": {"is_registered": True}}
UNREGISTERED = {"dealer": {"is_registered": False}}

CASES = (
	Case(
		"within the credit limit",
		"840 of 1,000",
		(("pipe", 10, 84),),
		passes(840, 840, {1: 84}),
		policy=CREDIT_RULE,
		account=LIMIT_1000,
	),
	Case(
		"over the credit limit",
		"1,008 of 1,000",
		(("pipe", 12, 84),),
		blocked(1008, 1008, {1: 84}, CREDIT),
		policy=CREDIT_RULE,
		account=LIMIT_1000,
	),
	Case(
		"over the credit limit by its tax",
		"900 and 13 % of tax is 1,017 of 1,000",
		(("pipe", 10, 90),),
		blocked(900, 900, {1: 84}, CREDIT),
		policy=CREDIT_RULE,
		account=LIMIT_1000,
		taxes=("VAT",),
	),
	Case(
		"over the credit limit and below the markup",
		"1,007.88 is over 1,000 and less than 1,008",
		(("pipe", 12, 83.99),),
		blocked(1007.88, 1008, {1: 84}, CREDIT, MARKUP),
		doctype="Delivery Note",
		policy=CREDIT_RULE,
		account=LIMIT_1000,
	),
	Case(
		"a quotation takes no credit",
		"nothing is delivered yet",
		(("pipe", 12, 84),),
		passes(1008, 1008, {1: 84}),
		doctype="Quotation",
		policy=CREDIT_RULE,
		account=LIMIT_1000,
	),
	Case(
		"suspended account orders",
		"a suspension stops orders whatever the policy does about credit",
		(("pipe", 10, 84),),
		blocked(840, 840, {1: 84}, CREDIT),
		account={"status": "Suspended"},
	),
	Case(
		"suspended account asks for a quotation",
		"a quotation commits nobody",
		(("pipe", 10, 84),),
		passes(840, 840, {1: 84}),
		doctype="Quotation",
		account={"status": "Suspended"},
	),
	Case(
		"through the registered dealer",
		"dealer-led projects are outside the formula; the cap of 68 stays",
		(("pipe", 10, 70),),
		passes(700, 700, {1: 68}),
		given=REGISTERED,
	),
	Case(
		"quoted through the registered dealer",
		"dealer-led projects are outside the formula; the cap of 68 stays",
		(("pipe", 10, 70),),
		passes(700, 700, {1: 68}),
		doctype="Quotation",
		given=REGISTERED,
	),
	Case(
		"through a dealer whom nobody registered",
		"700 is less than 840",
		(("pipe", 10, 70),),
		blocked(700, 840, {1: 84}, MARKUP),
		given=UNREGISTERED,
	),
	Case(
		"dealers are inside the formula under this policy",
		"700 is less than 840",
		(("pipe", 10, 70),),
		blocked(700, 840, {1: 84}, MARKUP),
		policy={"exclude_dealer_led": 0},
		given=REGISTERED,
	),
	Case(
		"a customer who is no key account",
		"ERPNext alone",
		(("pipe", 10, 1),),
		untouched(0),
		account=None,
	),
)
