"""The replay's figures against a book worked by hand, and the demo book's against a plain second computation."""

import csv
from collections import Counter, defaultdict
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest

from kam_extension.policy.codes import Metric, RebateBase
from kam_extension.replay.book import open_book
from kam_extension.replay.command_line import DEMO_BOOK
from kam_extension.replay.engine import replay
from kam_extension.replay.metrics import measure
from kam_extension.replay.policy_file import Policy, open_policy
from tests.unit.builders import PRESET, make_terms, money
from tests.unit.replay_book import with_line, write_book


@pytest.fixture(scope="module")
def found(tmp_path_factory):
	book = open_book(write_book(tmp_path_factory.mktemp("book")))
	yield replay(book, Policy("Policy", make_terms()))
	book.close()


@pytest.fixture
def replay_with(tmp_path):
	"""Replays the small book with changes, as `replay_book.write_book` takes them."""
	with ExitStack() as opened:

		def replay_book(terms=None, **changes):
			book = opened.enter_context(closing(open_book(write_book(tmp_path / "book", **changes))))
			return replay(book, Policy("Policy", terms or make_terms()))

		yield replay_book


def verdicts(found):
	return {row["order"]: row["verdict"] for row in decided(found)}


def decided(found):
	return found.book.rows(f"FROM {found.side.decisions} JOIN judged_orders USING (place) ORDER BY place")


def rebates(found):
	return found.book.rows(f"FROM {found.side.rebates} JOIN receipts USING (place) ORDER BY place")


def metrics(found):
	return measure(found.book, found.side.pricing)


def test_every_submitted_order_of_a_key_account_up_to_the_date_is_judged(found):
	assert verdicts(found) == {"O1": "Pass", "O2": "Blocked", "O3": "Pass", "O4": "Blocked", "O5": "Warned"}
	assert found.other_orders == 1


def test_blocked_orders_come_with_their_figures_the_largest_first(found):
	first, second = found.side.blocked()
	[markup] = first.verdict.violations
	assert (first.order, markup.reason, markup.shortfall) == ("O2", "markup", money("100.00"))
	[cap] = second.verdict.violations
	assert (second.order, cap.reason, cap.required) == ("O4", "discount_cap", money("98.00"))


def test_verdicts_by_month_show_the_months_without_orders(found):
	months = found.side.counts_by_month()
	assert (list(months)[0], list(months)[-1], len(months)) == ("2024-05", "2026-06", 26)
	assert months["2026-06"] == {"Pass": 1, "Blocked": 1, "Warned": 1}
	assert months["2025-01"] == {}


def test_markup_is_weighted_by_cost(found):
	"""K1: cost 1,400,000; kept 14 % and 97,900 ÷ 700,000; required 14 %. K2: 10 + 700 + 700 at 20 %."""
	markups = found.side.markups()
	assert (markups["K1"].cost, markups["K1"].required) == (1_400_000, 14)
	assert markups["K1"].kept == money("13.992857")  # (98,000 + 97,900) ÷ 1,400,000
	assert (markups["K2"].required, markups["K2"].cost) == (20, 1410)


def test_rebates_follow_the_order_less_its_returns(found):
	"""O1: 965,020 at 8 %. O2: 853,900 − 85,390 is still in the band of 8 %; 100,000 + 700,000 − 10,000."""
	owed = [
		(row["payment"], f"{row['posting_date']:%Y-%m}", row["rate"], row["rebate"]) for row in rebates(found)
	]
	assert owed == [
		("P1", "2024-06", 8, money("77201.60")),
		("P2", "2026-05", 8, money("8000.00")),
		("P3", "2026-06", 8, money("56000.00")),
		("P4", "2026-06", 8, money("-800.00")),
	]
	assert found.side.rebates_by_customer_and_month() == {
		"K1": {"2024-06": money("77201.60"), "2026-05": money("8000.00"), "2026-06": money("55200.00")}
	}
	assert sum(found.side.rebates_by_month().values()) == money("140401.60")


def test_a_return_can_take_an_order_into_a_lower_band(replay_with):
	"""853,900 less 660,000 returned is 193,900: 5 % instead of 8 %."""
	found = replay_with(**with_line("invoices", "-85390.00,-96490.70", "-660000.00,-745800.00"))
	rates = {row["payment"]: row["rate"] for row in rebates(found)}
	assert rates == {"P1": 8, "P2": 5, "P3": 5, "P4": 5}


def test_net_receipts_leave_the_tax_out(replay_with):
	found = replay_with(replace(make_terms(), rebate_base=RebateBase.NET_RECEIPTS))
	assert rebates(found)[0]["rebate"] == money("68320.00")  # 965,020 ÷ 1.13 × 8 %


def test_an_agreement_counts_only_in_its_dates_and_for_its_orders(found):
	agreements = {row["order"]: row["agreement"] for row in decided(found)}
	assert agreements == {"O1": "R1", "O2": "R2", "O3": None, "O4": None, "O5": "R3"}


def test_metrics_of_the_year(found):
	values = metrics(found)["K1"]
	assert values[Metric.CONTRACT_AMOUNT] == 853900
	assert values[Metric.ORDER_COUNT] == 1
	assert values[Metric.TENURE_MONTHS] == 25
	assert values[Metric.COLLECTED] == 790000
	assert values[Metric.REVENUE] == 768510
	assert values[Metric.RECEIVABLE_BALANCE] == money("78416.30")
	assert values[Metric.PRICE_PREMIUM] == money("-12.867347")  # 85.39 ÷ 98
	assert values[Metric.GROSS_MARGIN] == money("18.023188")  # (85.39 − 70) ÷ 85.39
	assert values[Metric.STRATEGIC_INFLUENCE] == 4
	assert values[Metric.REVENUE_GROWTH] is None
	assert values[Metric.COMPLAINT_COUNT] is None


def test_overdue_counts_returns_and_advances(found):
	"""I2 is open with 68,416.30 since 9 June; I4 since 14 June; what is paid after the date does not count."""
	measures = metrics(found)
	assert measures["K1"][Metric.OVERDUE_DAYS_MAX] == 21
	assert measures["K2"][Metric.OVERDUE_DAYS_MAX] == 16


def test_an_advance_pays_the_orders_invoice(replay_with):
	change = with_line("payment_references", "P2,Sales Order,O2,100000.00", "P2,Sales Order,O2,168416.30")
	assert metrics(replay_with(**change))["K1"][Metric.OVERDUE_DAYS_MAX] == 0


def test_unlisted_items_are_no_part_of_the_premium(found):
	assert metrics(found)["K2"][Metric.PRICE_PREMIUM] == money("-0.005102")  # 1,959.90 against 1,960.00


@pytest.mark.parametrize(("day", "expected"), [("2025-06-30", "853900"), ("2025-07-01", "1707900")])
def test_the_year_starts_the_day_after_the_same_day_last_year(replay_with, day, expected):
	found = replay_with(**with_line("orders", "2024-05-02", day))
	assert metrics(found)["K1"][Metric.CONTRACT_AMOUNT] == money(expected)


def test_tiers(found):
	"""K1: 2 − 1 for arrears of 21 days, balance 4, premium 1, influence 4: 10. K2 is in its first year."""
	first, second = found.side.tiers
	assert (first.current_tier, first.proposal.tier, first.proposal.total_points, first.move) == (
		"A",
		"C",
		10,
		-1,
	)
	assert (second.proposal.tier, second.proposal.reason, second.move) == ("C", "first_year", 1)


@pytest.fixture(scope="module")
def demo():
	book = open_book(DEMO_BOOK)
	yield replay(book, open_policy(PRESET, book.settings["policy_changes"]))
	book.close()


def demo_rows(name):
	with (DEMO_BOOK / f"{name}.csv").open(encoding="utf-8") as lines:
		return list(csv.DictReader(lines))


def cents(value: Decimal) -> Decimal:
	return value.quantize(Decimal("0.01"), ROUND_HALF_UP)


def step(amount, steps):
	return [rate for start, rate in steps if amount >= start][-1]


LADDER = ((0, 5), (200_000, 8), (1_000_000, 10))
MARKUP = ((0, 20), (200_000, 17), (500_000, 14), (1_000_000, 10))
CAPS = {
	("Major", "A"): 15,
	("Major", "B"): 10,
	("Major", "C"): 5,
	("Ordinary", "A"): 10,
	("Ordinary", "B"): 5,
}


def demo_rate(order, net):
	"""The rate that the demo's agreements give an order, read from their rows."""
	for row in demo_rows("rebate_agreements"):
		names = row["orders"].split(";") if row["orders"] else [order["order"]]
		if (
			row["customer"] == order["customer"]
			and row["valid_from"] <= order["order_date"] <= row["valid_to"]
			and order["order"] in names
		):
			return Decimal(row["special_rate"]) if row["rate_source"] == "Special" else step(net, LADDER)
	return 0


def demo_verdicts():
	"""Each key account order's verdict by the rules as the source states them, in plain arithmetic."""
	items = {row["item_code"]: row for row in demo_rows("items")}
	accounts = {row["customer"]: row for row in demo_rows("key_accounts")}
	lines = defaultdict(list)
	for row in demo_rows("order_lines"):
		lines[row["order"]].append(row)
	for order in demo_rows("orders"):
		if order["customer"] in accounts and order["state"] == "Submitted":
			account = accounts[order["customer"]]
			cap = CAPS.get((account["account_class"], account["tier"]), 0)
			yield order["order"], demo_verdict(order, lines[order["order"]], items, cap)


def demo_verdict(order, lines, items, cap):
	net = Decimal(order["net_total"])
	cost = sum(Decimal(items[row["item_code"]]["cost"]) * Decimal(row["quantity"]) for row in lines)
	rate = demo_rate(order, net)
	needed = (
		cost
		+ cents(cost * step(net, MARKUP) / 100)
		+ cents(cost * rate / 100)
		+ Decimal(order["other_costs"])
	)
	bases = [(Decimal(row["rate"]), items[row["item_code"]]["base_price"]) for row in lines]
	too_cheap = any(base and rate < cents(Decimal(base) * (100 - cap) / 100) for rate, base in bases)
	if net < needed or too_cheap:
		return "Blocked"
	return "Pass" if all(base for _rate, base in bases) else "Warned"


def test_the_demo_books_verdicts(demo):
	expected = dict(demo_verdicts())
	assert verdicts(demo) == expected
	assert demo.side.counts() == Counter(expected.values())
	assert set(demo.side.counts()) == {"Pass", "Warned", "Blocked"}


def test_since_its_rules_went_live_the_demo_book_keeps_them(demo):
	live = date.fromisoformat(demo.book.settings["go_live_date"])
	since = [row["verdict"] for row in decided(demo) if row["order_date"] >= live]
	assert len(since) > 15
	assert set(since) == {"Pass"}


def test_the_demo_books_rebates(demo):
	orders = {row["order"]: row for row in demo_rows("orders")}
	invoices = {row["invoice"]: row for row in demo_rows("invoices")}
	net = {name: Decimal(order["net_total"]) for name, order in orders.items()}
	for invoice in invoices.values():
		if invoice["return_against"]:
			net[invoice["order"]] += Decimal(invoice["net_total"])
	expected = Decimal(0)
	for row in demo_rows("payment_references"):
		name = (
			row["document"] if row["document_type"] == "Sales Order" else invoices[row["document"]]["order"]
		)
		expected += cents(Decimal(row["amount"]) * demo_rate(orders[name], net[name]) / 100)
	assert sum(row["rebate"] for row in rebates(demo)) == expected > 1_000_000


def test_the_demo_book_holds_the_sources_example(demo):
	[example] = [row for row in decided(demo) if row["net_total"] == money("854000.00")]
	assert (example["verdict"], example["actual_markup"], example["rebate_rate"]) == ("Pass", 14, 8)


def test_the_demo_book_shows_every_kind_of_move(demo):
	assert {tier.move for tier in demo.side.tiers} == {-1, 0, 1}
	assert {tier.proposal.tier for tier in demo.side.tiers} == {"A", "B", "C", None}
	assert {tier.current_tier for tier in demo.side.tiers} == {"A", "B", "C", None}
	assert len(demo.side.tiers) == 12
	assert demo.side.moves() == (3, 4)
