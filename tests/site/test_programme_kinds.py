"""Kinds of rebate programmes, several on one receipt, whose terms hold: on real documents (R72)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from kam_extension.integration.policies.policies import forget_policies
from tests.site.factories import insert, make_item, make_rebate_agreement, make_sales_order, unique
from tests.site.programme_setup import (
	STEPS,
	claim,
	claimed_for,
	make_programme_account,
	make_programme_policy,
	month,
	programme,
	programmes_of,
	request_of,
)
from tests.site.rebate_setup import (
	receive,
)
from tests.site.test_rebate_request import reprice


def make_group(parent: str = "All Item Groups") -> str:
	fields = {"parent_item_group": parent, "is_group": 1}
	return insert("Item Group", item_group_name=unique("Goods"), **fields).name


def order_of(account, *rows, **fields):
	"""An order of one piece for each (item group, price)."""
	items = [(make_item(cost=1, list_price=price, item_group=group).name, 1, price) for group, price in rows]
	return make_sales_order(account.customer, items, submit=True, **fields)


def make_bundle(group: str, part_group: str, price: float) -> str:
	bundle = make_item(list_price=price, item_group=group, is_stock_item=0)
	part = make_item(cost=1, list_price=price, item_group=part_group)
	insert("Product Bundle", new_item_code=bundle.name, items=[{"item_code": part.name, "qty": 1}])
	return bundle.name


# Kinds


def test_order_amount_goes_by_each_order():
	account = make_programme_account(programme("BIG", (1_000, 1), (5_000, 2), kind="Order Amount"))
	small, large = account.order(1_000), account.order(5_000)
	receive(small, 600)
	receive(large, 600)
	request = claim(account.request())
	assert programmes_of(request) == [("BIG", 1_200, 18, 0, 18)]


def test_marginal_order_amount_has_one_rate_for_the_order():
	account = make_programme_account(
		programme("BIG", (0, 1), (1_000, 3), kind="Order Amount", calculation="Marginal")
	)
	receive(account.order(2_000), 500)
	assert programmes_of(account.request()) == [("BIG", 500, 10, 0, 10)]


def test_a_changed_order_changes_what_it_earned():
	account = make_programme_account(programme("BIG", (1_000, 1), (5_000, 2), kind="Order Amount"))
	order = account.order(4_999)
	receive(order, 1_000)
	claim(account.request())
	reprice(order, 5_000)
	request = account.request()
	assert (request.receipts, programmes_of(request)) == ([], [("BIG", 1_000, 20, 10, 10)])
	claim(request)
	assert account.request().programmes == []


def test_growth_over_the_year_before():
	account = make_programme_account(programme("GROW", (10, 1), (20, 2), kind="Growth", starts_on=month(14)))
	receive(account.order(10_000), 1_000, posting_date=month(13, 3))
	receive(account.order(10_000), 500, posting_date=month(1, 3))
	request = account.request(month(1))
	assert [row.period_from for row in request.programmes][-1] == month(2)
	assert programmes_of(request)[-1] == ("GROW", 500, 0, 0, 0)
	receive(account.order(10_000), 700, posting_date=month(0))
	request = claim(account.request())
	assert programmes_of(request)[-1] == ("GROW", 1_200, 24, 0, 24)


def test_growth_compares_each_period_with_its_own_year_before():
	account = make_programme_account(
		programme("GROW", (10, 1), kind="Growth", period="Month", starts_on=month(14))
	)
	for ago, amount in ((13, 1_000), (12, 500), (1, 600), (0, 600)):
		receive(account.order(10_000), amount, posting_date=month(ago))
	rows = [(row.period_from, row.counted_amount, row.rebate_amount) for row in account.request().programmes]
	assert rows[-2:] == [(month(1), 600, 0), (month(0), 600, 6)]


def test_growth_counts_last_years_receipts_from_before_the_claims_start():
	account = make_programme_account(programme("GROW", (10, 1), kind="Growth"))
	frappe.db.set_single_value("KAM Settings", "claims_start_date", month(4))
	order = account.order(10_000)
	order.db_set("kam_rebate_rate", 0)
	receive(order, 1_000, posting_date=month(15, 3))
	receive(account.order(10_000), 1_099)
	assert programmes_of(account.request()) == [("GROW", 1_099, 0, 0, 0)]
	receive(account.order(10_000), 1)
	assert programmes_of(account.request()) == [("GROW", 1_100, 11, 0, 11)]


def test_growth_without_a_year_before_says_so():
	account = make_programme_account(programme("GROW", (0, 1), kind="Growth"))
	receive(account.order(10_000), 1_000)
	request = account.request()
	assert programmes_of(request) == [("GROW", 1_000, 0, 0, 0)]
	assert "no growth to reward" in request.programmes[0].note


def test_fixed_amount_is_earned_once():
	account = make_programme_account(programme("BONUS", (1_000, 50), (2_000, 150), kind="Fixed Amount"))
	order = account.order(10_000)
	first, second = receive(order, 1_000), receive(order, 999)
	claim(account.request())
	assert claimed_for(account, "BONUS") == {first.name: 25.01, second.name: 24.99}
	receive(order, 1)
	request = account.request()
	assert programmes_of(request) == [("BONUS", 2_000, 150, 50, 100)]
	assert request_of(claim(request)) == 100.05


def test_net_receipts_leave_the_tax_out():
	account = make_programme_account(programme("VOL", (1_000, 10)), policy={"rebate_base": "Net Receipts"})
	head = frappe.get_all("Account", {"account_type": "Tax", "is_group": 0}, pluck="name")[0]
	tax = {"charge_type": "On Net Total", "account_head": head, "rate": 13, "description": "VAT"}
	receive(account.order(1_000, taxes=[tax]), 1_130)
	assert programmes_of(account.request()) == [("VOL", 1_000, 100, 0, 100)]


# Several on one receipt


def test_stackable_programmes_count_the_same_money():
	account = make_programme_account(
		programme("ONE", (0, 1)), programme("TWO", (0, 2), priority=3), programme("BIG", (0, 3), priority=4)
	)
	receive(account.order(1_000), 1_000)
	request = claim(account.request())
	assert [row[-1] for row in programmes_of(request)] == [30, 10, 20]
	assert request.total_rebate == 50 + 60


def test_an_exclusive_programme_leaves_its_goods_to_nobody_else():
	pumps = make_group()
	account = make_programme_account(
		programme("PUMPS", (0, 10), item_group=pumps, priority=1, is_exclusive=1),
		programme("ALL", (0, 1), priority=3),
		policy={"ladder_priority": 2},
	)
	order = order_of(account, (make_group(pumps), 300), ("Products", 700))
	payment = receive(order, 1_000)
	request = claim(account.request())
	assert [row[1:] for row in programmes_of(request)] == [(700, 7, 0, 7), (300, 30, 0, 30)]
	row = request.receipts[0]
	assert (row.collected_amount, row.rebate_rate, row.rebate_amount) == (1_000, 3.5, 35)
	assert "70" in row.note
	assert request.total_collected == 1_000
	assert claimed_for(account) == {payment.name: 35}


def test_what_an_exclusive_programme_takes_whole_is_verified_all_the_same():
	account = make_programme_account(
		programme("ALL", (10_000, 1), priority=1, is_exclusive=1), policy={"ladder_priority": 2}
	)
	receive(account.order(10_000), 900)
	request = account.request()
	assert [(row.collected_amount, row.rebate_rate, row.rebate_amount) for row in request.receipts] == [
		(900, 0, 0)
	]
	assert (request.total_collected, request.total_rebate) == (900, 0)


def test_an_exclusive_ladder_leaves_nothing_to_programmes():
	account = make_programme_account(programme("ALL", (0, 1)), policy={"ladder_exclusive": 1})
	receive(account.order(1_000), 1_000)
	request = account.request()
	assert (request.total_rebate, request.programmes) == (50, [])


def test_a_bundle_is_of_the_group_of_its_item():
	sets, parts = make_group(), make_group()
	account = make_programme_account(
		programme("SETS", (0, 1), item_group=sets), programme("PARTS", (0, 1), item_group=parts, priority=3)
	)
	bundle = make_bundle(sets, parts, 400)
	order = make_sales_order(account.customer, [(bundle, 1, 400), (account.item, 1, 600)], submit=True)
	receive(order, 500)
	assert programmes_of(account.request()) == [("SETS", 200, 2, 0, 2)]


def test_a_discount_row_is_shared_by_the_goods():
	frappe.db.set_single_value("Selling Settings", "allow_negative_rates_for_items", 1)
	pumps = make_group()
	account = make_programme_account(programme("PUMPS", (0, 1), item_group=pumps))
	other = make_item(cost=1, list_price=900, item_group="Products", is_stock_item=0).name
	pump = make_item(cost=1, list_price=900, item_group=pumps, is_stock_item=0).name
	rows = [(pump, 1, 600), (other, 1, 600), (other, 1, -200)]
	receive(make_sales_order(account.customer, rows, submit=True), 1_000)
	assert programmes_of(account.request()) == [("PUMPS", 500, 5, 0, 5)]


def test_a_receipt_taken_back_at_rate_zero_is_netted():
	account = make_programme_account(
		programme("ALL", (0, 1), priority=1, is_exclusive=1), policy={"ladder_priority": 2}
	)
	order = account.order(10_000)
	lost = receive(order, 900)
	claim(account.request())
	lost.reload()
	lost.cancel()
	receive(order, 2_000)
	request = account.request()
	assert {(row.collected_amount, row.rebate_rate) for row in request.receipts} == {(2_000, 0), (-900, 0)}
	request = claim(request)
	assert (request.total_collected, request.total_rebate) == (1_100, 11)
	assert account.request().receipts == []


# Whose terms


def test_each_year_counts_for_itself():
	account = make_programme_account(programme("VOL", *STEPS, starts_on=month(13)))
	order = account.order(100_000)
	receive(order, 20_000, posting_date=add_days(month(1), -1))
	receive(order, 10_000, posting_date=month(1))
	request = claim(account.request())
	assert [(row.period_from, row.rebate_amount) for row in request.programmes] == [
		(month(13), 800),
		(month(1), 100),
	]
	assert [row.period_to for row in request.programmes][0] == add_days(month(1), -1)


def test_nothing_counts_from_before_the_programme_starts():
	account = make_programme_account(programme("VOL", (0, 1)))
	receive(account.order(), 400, posting_date=add_days(month(4), -1))
	receive(account.order(), 300, posting_date=month(4))
	assert programmes_of(account.request()) == [("VOL", 300, 3, 0, 3)]


def test_a_later_policy_changes_no_period_that_has_begun():
	account = make_programme_account(programme("VOL", (0, 1), period="Quarter", starts_on=month(4)))
	_supersede(month(2), programme("VOL", (0, 9), period="Quarter", starts_on=month(4)))
	receive(account.order(), 100, posting_date=month(1, -1))
	receive(account.order(), 100, posting_date=month(1))
	request = account.request()
	assert [(row.period_from, row.rebate_amount) for row in request.programmes] == [
		(month(4), 1),
		(month(1), 9),
	]


def test_a_policy_without_the_programme_ends_it_with_the_period():
	account = make_programme_account(programme("VOL", (0, 1), period="Quarter", starts_on=month(4)))
	_supersede(month(2))
	receive(account.order(), 100, posting_date=month(1, -1))
	receive(account.order(), 100, posting_date=month(1))
	assert [row.period_from for row in account.request().programmes] == [month(4)]


def test_a_policy_that_comes_after_a_period_decides_nothing_of_it():
	account = make_programme_account()
	_supersede(month(1), programme("VOL", (0, 1), period="Month"))
	_grant(account, "VOL")
	receive(account.order(), 100, posting_date=month(2))
	receive(account.order(), 100, posting_date=month(1))
	assert [row.period_from for row in account.request().programmes] == [month(1)]


def _grant(account, code: str):
	frappe.get_doc("Rebate Agreement", {"key_account": account.name}).cancel()
	make_rebate_agreement(account.name, submit=True, programmes=[{"programme": code}])


def test_an_agreement_that_begins_within_a_period_follows_the_policy_of_that_day():
	account = make_programme_account(
		programme("VOL", (0, 1)), valid_from=month(0), valid_to=add_days(nowdate(), 90)
	)
	_supersede(month(1), programme("VOL", (0, 9)))
	receive(account.order(), 100, posting_date=month(2))
	assert programmes_of(account.request()) == [("VOL", 100, 9, 0, 9)]


def test_a_receipt_that_was_claimed_in_a_period_stays_in_it():
	account = make_programme_account(programme("VOL", (0, 1)))
	receive(account.order(), 100)
	claim(account.request())
	row = frappe.get_all("KAM Policy Rebate Programme", {"programme": "VOL"}, pluck="name")[0]
	frappe.db.set_value("KAM Policy Rebate Programme", row, "starts_on", month(5))
	forget_policies()
	receive(account.order(), 100)
	request = account.request()
	assert [(row.period_from, row.rebate_amount) for row in request.programmes] == [(month(5), 1)]


def _supersede(valid_from, *programmes):
	old = frappe.get_all("KAM Policy", {"docstatus": 1}, pluck="name", order_by="creation desc")[0]
	return make_programme_policy(*programmes, valid_from=valid_from, supersedes=old)


# Agreements


def test_an_agreement_names_only_programmes_of_the_policy():
	account = make_programme_account(programme("VOL", (0, 1)))
	with pytest.raises(frappe.ValidationError, match="OTHER is no programme"):
		_draft(account, "OTHER")
	with pytest.raises(frappe.ValidationError, match="named twice"):
		_draft(account, "VOL", "VOL")


@pytest.mark.parametrize(
	("scope", "message"), [({"account_class": "Ordinary"}, "class Ordinary"), ({"tier": "A"}, "tier A")]
)
def test_an_agreement_names_only_programmes_for_such_accounts(scope, message):
	account = make_programme_account()
	_supersede(month(1), programme("VOL", (0, 1), **scope))
	with pytest.raises(frappe.ValidationError, match=message):
		_draft(account, "VOL")
	assert _new(account).get_programmes() == []


def test_the_form_offers_what_may_be_named():
	account = make_programme_account(programme("VOL", (0, 1)), programme("A", (0, 1), priority=7))
	assert _new(account).get_programmes() == [
		{"value": "VOL", "label": "Programme VOL"},
		{"value": "A", "label": "Programme A"},
	]


def test_prices_bear_what_the_programmes_cost():
	account = make_programme_account(programme("VOL", (0, 1), priced_in_rate=1.5))
	agreement = frappe.get_doc("Rebate Agreement", {"key_account": account.name})
	assert (agreement.priced_in_rate, account.order(1_000).kam_rebate_rate) == (1.5, 6.5)
	receive(account.order(1_000), 100)
	assert account.request().receipts[0].rebate_rate == 5


def test_programmes_only_pays_nothing_by_the_order():
	account = make_programme_account(programme("VOL", (0, 3), priced_in_rate=2), programmes_only=1)
	order = account.order(1_000)
	assert order.kam_rebate_rate == 2
	receive(order, 1_000)
	request = claim(account.request())
	assert [(row.collected_amount, row.rebate_amount) for row in request.receipts] == [(1_000, 0)]
	assert request.total_rebate == 30


def test_where_the_order_earns_nothing_an_exclusive_ladder_takes_nothing():
	account = make_programme_account(
		programme("VOL", (0, 3), priced_in_rate=2), policy={"ladder_exclusive": 1}, programmes_only=1
	)
	receive(account.order(1_000), 1_000)
	assert programmes_of(account.request()) == [("VOL", 1_000, 30, 0, 30)]


def test_programmes_only_needs_prices_that_bear_them():
	with pytest.raises(frappe.ValidationError, match="priced-in rate"):
		make_programme_account(programme("VOL", (0, 3)), programmes_only=1)
	with pytest.raises(frappe.ValidationError, match="choose Policy Ladder"):
		make_programme_account(
			programme("VOL", (0, 3), priced_in_rate=2),
			policy={"valid_from": "2019-01-01", "valid_to": "2019-12-31"},
			programmes_only=1,
			rate_source="Special",
			special_rate=3,
		)


def test_an_order_that_priced_no_rebate_in_earns_in_no_programme():
	account = make_programme_account(programme("VOL", (0, 3)))
	order = account.order(1_000)
	order.db_set("kam_rebate_rate", 0)
	receive(order, 1_000)
	request = account.request()
	assert (request.receipts, request.programmes) == ([], [])


def _new(account):
	values = {"doctype": "Rebate Agreement", "key_account": account.name}
	return frappe.get_doc(values | {"company": frappe.db.get_value("Key Account", account.name, "company")})


def _draft(account, *codes):
	return make_rebate_agreement(account.name, programmes=[{"programme": code} for code in codes])
