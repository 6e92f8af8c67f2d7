"""A policy tried on past orders, in the desk: what it says of each order (R62)."""

import json

import frappe
import pytest
from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of
from frappe.utils import add_days, now_datetime, nowdate

from kam_extension.api import request_exception
from kam_extension.integration.replay.explanation import judged_again
from tests.site.factories import (
	make_customer,
	make_item,
	make_key_account,
	make_price,
	make_price_list,
	make_quotation,
	make_sales_order,
	make_user,
)
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


class TestResult:
	def test_a_draft_blocks_what_the_policy_in_force_only_warned_of(self, site):
		market, draft = make_market(), make_draft()
		cheap, dear = market.order(75), market.order(85)
		replay = replayed(draft.name)
		assert (replay.status, replay.orders_done, replay.orders_blocked) == ("Completed", 2, 1)
		assert replay.before_orders_blocked == 0
		row = row_of(replay, cheap)
		assert (row.before_verdict, row.verdict, row.change) == ("Warned", "Blocked", "Newly Blocked")
		assert (row.policy, row.before_policy) == (draft.name, market.policy.name)
		assert (row.net_total, row.cost, row.required_net, row.passing_net) == (750, 700, 798, 798)
		assert (row.required_markup, round(row.actual_markup, 4)) == (14, 7.1429)
		assert row.rules == "Markup"
		assert row_of(replay, dear).change == "Same"

	def test_figures_are_those_of_the_recorded_decision(self, site):
		market = make_market({"price_action": "Warn"})
		order = market.order(60, kam_other_costs=5)
		replay = replayed(market.policy.name)
		row = row_of(replay, order)
		decision = frappe.get_doc("KAM Decision", {"reference_name": order.name})
		assert (row.verdict, row.net_total, row.passing_net) == (
			decision.verdict,
			decision.net_total,
			decision.passing_net,
		)
		margin = json.loads(decision.details)["margin"]
		assert row.required_net == float(margin["required_net"])
		assert row.actual_markup == pytest.approx(float(margin["actual_markup"]))

	def test_an_order_that_was_never_judged_is_read_from_its_document(self, site):
		market = make_market()
		order = market.order(75)
		frappe.db.delete("KAM Decision", {"reference_name": order.name})
		row = row_of(replayed(make_draft().name), order)
		assert (row.verdict, row.cost, row.required_net, row.net_total) == ("Blocked", 700, 798, 750)

	def test_the_cost_of_the_day_counts_where_it_was_recorded(self, site):
		market = make_market()
		order = market.order(75)
		frappe.db.set_value("Item Price", {"item_code": market.item, "buying": 1}, "price_list_rate", 10)
		assert row_of(replayed(make_draft().name), order).cost == 700
		frappe.db.delete("KAM Decision", {"reference_name": order.name})
		assert row_of(replayed(make_draft().name), order).cost == 100

	def test_a_price_counts_on_the_days_that_it_holds(self, site):
		market = make_market()
		old, new = market.order(75, transaction_date=add_days(nowdate(), -20)), market.order(75)
		frappe.db.delete("KAM Decision", {"reference_name": ("in", (old.name, new.name))})
		price = {"item_code": market.item, "buying": 1}
		frappe.db.set_value("Item Price", price, "valid_from", add_days(nowdate(), -10))
		make_price(
			market.item,
			50,
			"Standard Buying",
			valid_from=add_days(nowdate(), -30),
			valid_upto=add_days(nowdate(), -11),
		)
		replay = replayed(make_draft().name)
		assert (row_of(replay, old).cost, row_of(replay, new).cost) == (500, 700)

	def test_other_sources_of_cost_are_read_anew(self, site):
		market = make_market()
		order = market.order(75)
		frappe.db.set_value("Item", market.item, "last_purchase_rate", 60)
		draft = make_draft(cost_sources=[{"source": "Last Purchase Rate"}])
		row = row_of(replayed(draft.name), order)
		assert (row.cost, row.before_cost, row.verdict) == (600, 700, "Pass")
		assert [side.verdict.margin.cost for side in judged_again(row)] == [600, 700]

	def test_another_base_price_list_is_read_anew(self, site):
		market = make_market()
		order = market.order(75)
		other = make_price_list().name
		make_price(market.item, 60, other)
		terms = {"margin_action": "Off", "price_action": "Block"}
		row = row_of(replayed(make_draft(**terms).name), order)
		assert (row.verdict, row.rules) == ("Blocked", "Discount Cap")
		assert row_of(replayed(make_draft(base_price_list=other, **terms).name), order).verdict == "Pass"

	def test_what_was_refused_later_is_not_how_the_order_stands(self, site):
		order = make_market().order(85)
		decision = frappe.get_doc("KAM Decision", {"reference_name": order.name})
		refused = frappe.copy_doc(decision)
		details = json.loads(decision.details)
		details["lines"][0]["unit_cost"] = "1"
		refused.update({"verdict": "Blocked", "decided_at": now_datetime(), "details": json.dumps(details)})
		refused.flags.kam_system = True
		refused.insert()
		assert row_of(replayed(make_draft().name), order).cost == 700

	def test_without_a_policy_in_force_there_is_nothing_to_compare_with(self, site):
		account, item = make_key_account(), make_item(cost=70).name
		order = make_sales_order(account.customer, [(item, 10, 75)], submit=True)
		replay = replayed(make_draft().name)
		row = row_of(replay, order)
		assert (row.verdict, row.before_verdict, row.before_policy) == ("Blocked", "", None)
		assert [shown.sales_order for shown in replay.largest_changes()] == [order.name]
		summary = json.loads(replay.summary)
		assert (summary["without_policy"], summary["before"]) == (1, None)
		assert "Compared with" not in replay.explain(row.name)

	def test_an_order_from_a_quotation_that_nobody_judged(self, site):
		market = make_market()
		quotation = make_quotation(market.account.customer, [(market.item, 10, 85)], submit=True)
		order = order_of(quotation.name)
		order.delivery_date = nowdate()
		order.insert().submit()
		replay = replayed(make_draft().name)
		assert (row_of(replay, order).verdict, row_of(replay, order).not_replayed) == ("Not Applicable", "")
		frappe.db.delete("KAM Decision", {"reference_name": order.name})
		row = row_of(replayed(make_draft().name), order)
		assert (row.verdict, row.not_replayed) == ("Pass", "Quotation")

	def test_only_submitted_orders_of_key_accounts_in_the_period(self, site):
		market = make_market()
		market.order(75, transaction_date=add_days(nowdate(), -40))
		within = {"transaction_date": add_days(nowdate(), -5)}
		market.order(75, **within).cancel()
		market.order(75, submit=False, **within)
		make_sales_order(make_customer().name, [(market.item, 1, 75)], submit=True, **within)
		market.order(75)
		first = market.order(75, transaction_date=add_days(nowdate(), -30))
		replay = replayed(make_draft().name, to_date=add_days(nowdate(), -1))
		assert frappe.get_all(ORDER, {"replay": replay.name}, pluck="sales_order") == [first.name]

	@pytest.mark.parametrize(
		("asked", "found"),
		[
			({"account_class": "Major"}, "major"),
			({"account_class": "Ordinary"}, "ordinary"),
			({"tier": "B"}, "ordinary"),
		],
	)
	def test_accounts_by_class_and_tier(self, site, asked, found):
		major, ordinary = make_market(), make_market(account_class="Ordinary", tier="B")
		orders = {"major": major.order(75), "ordinary": ordinary.order(75)}
		replay = replayed(make_draft().name, **asked)
		names = frappe.get_all(ORDER, {"replay": replay.name}, pluck="sales_order")
		assert names == [orders[found].name]

	def test_named_accounts(self, site):
		one, two = make_market(), make_market()
		order = one.order(75)
		two.order(75)
		replay = replayed(make_draft().name, accounts=[{"key_account": one.account.name}])
		assert frappe.get_all(ORDER, {"replay": replay.name}, pluck="sales_order") == [order.name]
		assert frappe.get_all(ACCOUNT, {"replay": replay.name}, pluck="key_account") == [one.account.name]

	def test_a_chosen_policy_to_compare_with(self, site):
		market = make_market()
		order = market.order(75)
		strict, loose = make_draft(), make_draft(margin_action="Off")
		row = row_of(replayed(loose.name, compared_with=strict.name), order)
		assert (row.before_verdict, row.verdict, row.change) == ("Blocked", "Pass", "No Longer Blocked")

	def test_an_approved_exception_covers_the_order_under_the_draft_too(self, site, as_user):
		market = make_market({"margin_action": "Block"})
		order = market.order(75, submit=False)
		name = request_exception(order.doctype, order.name, "Lost tender otherwise")
		with as_user(make_user("KAM Executive")):
			frappe.get_doc("Price Exception", name).submit()
		order.reload().submit()
		assert row_of(replayed(market.policy.name), order).verdict == "Excepted"
		stricter = make_draft(margin_bands=[{"from_amount": 0, "min_markup": 20}])
		replay = replayed(stricter.name)
		assert row_of(replay, order).verdict == "Blocked"
		assert name in replay.explain(row_of(replay, order).name)

	def test_credit_is_judged_by_what_was_recorded_that_day(self, site):
		market = make_market({"credit_action": "Warn", "margin_action": "Off"}, credit_limit_override=500)
		order = market.order(75)
		draft = make_draft(credit_action="Block", margin_action="Off")
		row = row_of(replayed(draft.name), order)
		assert (row.verdict, row.rules, row.not_replayed) == ("Blocked", "Credit", "")

	def test_credit_that_nobody_recorded_is_said_not_to_be_replayed(self, site):
		market = make_market()
		order = market.order(85)
		replay = replayed(make_draft(credit_action="Block").name)
		assert (row_of(replay, order).not_replayed, replay.not_replayed) == ("Credit", 1)
		assert json.loads(replay.summary)["not_replayed"] == {"Credit": 1}

	def test_two_replays_of_the_same_give_the_same(self, site):
		market, draft = make_market(), make_draft()
		market.order(75), market.order(85)
		summaries = [json.loads(replayed(draft.name).summary) for _ in range(2)]
		assert summaries[0] == summaries[1]
