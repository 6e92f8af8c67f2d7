"""A Tier Review that changes the level: what a person has to judge, what stays (R16, R18)."""

import frappe
import pytest
from frappe.utils import nowdate

from kam_extension.integration.tiers.automatic_changes import applies_by_itself
from tests.site.factories import make_key_account, make_policy, make_user
from tests.site.review_setup import judge, level_review, machine_review, make_review, stored_account


@pytest.fixture
def account(site):
	make_policy()
	return make_key_account(tier="B", account_level="Project")


@pytest.fixture
def manager(site) -> str:
	return make_user("KAM Manager")


class TestPersonsReview:
	def test_an_empty_level_stays(self, account):
		review = make_review(account)
		assert (review.current_level, review.proposed_level) == ("Project", "Project")
		review.submit()
		assert stored_account(account) == ("A", "Project")

	def test_the_level_alone_may_change(self, account):
		review = make_review(account, proposed_tier="B", proposed_level="Group")
		assert review.direction == "Upgrade"
		review.submit()
		assert stored_account(account) == ("B", "Group")

	def test_a_person_may_lower_a_level(self, site):
		make_policy()
		account = make_key_account(tier="B", account_level="Group")
		review = make_review(account, proposed_tier="B", proposed_level="Project")
		assert review.direction == "Downgrade"
		review.submit()
		assert stored_account(account) == ("B", "Project")

	def test_better_tier_and_lower_level_is_told_by_the_tier(self, account):
		assert make_review(account, proposed_tier="C", proposed_level="Group").direction == "Downgrade"

	def test_what_was_to_stay_stays_as_it_is_by_then(self, account):
		review = make_review(account, proposed_tier="B", proposed_level="Group")
		account.db_set("tier", "C")
		review.submit()
		assert stored_account(account) == ("C", "Group")

	def test_level_history_names_the_review(self, account):
		review = make_review(account, proposed_level="Subsidiary", submit=True)
		change = frappe.get_last_doc("KAM Tier Change", {"tier_review": review.name})
		assert (change.from_level, change.to_level, change.cause) == ("Project", "Subsidiary", "Review")

	def test_nothing_new_is_nothing_to_approve(self, account):
		with pytest.raises(frappe.ValidationError, match="nothing to approve"):
			make_review(account, proposed_tier="B", submit=True)

	def test_forged_judgement_fields_are_the_servers(self, account):
		review = make_review(account, level_needs_judgement=1, level_without_judgement="Group")
		assert (review.level_needs_judgement, review.level_without_judgement) == (0, None)


class TestJudgement:
	@pytest.mark.parametrize(("answer", "grounds"), [(None, None), ("Confirmed", " "), (None, "Prospects")])
	def test_no_approval_without_one(self, account, manager, as_user, answer, grounds):
		review = level_review(account)
		with as_user(manager):
			judge(review, answer, grounds)
			with pytest.raises(frappe.ValidationError, match="Judgement is missing"):
				frappe.get_doc("Tier Review", review.name).submit()
		assert stored_account(account) == ("B", "Project")

	@pytest.mark.parametrize(("answer", "level"), [("Confirmed", "Group"), ("Not Confirmed", "Subsidiary")])
	def test_gives_the_level_that_it_earns(self, account, manager, as_user, answer, level):
		review = level_review(account)
		with as_user(manager):
			judge(review, answer).submit()
		assert stored_account(account) == ("B", level)
		assert frappe.db.get_value("Tier Review", review.name, "proposed_level") == level

	def test_not_confirmed_may_leave_nothing_to_approve(self, account, manager, as_user):
		review = level_review(account, level_without_judgement=None)
		with as_user(manager), pytest.raises(frappe.ValidationError, match="nothing to approve"):
			judge(review, "Not Confirmed").submit()

	def test_is_the_approvers_own(self, account, manager, as_user):
		review = level_review(account)
		with as_user(make_user("KAM Manager")):
			judge(review)
		with as_user(manager), pytest.raises(frappe.ValidationError, match="Whoever approves has to judge"):
			frappe.get_doc("Tier Review", review.name).submit()

	def test_who_judged_cant_be_forged(self, account, manager, as_user):
		review = level_review(account)
		with as_user(manager):
			review.reload()
			review.update({"level_judged_by": "Administrator", "level_judgement": "Confirmed"})
			review.save()
		assert review.level_judged_by == manager

	def test_another_proposal_asks_again(self, account):
		review = judge(level_review(account))
		review.flags.kam_system = True
		review.level_reason = "Three contracts"
		review.save()
		assert (review.level_judgement, review.level_judged_by) == (None, None)

	def test_never_takes_effect_by_itself(self, account):
		frappe.db.set_value("KAM Policy", {}, "automatic_tier_changes", "All")
		frappe.clear_cache(doctype="KAM Policy")
		review = level_review(account)
		assert not applies_by_itself(review)
		review.level_needs_judgement = 0
		assert applies_by_itself(review)


def test_a_rule_never_lowers_a_level_that_rose_meanwhile(account):
	review = machine_review(account, proposed_tier="A", current_level="Project", proposed_level="Subsidiary")
	account.db_set("account_level", "Group")
	review.submit()
	assert stored_account(account) == ("A", "Group")


class TestAutomaticChanges:
	@pytest.mark.parametrize(
		("mode", "tier", "applies"),
		[
			("None", "A", False),
			("Upgrades", "A", True),
			("Upgrades", "C", False),
			("All", "A", True),
			("All", "C", True),
		],
	)
	def test_by_the_policys_option(self, site, mode, tier, applies):
		make_policy(automatic_tier_changes=mode)
		review = machine_review(make_key_account(tier="B"), proposed_tier=tier)
		assert applies_by_itself(review) == applies

	def test_are_recorded_as_such(self, site):
		from kam_extension import tiers

		make_policy(automatic_tier_changes="All")
		account = make_key_account(tier="B")
		tiers.recompute(nowdate(), [account.name])
		review = frappe.get_last_doc("Tier Review", {"key_account": account.name})
		assert (review.status, review.is_automatic, review.approved_by) == ("Approved", 1, None)
		change = frappe.get_last_doc("KAM Tier Change", {"tier_review": review.name})
		assert (change.from_tier, change.to_tier, change.cause) == ("B", None, "Automatic")
