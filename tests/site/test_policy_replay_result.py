"""What a Policy Replay sums up, explains and keeps (R62)."""

import json

import frappe
import pytest
from frappe.utils import add_days, nowdate

from tests.site.replay_setup import (
	ACCOUNT,
	ORDER,
	make_draft,
	make_market,
	replayed,
	row_of,
)

ALLOWED = ("KAM Director", "KAM Executive", "System Manager")
CLOSED = ("KAM User", "KAM Manager", "KAM Finance", "Sales Manager", "Accounts Manager")
DOCTYPES = ("Policy Replay", ORDER, ACCOUNT)


class TestSums:
	def test_verdicts_rules_and_markup(self, site):
		market = make_market()
		market.order(75), market.order(85)
		summary = json.loads(replayed(make_draft().name).summary)
		assert summary["tried"]["verdicts"] == {"Blocked": 1, "Pass": 1}
		assert summary["before"]["verdicts"] == {"Warned": 1, "Pass": 1}
		assert summary["tried"]["rules"] == {"Markup": {"Blocked": 1}}
		# (50 + 150) on 1,400
		assert float(summary["tried"]["markup"]["kept"]) == pytest.approx(14.2857, abs=1e-4)
		assert summary["tried"]["steps"] == {"5": {"Blocked": 1}, "20": {"Pass": 1}}
		assert summary["changes"] == {"Newly Blocked": 1, "Same": 1}

	def test_rebates_by_month(self, site):
		from tests.site.rebate_setup import make_rebate_account, receive

		account = make_rebate_account(rate_source="Policy Ladder")
		order = account.order(1000)
		receive(order, 1000)
		in_force = frappe.get_doc("KAM Policy", order.kam_policy)
		draft = frappe.copy_doc(in_force)
		draft.update({"valid_from": add_days(nowdate(), 1), "supersedes": in_force.name})
		for band in draft.rebate_bands:
			band.rebate_rate = 10
		draft.insert()
		replay = replayed(draft.name)
		rate = order.kam_rebate_rate
		assert rate > 0
		assert replay.before_rebate_cost == pytest.approx(1000 * rate / 100)
		assert replay.rebate_cost == 100
		month = nowdate()[:7]
		assert float(json.loads(replay.summary)["tried"]["rebates"][month]) == 100
		[row] = frappe.get_all(
			ACCOUNT, {"replay": replay.name, "rebate": (">", 0)}, ["rebate", "before_rebate"]
		)
		assert (row.rebate, row.before_rebate) == (100, pytest.approx(1000 * rate / 100))

	def test_tiers_under_both_policies(self, site):
		market = make_market({"new_customer_months": 0}, tier="B")
		market.order(75)
		draft = make_draft(new_customer_months=0)
		for tier in draft.tiers:
			tier.min_score = 1 if tier.tier == "A" else tier.idx / 100
		draft.save()
		replay = replayed(draft.name)
		row = frappe.get_doc(ACCOUNT, {"replay": replay.name, "key_account": market.account.name})
		assert (row.current_tier, row.earned_tier, row.move) == ("B", "A", "Up")
		assert (row.before_earned_tier, row.before_move) == (None, "Down")
		assert (replay.accounts_moved, replay.before_accounts_moved) == (1, 1)
		assert json.loads(replay.summary)["tier_flows"] == [["B", None, "A", 1]]


class TestExplanation:
	def test_the_page_says_why_under_both_policies(self, site):
		market, draft = make_market(), make_draft()
		order = market.order(75)
		replay = replayed(draft.name)
		page = replay.explain(row_of(replay, order).name)
		assert "would be refused" in page
		assert "it would go through" in page
		assert draft.title in page
		assert "798.00" in page
		assert "7.14" in page

	def test_it_stays_when_documents_and_policies_change(self, site):
		market, draft = make_market(), make_draft()
		order = market.order(75)
		replay = replayed(draft.name)
		row = row_of(replay, order)
		before = (replay.summary, row.as_dict(), replay.explain(row.name))
		title = draft.title
		frappe.db.set_value("Item Price", {"item_code": market.item, "buying": 1}, "price_list_rate", 10)
		order.cancel()
		draft.margin_bands[0].min_markup = 30
		draft.save()
		replay.reload()
		row.reload()
		assert (replay.summary, row.as_dict(), replay.explain(row.name)) == before
		assert draft.title == title

	def test_the_form_shows_the_orders_that_change_those_newly_blocked_first(self, site):
		market = make_market()
		small, large = market.order(75), market.order(75, qty=20)
		market.order(85)
		replay = replayed(make_draft().name)
		assert [row.sales_order for row in replay.largest_changes()] == [large.name, small.name]
