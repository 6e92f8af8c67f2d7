"""Tier Review: what a person may set, who may approve, what approval and cancelling do (R18, R19, R70)."""

import time

import frappe
import pytest
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, nowdate

from kam_extension import tiers
from tests.site.books import AS_OF, listed_item, order
from tests.site.factories import make_key_account, make_policy, make_user


@pytest.fixture
def policy(site):
	return make_policy()


@pytest.fixture
def account(policy):
	"""Tier B, nothing ever ordered, so the recompute proposes no tier."""
	return make_key_account(tier="B")


@pytest.fixture
def manager(site) -> str:
	return make_user("KAM Manager")


def make_review(account, **fields):
	values = {"key_account": account.name, "as_of_date": AS_OF, "proposed_tier": "A", "reason": "Judged"}
	return frappe.get_doc({"doctype": "Tier Review", **values | fields}).insert()


def machine_review(account):
	tiers.recompute(AS_OF, [account.name])
	return frappe.get_last_doc("Tier Review", {"key_account": account.name})


def tier_of(account) -> str | None:
	return frappe.db.get_value("Key Account", account.name, "tier")


def customer_tier(account) -> str | None:
	return frappe.db.get_value("Customer", account.customer, "kam_tier")


def history(account) -> list:
	fields = ["from_tier", "to_tier", "tier_review", "changed_by", "reason"]
	filters = {"key_account": account.name, "tier_review": ("is", "set")}
	return frappe.get_all("KAM Tier Change", filters, fields, order_by="changed_on, creation", as_list=True)


class TestApproval:
	def test_who_started_the_recompute_may_approve_what_it_proposes(self, account, manager, as_user):
		with as_user(manager):
			machine_review(account).submit()
		assert tier_of(account) is None

	def test_nobody_passes_a_review_by_hand_off_as_the_recomputes(self, account, manager, as_user):
		run = machine_review(make_key_account(tier="B")).tier_run
		with as_user(manager):
			review = make_review(account, tier_run=run)
			review.tier_run = run
			with pytest.raises(frappe.PermissionError, match="yourself"):
				review.submit()
		assert tier_of(account) == "B"

	def test_takes_effect_with_history_and_on_the_customer(self, account, manager, as_user):
		review = make_review(account)
		assert (tier_of(account), customer_tier(account)) == ("B", "B")
		with as_user(manager):
			frappe.get_doc("Tier Review", review.name).submit()
		review.reload()
		assert (tier_of(account), customer_tier(account)) == ("A", "A")
		assert (review.status, review.approved_by, review.direction) == ("Approved", manager, "Upgrade")
		assert history(account) == (("B", "A", review.name, manager, "Judged"),)

	def test_through_the_workflow(self, account, manager, as_user):
		review = make_review(account)
		with as_user(manager):
			apply_workflow(frappe.get_doc("Tier Review", review.name), "Approve")
		assert tier_of(account) == "A"

	def test_not_by_a_salesperson(self, account, as_user):
		review = make_review(account)
		review.flags.ignore_permissions = True
		with (
			as_user(make_user("KAM User", "Sales User")),
			pytest.raises(frappe.PermissionError, match="roles"),
		):
			review.submit()
		assert tier_of(account) == "B"

	@pytest.mark.parametrize("docstatus", [0, 1])
	def test_not_by_who_made_it(self, account, manager, as_user, docstatus):
		with as_user(manager), pytest.raises(frappe.PermissionError, match="yourself"):
			make_review(account, docstatus=docstatus).submit()
		assert tier_of(account) == "B"

	def test_the_recomputes_review_by_any_manager(self, account, manager, as_user):
		review = machine_review(account)
		with as_user(manager):
			frappe.get_doc("Tier Review", review.name).submit()
		assert (tier_of(account), customer_tier(account)) == (None, None)

	def test_nothing_to_approve_when_the_tier_is_there_already(self, account, manager, as_user):
		review = make_review(account)
		account.db_set("tier", "A")
		with as_user(manager), pytest.raises(frappe.ValidationError, match="nothing to approve"):
			frappe.get_doc("Tier Review", review.name).submit()

	def test_a_rejection_needs_its_reason(self, account, manager, as_user):
		review = make_review(account)
		with as_user(manager), pytest.raises(frappe.ValidationError, match="Reason for the Rejection"):
			apply_workflow(frappe.get_doc("Tier Review", review.name), "Reject")
		assert frappe.db.get_value("Tier Review", review.name, "status") == "Draft"

	def test_a_rejected_review_is_revised_first(self, account, manager, as_user):
		review = make_review(account)
		with as_user(manager):
			frappe.get_doc("Tier Review", review.name).update({"rejection_reason": "Too early"}).save()
			apply_workflow(frappe.get_doc("Tier Review", review.name), "Reject")
			rejected = frappe.get_doc("Tier Review", review.name)
			assert (rejected.status, rejected.rejection_reason) == ("Rejected", "Too early")
			with pytest.raises(frappe.ValidationError, match="was rejected"):
				rejected.submit()
			apply_workflow(frappe.get_doc("Tier Review", review.name), "Revise")
			assert frappe.db.get_value("Tier Review", review.name, "rejection_reason") is None
			apply_workflow(frappe.get_doc("Tier Review", review.name), "Approve")
		assert tier_of(account) == "A"

	def test_an_override_goes_on_holding(self, account, manager, as_user):
		account.update(
			{"tier_override": "C", "tier_override_until": nowdate(), "tier_override_reason": "Dispute"}
		)
		account.save()
		review = make_review(account)
		with as_user(manager):
			frappe.get_doc("Tier Review", review.name).submit()
		assert (tier_of(account), customer_tier(account)) == ("A", "C")


class TestCancelling:
	def test_restores_what_was_before(self, account, manager, as_user):
		review = make_review(account)
		with as_user(manager):
			frappe.get_doc("Tier Review", review.name).submit()
		frappe.get_doc("Tier Review", review.name).cancel()
		assert (tier_of(account), customer_tier(account)) == ("B", "B")
		assert [row[:2] for row in history(account)] == [("B", "A"), ("A", "B")]
		assert frappe.db.get_value("Tier Review", review.name, "status") == "Cancelled"

	def test_restores_the_tier_at_approval_not_at_drafting(self, account):
		review = make_review(account)
		account.db_set("tier", "C")
		review.reload().submit()
		review.cancel()
		assert tier_of(account) == "C"

	@pytest.mark.parametrize("back_again", [False, True])
	def test_refused_when_the_tier_changed_since(self, account, back_again):
		first = make_review(account).submit()
		make_review(account, proposed_tier="C").submit()
		if back_again:
			make_review(account, proposed_tier="A").submit()
		with pytest.raises(frappe.ValidationError, match="later change"):
			first.reload().cancel()
		assert tier_of(account) == ("A" if back_again else "C")


class TestPersonsReview:
	def test_points_are_the_servers(self, account):
		forged = [{"metric": "contract_amount", "value": 9e9, "points": 4}]
		run = tiers.recompute(AS_OF, [])
		review = make_review(
			account, points=forged, total_points=16, tier_run=run, approved_by="Administrator"
		)
		assert (review.total_points, len(review.points)) == (4 + 1 + 1 + 1, 4)
		assert (review.tier_run, review.approved_by, review.current_tier) == (None, None, "B")

	def test_points_stay_the_servers_when_saved_again(self, account):
		review = make_review(account)
		review.update({"total_points": 16, "current_tier": "C", "points": [], "status": "Approved"})
		review.save()
		assert (review.total_points, review.current_tier, len(review.points)) == (7, "B", 4)
		assert review.status == "Draft"

	def test_another_day_is_scored_anew(self, account):
		item = listed_item(100)
		order(account, item, 1, 5_000_000, add_days(AS_OF, 2))
		review = make_review(account)
		assert review.total_points == 7
		review.update({"as_of_date": add_days(AS_OF, 2)})
		review.save()
		assert review.total_points == 4 + 4 + 4 + 1

	@pytest.mark.parametrize(
		("fields", "message"),
		[
			({"reason": " "}, "Reason is missing"),
			({"as_of_date": add_days("2999-01-01", 0)}, "lies in the future"),
		],
	)
	def test_refuses_what_is_missing_or_wrong(self, account, fields, message):
		with pytest.raises(frappe.ValidationError, match=message):
			make_review(account, **fields)

	def test_needs_a_policy(self, site):
		with pytest.raises(frappe.ValidationError, match="No KAM Policy is in force"):
			make_review(make_key_account())

	def test_the_recomputes_proposal_is_fixed(self, account, manager, as_user):
		review = machine_review(account)
		with as_user(manager):
			changed = frappe.get_doc("Tier Review", review.name)
			changed.update({"proposed_tier": "A", "reason": "I want it"})
			with pytest.raises(frappe.ValidationError, match="Proposed Tier of this review comes from"):
				changed.save()

	def test_a_recomputes_reason_may_be_added_to(self, account):
		review = machine_review(account)
		review.reason += " Seen with the customer."
		review.save()
		assert review.reload().reason.endswith("Seen with the customer.")


@pytest.mark.committing
def test_recomputes_at_once_make_one_review(account, in_parallel):
	machine_review(make_key_account(tier="B"))

	def recompute():
		return tiers.recompute(AS_OF, [account.name])

	runs = in_parallel(*[recompute] * 4)
	outcomes = [frappe.db.get_value("KAM Tier Run", run, ["status", "failed"]) for run in runs]
	assert outcomes == [("Completed", 0)] * 4
	assert frappe.db.count("Tier Review", {"key_account": account.name}) == 1


@pytest.mark.committing
def test_a_recompute_waits_for_an_approval_under_way(account, in_parallel):
	def approve():
		account.db_set("tier", None)
		time.sleep(1)

	def recompute():
		time.sleep(0.3)
		return tiers.recompute(AS_OF, [account.name])

	run = in_parallel(approve, recompute)[1]
	assert frappe.db.get_value("KAM Tier Run", run, "status") == "Completed"
	assert frappe.db.count("Tier Review", {"key_account": account.name}) == 0
