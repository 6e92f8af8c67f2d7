"""The replay tells the truth: orders really submitted, their book exported and replayed, every figure compared (R62, R63).

Random orders go through the door under a policy that blocks. What it refuses is then let in under the same policy with
warnings, so that it is in the book; the record of the refusal is what the replay has to say. The standalone replay
reads nothing but Frappe's own export. What it can't know, its row has to say.

The same two books every time; other ones by `KAM_TRUTH_SEEDS="21 22 23" make site K=replay_truth`.
"""

import os
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import frappe
import pytest
from frappe.utils import add_days, nowdate

from kam_extension.integration.replay.explanation import judged_again
from kam_extension.integration.replay.run import run_in_transaction
from kam_extension.replay.book import open_book
from kam_extension.replay.decisions import judge_order
from kam_extension.replay.engine import replay
from kam_extension.replay.facts import read_orders
from kam_extension.replay.gaps import NOT_REPLAYED, WITHOUT_VERDICT, Gap
from kam_extension.replay.policy_file import open_policy
from tests.site.factories import company, insert
from tests.site.truth import figures
from tests.site.truth.days import FIRST, SECOND, change_times, days_ago
from tests.site.truth.deals import Deals
from tests.site.truth.exports import export_book
from tests.site.truth.kinds import KINDS, place, shuffled
from tests.site.truth.market import Market, open_market

SEEDS = [int(word) for word in os.environ.get("KAM_TRUTH_SEEDS", "11 12").split()]
LANGUAGES, BASES = ("zh", "en"), ("On Receipts", "On Cost")
MINIMUMS = {
	"Pass": 5, "Blocked": 12, "Not Applicable": 1, NOT_REPLAYED: 1,
	"Markup": 8, "Discount Cap": 8, "Unknown Cost": 1, "Unlisted Item": 1,
	Gap.CREDIT: 20, Gap.PACKAGE: 1, Gap.QUOTATION: 1, Gap.PRICE_EXCEPTION: 1, Gap.EXCHANGE_RATE: 1,
	"several rows": 10, "floor rate": 20, "free row": 2, "larger unit": 1, "agreement": 8, "rebate in the price": 8,
	"dealer-led": 1, "other costs": 1, "higher band": 3, "passing price above": 8,
}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_replays_say_what_was_decided(seed, tmp_path):
	market, deals = trade(seed)
	book = export_book(tmp_path / "book", market.policy, LANGUAGES[seed % 2])
	assert deals.counts().keys() == KINDS.keys()
	seen: Counter = Counter()
	exported = replay_export(book, deals, seen)
	print(dict(seen))
	check_what_was_seen(seen)
	of_site = replay_on_the_site(market)
	assert of_site.keys() == exported.keys() == deals.placed.keys()
	for name, said in of_site.items():
		assert said == decided(name, deals), f"{name}, {deals.placed[name]}, on the site"
	frappe.db.delete("KAM Decision")
	for name, said in replay_on_the_site(market).items():
		if exported[name]:
			assert without_credit(said) == without_credit(exported[name]), (
				f"{name}, {deals.placed[name]}, on the site without records"
			)


def trade(seed: int) -> tuple[Market, Deals]:
	"""Orders of every kind on three days, between which prices, costs, tiers and agreements change."""
	with days_ago(FIRST):
		market = open_market(BASES[seed % 2], Random(seed))
		deals = Deals(seed, market)
		kinds = shuffled(deals)
		place(deals, kinds[::3])
	with days_ago(SECOND):
		change_times(market)
		place(deals, kinds[1::3])
	place(deals, kinds[2::3])
	return market, deals


def replay_export(book: Path, deals: Deals, seen: Counter) -> dict[str, dict | None]:
	"""Order → what the standalone replay says, held against the records; None where it can't say everything."""
	said = {}
	with closing(open_book(book)) as opened:
		found = replay(opened, open_policy(book / "policy.json"))
		rows = opened.rows(f"FROM {found.side.decisions} JOIN judged_orders USING (place) ORDER BY place")
		orders = read_orders(opened.store.database, 0, len(rows), opened.rounding)
		for row, order in zip(rows, orders, strict=True):
			said[row["order"]] = compare(row, order, found.side.pricing, deals, seen)
	return said


def compare(row: dict, order, pricing, deals: Deals, seen: Counter) -> dict | None:
	"""Hold one order's replay against its record; counts what was compared."""
	name, gaps = row["order"], set(filter(None, (row["not_replayed"] or "").split("; ")))
	seen.update(gaps)
	if gaps & WITHOUT_VERDICT:
		assert (row["verdict"], row["cost"], row["passing_net"]) == (NOT_REPLAYED, None, None)
		seen[NOT_REPLAYED] += 1
		return None
	verdict = judge_order(order, pricing)
	said = figures.replayed(None if order.is_internal else order.facts(pricing), verdict)
	assert figures.of_row(row) == figures.of_replay(said)
	assert row["tier"] == figures.tier_of(name)
	if Gap.QUOTATION in gaps:
		return None
	unknown = [rule for rule in (Gap.CREDIT, Gap.EXCHANGE_RATE) if rule in gaps]
	assert figures.without_rules(said, unknown) == figures.without_rules(decided(name, deals), unknown), (
		f"{name}, {deals.placed[name]}, exported"
	)
	seen[said["verdict"]] += 1
	seen.update({violation["rule"] for violation in said["violations"]} | figures.traits(said))
	return said


def decided(name: str, deals: Deals) -> dict:
	"""What the policy that blocks decided."""
	was = figures.recorded(name, name in deals.refused)
	return figures.as_blocked(was) if deals.placed[name] == "changed" else was


def replay_on_the_site(market: Market) -> dict[str, dict]:
	"""Order → what the replay in the desk says."""
	period = {"from_date": add_days(nowdate(), -FIRST), "to_date": nowdate()}
	document = insert("Policy Replay", company=company(), policy=market.policy, **period)
	run_in_transaction(document.name)
	said = {}
	for name in frappe.get_all("Policy Replay Order", {"replay": document.name}, pluck="name"):
		row = frappe.get_doc("Policy Replay Order", name)
		tried, _before = judged_again(row)
		said[row.sales_order] = figures.replayed(tried.facts, tried.verdict)
		assert figures.of_kept(row) == figures.of_replay(said[row.sales_order])
	return said


def without_credit(said: dict) -> dict:
	"""Credit as of a past day is nothing that an export holds."""
	return figures.without_rules(said, (Gap.CREDIT,))


def check_what_was_seen(seen: Counter) -> None:
	"""A book that never gets to a rule, a verdict or a gap would agree about nothing."""
	for wanted, times in MINIMUMS.items():
		assert seen[wanted] >= times, f"{wanted}: {seen[wanted]} times, {dict(seen)}"
