"""Read in ranges and by several processes, a random book gives what the policy core says of its orders directly."""

import json
import random
from collections import defaultdict
from contextlib import closing
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from kam_extension.policy.facts import AccountFacts, DocumentFacts, LineFacts
from kam_extension.policy.judge import judge
from kam_extension.policy.rebates import Agreement, agreed_rate, rebate_on_receipt
from kam_extension.replay import store, work
from kam_extension.replay.book import open_book
from kam_extension.replay.engine import replay
from kam_extension.replay.policy_file import Policy
from tests.unit.builders import make_terms, on_net_receipts
from tests.unit.replay_exports import write_text

CENT, FIRST_DAY, LAST_DAY = Decimal("0.01"), date(2025, 1, 1), date(2026, 6, 30)
POLICIES = (make_terms(), on_net_receipts(exclude_dealer_led=False))


class RandomBook:
	"""A book in plain lists, its files, and the facts that its orders have."""

	def __init__(self, seed: int, orders: int = 60):
		self.chance = random.Random(seed)
		pick = self.chance.choice
		self.accounts = {
			f"K{number}": (pick(("Major", "Ordinary")), pick(("A", "B", "C", None)), pick(("Dealer", None)))
			for number in range(6)
		}
		self.items = {
			f"I{number}": (pick((None, self.money(10, 200))), pick((None, self.money(100, 300))))
			for number in range(8)
		}
		self.agreements = {
			f"R{number}": (f"K{number}", pick((None, Decimal(pick((1, 3, 7)))))) for number in range(0, 6, 2)
		}
		self.orders = [self.order(number) for number in range(orders)]

	def money(self, low: int, high: int) -> Decimal:
		return Decimal(self.chance.randint(low * 100, high * 100)) / 100

	def order(self, number: int) -> dict:
		lines = [self.line() for _line in range(self.chance.randint(1, 5))]
		net = sum(line["amount"] for line in lines)
		return {
			"order": f"O{number:03}",
			"customer": self.chance.choice(list(self.accounts)),
			"day": FIRST_DAY + timedelta(days=self.chance.randint(0, (LAST_DAY - FIRST_DAY).days + 20)),
			"lines": lines,
			"net": net,
			"gross": (net * Decimal("1.13")).quantize(CENT, ROUND_HALF_UP),
			"other_costs": self.chance.choice((Decimal(0), self.money(0, 500))),
			"dealer": self.chance.choice(("Dealer", "Other", None)),
		}

	def line(self) -> dict:
		quantity, factor = Decimal(self.chance.randint(1, 900)), Decimal(self.chance.choice((1, 1, 10)))
		rate = self.chance.choice((Decimal(0), self.money(5, 300), self.money(900, 3000)))
		item = self.chance.choice(list(self.items))
		return {"item": item, "quantity": quantity, "factor": factor, "rate": rate, "amount": quantity * rate}

	def judged(self) -> list[dict]:
		return sorted(
			(order for order in self.orders if order["day"] <= LAST_DAY),
			key=lambda order: (order["day"], order["order"]),
		)

	def agreement(self, order: dict) -> Agreement | None:
		for name, (customer, special) in self.agreements.items():
			if customer == order["customer"]:
				return Agreement(name, "Special" if special else "Policy Ladder", special or Decimal(0))
		return None

	def facts(self, order: dict) -> DocumentFacts:
		account_class, tier, dealer = self.accounts[order["customer"]]
		return DocumentFacts(
			account=AccountFacts(customer=order["customer"], account_class=account_class, tier=tier),
			lines=tuple(self.line_facts(number, line) for number, line in enumerate(order["lines"], start=1)),
			net=order["net"],
			gross=order["gross"],
			other_costs=order["other_costs"],
			agreement=self.agreement(order),
			is_dealer_led=bool(dealer) and dealer == order["dealer"],
		)

	def line_facts(self, number: int, line: dict) -> LineFacts:
		cost, price = self.items[line["item"]]
		return LineFacts(
			row=number,
			item_code=line["item"],
			quantity=line["quantity"],
			stock_quantity=line["quantity"] * line["factor"],
			net_rate=line["rate"],
			net_amount=line["amount"],
			list_rate=price * line["factor"] if price else None,
			unit_cost=cost,
			is_free=line["rate"] == 0,
		)

	def write(self, directory) -> None:
		tables = {
			"customers": [("customer", "customer_name"), *((name, name) for name in self.accounts)],
			"key_accounts": [
				("customer", "account_class", "tier", "strategic_influence", "sales_partner"),
				*(
					(name, account_class, tier, 1, dealer)
					for name, (account_class, tier, dealer) in self.accounts.items()
				),
			],
			"items": [
				("item_code", "cost", "base_price"),
				*((name, *prices) for name, prices in self.items.items()),
			],
			"orders": [
				(
					"order",
					"customer",
					"order_date",
					"other_costs",
					"net_total",
					"grand_total",
					"state",
					"sales_partner",
				),
				*(
					(
						one["order"],
						one["customer"],
						one["day"],
						one["other_costs"],
						one["net"],
						one["gross"],
						"Submitted",
						one["dealer"],
					)
					for one in self.orders
				),
			],
			"order_lines": [
				("order", "row", "item_code", "quantity", "rate", "amount", "conversion_factor"),
				*(
					(
						one["order"],
						number,
						line["item"],
						line["quantity"],
						line["rate"],
						line["amount"],
						line["factor"],
					)
					for one in self.orders
					for number, line in enumerate(one["lines"], start=1)
				),
			],
			"payments": [
				("payment", "customer", "posting_date", "kind", "amount"),
				*(
					(f"P{one['order']}", one["customer"], one["day"], "Receive", one["gross"] / 2)
					for one in self.orders
				),
			],
			"payment_references": [
				("payment", "document_type", "document", "amount"),
				*((f"P{one['order']}", "Sales Order", one["order"], one["gross"] / 2) for one in self.orders),
			],
			"rebate_agreements": [
				("agreement", "customer", "valid_from", "valid_to", "rate_source", "special_rate"),
				*(
					(
						name,
						customer,
						FIRST_DAY,
						"2027-12-31",
						"Special" if special else "Policy Ladder",
						special,
					)
					for name, (customer, special) in self.agreements.items()
				),
			],
		}
		for name, rows in tables.items():
			self.chance.shuffle(body := rows[1:])
			write_text(directory / f"{name}.csv", [rows[0], *body])
		(directory / "book.json").write_text(json.dumps({"as_of_date": str(LAST_DAY)}), "utf-8")


def results(directory) -> dict:
	"""{(policy, order): (verdict, reasons' rules, required net, passing net, markup, rate)} and the rebates of both."""
	tried, against = (Policy(name, terms) for name, terms in zip(("Tried", "Against"), POLICIES, strict=True))
	with closing(open_book(directory)) as book:
		found, decided, owed = replay(book, tried, against), {}, defaultdict(list)
		for number, side in enumerate(found.sides):
			for row in book.stream(f"FROM {side.decisions} JOIN judged_orders USING (place)"):
				figures = (
					row["required_net"],
					row["passing_net"],
					row["cost"],
					row["actual_markup"],
					row["rebate_rate"],
				)
				decided[number, row["order"]] = (row["verdict"], row["rules"] or "", *figures)
			for row in book.stream(
				f'SELECT "order", rebate FROM {side.rebates} JOIN receipts USING (place) ORDER BY place'
			):
				owed[number].append((row["order"], row["rebate"]))
		return {"decided": decided, "owed": dict(owed)}


def expected(book: RandomBook) -> dict:
	decided, owed = {}, {number: [] for number in range(len(POLICIES))}
	for number, terms in enumerate(POLICIES):
		for order in book.judged():
			facts = book.facts(order)
			verdict = judge(facts, terms)
			margin = verdict.margin
			rules = "; ".join(sorted({str(violation.rule) for violation in verdict.violations}))
			figures = (
				margin and margin.required_net,
				verdict.passing_net,
				margin and margin.cost,
				margin and margin.actual_markup,
			)
			decided[number, order["order"]] = (str(verdict.code), rules, *figures, verdict.rebate_rate)
			if facts.agreement:
				rate = agreed_rate(facts.agreement, terms.rebate_bands, facts.net, facts.account.tier)
				share = facts.net / facts.gross if facts.gross else Decimal(1)
				money = rebate_on_receipt(order["gross"] / 2, rate, share, terms, facts.rounding)
				owed[number].append((order["order"], money))
		owed[number].sort(
			key=lambda row: [(one["day"], one["order"]) for one in book.orders if one["order"] == row[0]]
		)
	return {"decided": decided, "owed": owed}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_order_is_judged_as_the_core_judges_it(tmp_path, monkeypatch, seed):
	monkeypatch.setattr(work, "RANGE", 7)
	book = RandomBook(seed)
	book.write(tmp_path)
	wanted = expected(book)
	assert results(tmp_path) == wanted
	assert {figures[0] for figures in wanted["decided"].values()} >= {"Blocked", "Warned"}


def test_several_processes_find_what_one_finds(tmp_path, monkeypatch):
	book = RandomBook(4)
	book.write(tmp_path)
	monkeypatch.setattr(store, "SMALL", 0)
	monkeypatch.setattr(work, "RANGE", 20)
	monkeypatch.setattr(work, "_cores", lambda: 2)
	assert results(tmp_path) == expected(book)


def test_nothing_stays_in_the_temporary_directory(tmp_path, monkeypatch):
	monkeypatch.setattr(store.tempfile, "tempdir", str(tmp_path / "temporary"))
	(tmp_path / "temporary").mkdir()
	book = RandomBook(5, orders=3)
	(tmp_path / "book").mkdir()
	book.write(tmp_path / "book")
	results(tmp_path / "book")
	assert list((tmp_path / "temporary").iterdir()) == []
