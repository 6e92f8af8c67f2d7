"""Many Tier Reviews approved or rejected at once (R18, R66, R70)."""

import frappe
import pytest
from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs

from kam_extension.integration.tiers import bulk_decisions
from kam_extension.kam_extension.doctype.tier_review.tier_review import decide_reviews
from tests.site import client_doors
from tests.site.factories import make_key_account, make_policy, make_user
from tests.site.review_setup import level_review, make_review, shown_at_customer, stored_account


@pytest.fixture
def accounts(site) -> list:
	make_policy()
	return [make_key_account(tier="B") for _ in range(3)]


@pytest.fixture
def manager(site) -> str:
	return make_user("KAM Manager")


@pytest.fixture
def few_at_once(monkeypatch):
	"""More than one review goes to the background."""
	monkeypatch.setattr(bulk_decisions, "AT_ONCE", 1)


def tiers_of(accounts) -> list:
	return [stored_account(account, "tier") for account in accounts]


def statuses(reviews) -> list[str]:
	return [frappe.db.get_value("Tier Review", review.name, "status") for review in reviews]


class TestAtOnce:
	def test_all_go_through(self, accounts, manager, as_user):
		reviews = [make_review(account) for account in accounts]
		with as_user(manager):
			outcome = decide_reviews([review.name for review in reviews], "Approve")
		assert outcome == {"done": [review.name for review in reviews], "refused": [], "queued": 0}
		assert tiers_of(accounts) == ["A"] * 3
		approved = frappe.get_doc("Tier Review", reviews[0].name)
		assert (approved.approved_by, approved.workflow_state) == (manager, "Approved")
		assert shown_at_customer(accounts[2]).kam_tier == "A"

	def test_each_by_itself_and_why_not(self, accounts, manager, as_user):
		good, unjudged = make_review(accounts[0]), level_review(accounts[1])
		with as_user(manager):
			own = make_review(accounts[2])
			outcome = decide_reviews([own.name, unjudged.name, good.name, "TRV-NONE"], "Approve")
		assert outcome["done"] == [good.name]
		reasons = {row["name"]: row["reason"] for row in outcome["refused"]}
		assert reasons.keys() == {own.name, unjudged.name, "TRV-NONE"}
		assert "Self approval" in reasons[own.name]
		assert "Judgement is missing" in reasons[unjudged.name]
		assert "not found" in reasons["TRV-NONE"]
		assert tiers_of(accounts) == ["A", "B", "B"]
		assert frappe.local.message_log == []

	def test_what_a_refused_one_wrote_is_undone(self, accounts, manager, as_user):
		first, second = make_review(accounts[0]), make_review(accounts[1])
		# The Customer can't be saved any more, so the tier must not change either.
		frappe.db.set_value("Customer", accounts[0].customer, "customer_type", None)
		with as_user(manager):
			outcome = decide_reviews([first.name, second.name], "Approve")
		assert outcome["done"] == [second.name]
		assert "customer_type" in outcome["refused"][0]["reason"]
		assert tiers_of(accounts) == ["B", "A", "B"]
		assert statuses([first, second]) == ["Draft", "Approved"]
		assert frappe.db.count("KAM Tier Change", {"tier_review": first.name}) == 0

	def test_rejects_with_the_reason(self, accounts, manager, as_user):
		reviews = [make_review(account) for account in accounts]
		with as_user(manager):
			decide_reviews([review.name for review in reviews], "Reject", " Wait for the audit ")
		assert statuses(reviews) == ["Rejected"] * 3
		assert frappe.db.get_value("Tier Review", reviews[0].name, "rejection_reason") == "Wait for the audit"
		assert tiers_of(accounts) == ["B"] * 3

	def test_without_a_workflow_approval_still_works(self, accounts, manager, as_user):
		frappe.db.set_value("Workflow", {"document_type": "Tier Review"}, "is_active", 0)
		frappe.cache.delete_value("workflow")
		frappe.clear_cache(doctype="Tier Review")
		review = make_review(accounts[0])
		with as_user(manager):
			assert decide_reviews([review.name], "Approve")["done"] == [review.name]
		assert tiers_of(accounts)[0] == "A"


class TestInput:
	@pytest.mark.parametrize(
		("names", "message"),
		[
			([], "Select at least one"),
			("[]", "Select at least one"),
			('{"a": 1}', "Select at least one"),
			([1, 2], "Select at least one"),
			([["like", "%"]], "Select at least one"),
			([str(number) for number in range(501)], "too many"),
		],
	)
	def test_names(self, site, names, message):
		with pytest.raises(frappe.ValidationError, match=message):
			decide_reviews(names, "Approve")

	@pytest.mark.parametrize("action", ["Cancel", "Revise", ""])
	def test_action(self, site, action):
		with pytest.raises(frappe.ValidationError, match="Approve or Reject"):
			decide_reviews(["x"], action)

	@pytest.mark.parametrize("reason", [None, " "])
	def test_reason(self, site, reason):
		with pytest.raises(frappe.ValidationError, match="Reason for the Rejection"):
			decide_reviews(["x"], "Reject", reason)

	@pytest.mark.parametrize("role", ["KAM User", "KAM Finance", "System Manager"])
	def test_not_below_a_manager(self, accounts, as_user, role):
		review = make_review(accounts[0])
		with as_user(make_user(role)), pytest.raises(frappe.PermissionError):
			decide_reviews([review.name], "Approve")
		assert tiers_of(accounts)[0] == "B"


class TestInTheBackground:
	def test_decides_with_a_notification_at_the_end(self, accounts, manager, as_user, jobs, few_at_once):
		reviews = [make_review(account) for account in accounts[:2]]
		with as_user(manager):
			reviews.append(make_review(accounts[2]))
			outcome = decide_reviews([review.name for review in reviews], "Approve")
		frappe.db.commit()
		assert outcome == {"done": [], "refused": [], "queued": 3}
		assert tiers_of(accounts) == ["B"] * 3
		jobs.run("decide_in_background")
		assert tiers_of(accounts) == ["A", "A", "B"]
		notice = frappe.get_last_doc("Notification Log", {"for_user": manager})
		assert "2 approved, 1 refused" in notice.subject
		assert reviews[2].name in notice.email_content

	def test_runs_as_the_decider_whoever_starts_the_job_again(self, accounts, manager, as_user, few_at_once):
		with as_user(manager):
			own = make_review(accounts[0])
		frappe.db.commit()
		bulk_decisions.decide_in_background([own.name], "Approve", None, manager)
		frappe.set_user("Administrator")
		assert tiers_of(accounts)[0] == "B"

	def test_a_deadlock_is_tried_again(self, accounts, manager, as_user, monkeypatch):
		review, attempts = make_review(accounts[0]), []
		decide_one = bulk_decisions._decide_one

		def deadlocked_once(*arguments):
			attempts.append(1)
			if len(attempts) == 1:
				raise frappe.QueryDeadlockError
			decide_one(*arguments)

		monkeypatch.setattr(bulk_decisions, "_decide_one", deadlocked_once)
		frappe.db.commit()
		bulk_decisions.decide_in_background([review.name], "Approve", None, manager)
		assert tiers_of(accounts)[0] == "A"


class TestOtherDoors:
	"""A Workflow is no gate: whatever the door, `before_submit` decides (R70)."""

	@pytest.mark.parametrize("values", [{"status": "Approved"}, {"workflow_state": "Approved"}])
	@pytest.mark.parametrize("door", client_doors.WRITING.values(), ids=client_doors.WRITING)
	def test_fields_of_the_approval_cant_be_written(self, accounts, manager, as_user, door, values):
		review = make_review(accounts[0])
		with as_user(manager):
			attempt(door, "Tier Review", review.name, values)
		assert statuses([review]) == ["Draft"]
		assert tiers_of(accounts)[0] == "B"

	@pytest.mark.parametrize("role", ["KAM User", "KAM Finance", "System Manager"])
	def test_frappes_own_bulk_submit(self, accounts, as_user, role):
		review = make_review(accounts[0])
		frappe.db.commit()
		with as_user(make_user(role)):
			frappe.db.commit()
			attempt(submit_cancel_or_update_docs, "Tier Review", [review.name], "submit")
		assert tiers_of(accounts)[0] == "B"

	def test_a_managers_own_review_by_import(self, accounts, manager, as_user):
		with as_user(manager), pytest.raises(frappe.PermissionError, match="yourself"):
			make_review(accounts[0], docstatus=1)
		assert tiers_of(accounts)[0] == "B"


def attempt(action, *arguments) -> None:
	"""Whatever becomes of it: the tests look at what is stored."""
	try:
		action(*arguments)
	except Exception:
		frappe.clear_messages()
