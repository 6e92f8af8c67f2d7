"""The tier over time, as the Key Account's form shows it, and manual tiers in it (R18, R19)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from kam_extension.integration.tiers.overrides import lapse_overrides
from kam_extension.integration.tiers.tier_timeline import periods
from kam_extension.kam_extension.doctype.key_account.key_account import tier_timeline
from tests.site.factories import BASE_PRICE_LIST, make_key_account, make_policy, make_user
from tests.site.review_setup import make_review, shown_at_customer, stored_account


@pytest.fixture
def account(site):
	make_policy()
	return make_key_account(tier="B")


@pytest.fixture
def manager(site) -> str:
	return make_user("KAM Manager")


def override(account, tier="A", until=None, reason="Trade fair", **fields):
	document = frappe.get_doc("Key Account", account.name)
	document.update(
		{"tier_override": tier, "tier_override_until": until or nowdate(), "tier_override_reason": reason}
		| fields
	)
	return document.save()


def lapse(account) -> int:
	"""The night after the override's last day."""
	frappe.db.set_value("Key Account", account.name, "tier_override_until", add_days(nowdate(), -1))
	return lapse_overrides(getdate())


def history(account) -> list[tuple]:
	rows = tier_timeline(account.name)["changes"]
	fields = ("cause", "from_tier", "to_tier", "reason")
	return [tuple(row[field] for field in fields) for row in reversed(rows)]


class TestTimeline:
	def test_who_when_why_and_from_which_review(self, account, manager, as_user):
		review = make_review(account)
		with as_user(manager):
			frappe.get_doc("Tier Review", review.name).submit()
		shown = tier_timeline(account.name)
		change = frappe._dict(shown["changes"][0])
		assert (change.cause, change.from_tier, change.to_tier) == ("Review", "B", "A")
		assert (change.changed_by, change.reason, change.tier_review) == (manager, "Judged", review.name)
		assert change.full_name == frappe.utils.get_fullname(manager)
		assert getdate(change.changed_on) == getdate()
		assert [period["tier"] for period in shown["periods"]] == ["B", "A"]
		assert shown["periods"][0]["until"] == shown["periods"][1]["since"]
		assert shown["periods"][1]["until"] is None
		assert [tier.name for tier in shown["tiers"]][:3] == ["A", "B", "C"]

	def test_the_latest_review_with_its_points(self, account):
		make_review(account, as_of_date=add_days(nowdate(), -40))
		latest = make_review(account, proposed_tier="C")
		cancelled = make_review(account, as_of_date=nowdate()).submit()
		cancelled.cancel()
		shown = tier_timeline(account.name)["latest_review"]
		assert (shown.name, shown.total_points, shown.status) == (latest.name, 7, "Draft")

	def test_nothing_yet(self, site):
		account = make_key_account(tier=None)
		assert tier_timeline(account.name) | {"tiers": []} == {
			"tiers": [], "periods": [], "changes": [], "latest_review": None,
		}  # fmt: skip

	def test_a_cancelled_review_shows_too(self, account):
		make_review(account, submit=True).cancel()
		assert [row[0] for row in history(account)] == ["Manual", "Review", "Review Cancelled"]

	@pytest.mark.parametrize("roles", [("Sales User",), ("Stock User",)])
	def test_only_for_readers_of_the_file(self, account, as_user, roles):
		with as_user(make_user(*roles)), pytest.raises(frappe.PermissionError):
			tier_timeline(account.name)

	def test_who_may_not_read_another_file_sees_nothing_of_it(self, account, as_user):
		user = make_user("KAM User")
		own = make_key_account(account_manager=user)
		with as_user(user):
			assert tier_timeline(own.name)["changes"]
			with pytest.raises(frappe.PermissionError):
				tier_timeline(account.name)

	def test_a_name_is_a_name(self, account):
		with pytest.raises(TypeError, match="key_account"):
			frappe.call(tier_timeline, key_account=["like", "%"])


class TestPeriods:
	def test_an_override_covers_what_changes_meanwhile(self):
		rows = [
			change("Manual", None, "B", 1),
			change("Override", "B", "A", 2),
			change("Review", "B", "C", 3),
			change("Override Ended", "A", "C", 4),
		]
		assert [(row["since"], row["until"], row["tier"], row["is_override"]) for row in periods(rows)] == [
			(1, 2, "B", False),
			(2, 4, "A", True),
			(4, None, "C", False),
		]

	def test_a_level_alone_begins_no_period(self):
		rows = [change("Manual", None, "B", 1), change("Review", "B", "B", 2)]
		assert len(periods(rows)) == 1


def change(cause, from_tier, to_tier, day):
	return frappe._dict(cause=cause, from_tier=from_tier, to_tier=to_tier, changed_on=day)


class TestOverride:
	def test_holds_with_reason_and_end_in_the_history(self, account):
		override(account)
		assert history(account)[-1] == ("Override", "B", "A", "Trade fair")
		shown = shown_at_customer(account)
		assert (shown.kam_tier, shown.kam_credit_limit, shown.kam_shipping_priority) == ("A", 5_000_000, 1)
		assert tier_timeline(account.name)["periods"][-1]["is_override"]

	def test_lapses_the_day_after_and_the_customer_is_as_before(self, account):
		before = shown_at_customer(account), stored_account(account, "next_visit_due")
		override(account)
		assert lapse_overrides(getdate()) == 0  # its last day
		assert lapse(account) == 1
		assert (shown_at_customer(account), stored_account(account, "next_visit_due")) == before
		assert before[0].default_price_list == f"{BASE_PRICE_LIST} - 6%"
		assert stored_account(account, "tier_override", "tier_override_until", "tier_override_reason") == (
			None, None, None,
		)  # fmt: skip
		cause, from_tier, to_tier, reason = history(account)[-1]
		assert (cause, from_tier, to_tier) == ("Override Ended", "A", "B")
		assert "Trade fair" in reason

	def test_lapses_once(self, account):
		override(account)
		lapse(account)
		length = len(history(account))
		assert lapse_overrides(getdate()) == 0
		assert len(history(account)) == length

	def test_a_review_approved_meanwhile_shows_when_it_lapses(self, account):
		review = make_review(account, proposed_tier="C")
		override(account)
		review.reload().submit()
		assert shown_at_customer(account).kam_tier == "A"
		lapse(account)
		assert (shown_at_customer(account).kam_tier, stored_account(account)[0]) == ("C", "C")
		assert [row["tier"] for row in tier_timeline(account.name)["periods"]] == ["B", "A", "C"]

	def test_equal_to_the_own_tier_is_in_the_history_too(self, account):
		override(account, tier="B")
		assert history(account)[-1] == ("Override", "B", "B", "Trade fair")

	def test_taken_off_by_hand(self, account):
		override(account)
		override(account, tier=None)
		assert history(account)[-1][:3] == ("Override Ended", "A", "B")
		assert shown_at_customer(account).kam_tier == "B"

	@pytest.mark.parametrize("role", ["KAM User", "KAM Finance", "System Manager"])
	def test_not_below_a_manager(self, account, as_user, role):
		with as_user(make_user(role)):
			try:
				override(account)
			except frappe.PermissionError:
				frappe.clear_messages()
		assert stored_account(account, "tier_override") is None

	@pytest.mark.parametrize(
		("fields", "message"),
		[
			({"reason": " "}, "Reason is missing"),
			({"until": "2020-01-01"}, "must be a date that has not passed"),
		],
	)
	def test_needs_reason_and_end(self, account, fields, message):
		with pytest.raises(frappe.ValidationError, match=message):
			override(account, **fields)

	def test_one_that_fails_holds_up_no_other(self, account):
		other = make_key_account(tier="B")
		for each in (account, other):
			override(each)
			frappe.db.set_value("Key Account", each.name, "tier_override_until", add_days(nowdate(), -1))
		frappe.db.set_value("Customer", account.customer, "customer_type", None)  # can't be saved any more
		assert lapse_overrides(getdate()) == 1
		assert stored_account(account, "tier_override") == "A"
		assert stored_account(other, "tier_override") is None
