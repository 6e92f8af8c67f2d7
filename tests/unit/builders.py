"""Short ways to the facts and terms that the unit tests judge."""

import json
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from kam_extension.policy.codes import AccountClass, Action, RebateBase, RebateBasis
from kam_extension.policy.facts import AccountFacts, DocumentFacts, LineFacts
from kam_extension.policy.rebates import Agreement
from kam_extension.policy.terms import PolicyTerms, terms_from

PRESET = Path(__file__).resolve().parents[2] / "fixtures" / "policies" / "default.json"
LADDER = Agreement("Agreement on the ladder")


def money(value: object) -> Decimal:
	return Decimal(str(value))


def make_terms(**changes) -> PolicyTerms:
	"""The shipped default policy, blocking, with `changes`."""
	blocking = {
		"price_action": Action.BLOCK,
		"margin_action": Action.BLOCK,
		"credit_action": Action.BLOCK,
	}
	return replace(_shipped_terms(), **{**blocking, **changes})


@cache
def _shipped_terms() -> PolicyTerms:
	return terms_from(json.loads(PRESET.read_text("utf-8")))


def on_receipts(**changes) -> PolicyTerms:
	return make_terms(rebate_basis=RebateBasis.ON_RECEIPTS, **changes)


def on_net_receipts(**changes) -> PolicyTerms:
	return on_receipts(rebate_base=RebateBase.NET_RECEIPTS, **changes)


def make_line(rate, quantity=1, cost=None, list_rate=None, row=1, item_code="ITEM", **changes) -> LineFacts:
	"""One row sold by its stock unit; `changes` go to `LineFacts`."""
	values = {
		"row": row,
		"item_code": item_code,
		"quantity": money(quantity),
		"stock_quantity": money(quantity),
		"net_rate": money(rate),
		"net_amount": (money(rate) * money(quantity)).quantize(Decimal("0.01")),
		"list_rate": None if list_rate is None else money(list_rate),
		"unit_cost": None if cost is None else money(cost),
	}
	return LineFacts(**{**values, **changes})


def make_account(tier="A", account_class=AccountClass.MAJOR, **changes) -> AccountFacts:
	return AccountFacts(
		name="KA-00001", customer="Customer", account_class=account_class, tier=tier, **changes
	)


def make_document(*lines, tax="0", **changes) -> DocumentFacts:
	"""A document of `lines`; N is their sum, `tax` in percent makes the grand total."""
	net = sum((line.net_amount for line in lines), Decimal(0))
	values = {
		"account": make_account(),
		"lines": tuple(lines),
		"net": net,
		"gross": net + (net * money(tax) / 100).quantize(Decimal("0.01")),
	}
	return DocumentFacts(**{**values, **changes})


def worked_example(rate, tax="0", agreement=LADDER, **changes) -> DocumentFacts:
	"""S4's example: 10,000 m² of a product that costs 70.00, rebate by the ladder, base price 98.00."""
	line = make_line(rate, quantity=10000, cost=70, list_rate=98, item_code="SPC")
	return make_document(line, tax=tax, agreement=agreement, **changes)
