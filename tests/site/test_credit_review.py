"""Credit reviews twice a year: limit and overdue days follow the scorecard, the tier stays (R17, R31; S2)."""

import frappe
import pytest
from frappe.utils import getdate, nowdate

from kam_extension import tiers
from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.tiers.credit_reviews import write_credit_reviews
from kam_extension.integration.tiers.scorecards import score_account
from tests.site.books import AS_OF
from tests.site.factories import make_item, make_key_account, make_policy, make_sales_order, make_user
from tests.site.review_setup import make_review, services, shown_at_customer, stored_account

ALL_YEAR = ",".join(str(month) for month in range(1, 13))


def other_month() -> str:
	return str(AS_OF.month % 12 + 1)


@pytest.fixture
def policy(site):
	return make_policy(credit_review_months=ALL_YEAR, tier_review_months=other_month())


@pytest.fixture
def account(policy):
	"""Tier A; nothing was ever ordered, so the scorecard gives the terms of no tier: 200,000 and 30 days."""
	return make_key_account(tier="A")


def run_reviews(*accounts) -> list[str]:
	cards = [score_account(account.name, getdate(AS_OF)) for account in accounts]
	return write_credit_reviews(cards, tiers.recompute(AS_OF, []))


def credit_reviews(account) -> list:
	names = frappe.get_all(
		"Tier Review", {"key_account": account.name, "review_type": "Credit"}, pluck="name", order_by="name"
	)
	return [frappe.get_doc("Tier Review", name) for name in names]


def approved(account):
	run_reviews(account)
	[review] = credit_reviews(account)
	return review.submit()


class TestDrafting:
	def test_where_the_credit_terms_differ(self, account):
		assert run_reviews(account) == []
		[review] = credit_reviews(account)
		assert (review.current_tier, review.proposed_tier, review.direction) == ("A", None, "Downgrade")
		assert services(review).keys() == {"Credit Limit", "Overdue Days Allowed"}
		assert services(review)["Overdue Days Allowed"] == ("60", "30")

	def test_once_a_month_whatever_was_decided(self, account):
		run_reviews(account)
		[review] = credit_reviews(account)
		run_reviews(account)
		frappe.db.set_value("Tier Review", review.name, {"status": "Rejected", "workflow_state": "Rejected"})
		run_reviews(account)
		assert [row.name for row in credit_reviews(account)] == [review.name]

	def test_none_where_they_agree(self, policy):
		account = make_key_account(account_class="Ordinary", tier="C")  # 200,000 and 30 days too
		run_reviews(account)
		assert credit_reviews(account) == []

	def test_an_own_limit_leaves_the_days_alone_to_differ(self, policy):
		same_days = make_key_account(tier="C", credit_limit_override=9)
		other_days = make_key_account(tier="A", credit_limit_override=9)
		run_reviews(same_days, other_days)
		assert [len(credit_reviews(account)) for account in (same_days, other_days)] == [0, 1]

	@pytest.mark.parametrize(
		("credit", "tier"), [("", "1"), (other_month(), "1"), (str(AS_OF.month), str(AS_OF.month))]
	)
	def test_only_in_credit_months_that_are_no_tier_months(self, site, credit, tier):
		make_policy(credit_review_months=credit, tier_review_months=tier)
		account = make_key_account(tier="A")
		run_reviews(account)
		assert credit_reviews(account) == []

	def test_an_open_one_is_withdrawn_when_nothing_differs_any_more(self, account):
		run_reviews(account)
		account.db_set("tier", None)
		run_reviews(account)
		assert credit_reviews(account) == []

	def test_by_itself_where_the_policy_says_so(self, site):
		make_policy(
			credit_review_months=ALL_YEAR, tier_review_months=other_month(), automatic_tier_changes="All"
		)
		account = make_key_account(tier="A")
		run_reviews(account)
		[review] = credit_reviews(account)
		assert (review.status, review.is_automatic) == ("Approved", 1)

	def test_reads_a_fixed_number_of_times(self, policy, monkeypatch):
		"""Accounts for which nothing is to be written cost no query of their own."""

		def queries(count: int) -> int:
			accounts = [make_key_account(account_class="Ordinary", tier="C") for _ in range(count)]
			cards = [score_account(account.name, getdate(AS_OF)) for account in accounts]
			asked, database = [], frappe.local.db
			sql = database.sql
			with monkeypatch.context() as patch:
				patch.setattr(database, "sql", lambda *args, **kw: asked.append(1) or sql(*args, **kw))
				write_credit_reviews(cards, "no run")
			return len(asked)

		queries(1)  # what the first one fetches stays cached
		assert queries(5) == queries(1) == 2


class TestApproval:
	def test_moves_credit_and_nothing_else(self, account):
		before = shown_at_customer(account)
		review = approved(account)
		assert stored_account(account, "tier", "credit_tier", "credit_review") == ("A", None, review.name)
		shown = shown_at_customer(account)
		assert shown.kam_credit_limit == 200_000
		assert shown == before | {"kam_credit_limit": 200_000}

	def test_orders_are_judged_by_it(self, site):
		make_policy(credit_review_months=ALL_YEAR, tier_review_months=other_month(), credit_action="Block")
		account = make_key_account(tier="A")
		item = make_item(cost=1, list_price=300_000).name
		make_sales_order(account.customer, [(item, 1, 300_000)], submit=True).cancel()
		approved(account)
		with pytest.raises(PolicyViolation, match="200,000"):
			make_sales_order(account.customer, [(item, 1, 300_000)], submit=True)

	def test_groups_are_too(self, site):
		make_policy(credit_review_months=ALL_YEAR, tier_review_months=other_month(), credit_action="Block")
		head = make_key_account(tier="A")
		member = make_key_account(tier="A", parent_key_account=head.name)
		frappe.db.set_value("Key Account", head.name, {"credit_tier": "C", "credit_review": "x"})
		item = make_item(cost=1, list_price=1_200_000).name
		with pytest.raises(PolicyViolation, match="1,000,000"):
			make_sales_order(member.customer, [(item, 1, 1_200_000)], submit=True)

	def test_a_manual_tier_wins_while_it_lasts(self, account):
		approved(account)
		document = frappe.get_doc("Key Account", account.name)
		document.update({"tier_override": "B", "tier_override_until": nowdate(), "tier_override_reason": "T"})
		document.save()
		assert shown_at_customer(account).kam_credit_limit == 2_000_000

	def test_cancelling_gives_the_terms_before_back(self, account):
		before = shown_at_customer(account)
		approved(account).cancel()
		assert shown_at_customer(account) == before
		assert stored_account(account, "credit_tier", "credit_review") == (None, None)

	def test_nobody_writes_the_result(self, account, as_user):
		review = approved(account)
		with as_user(make_user("KAM Executive")):
			document = frappe.get_doc("Key Account", account.name)
			document.update({"credit_tier": "C", "credit_review": None})
			document.save()
		assert stored_account(account, "credit_tier", "credit_review") == (None, review.name)

	def test_needs_another_person_too(self, account, as_user):
		run_reviews(account)
		[review] = credit_reviews(account)
		with as_user(make_user("KAM User")), pytest.raises(frappe.PermissionError):
			frappe.get_doc("Tier Review", review.name).submit()


class TestNextTierReview:
	def test_ends_the_credit_terms_and_cancelling_brings_them_back(self, account):
		credit = approved(account)
		review = make_review(account, proposed_tier="B")
		assert services(review)["Credit Limit"][0].endswith("200,000.00")
		assert credit.name in review.service_note
		review.submit()
		assert shown_at_customer(account).kam_credit_limit == 2_000_000
		assert stored_account(account, "credit_review") is None
		review.cancel()
		assert stored_account(account, "tier", "credit_tier", "credit_review") == ("A", None, credit.name)
		assert shown_at_customer(account).kam_credit_limit == 200_000

	def test_a_credit_review_since_keeps_it_from_being_cancelled(self, account):
		review = make_review(account, proposed_tier="B", submit=True)
		approved(account)
		with pytest.raises(frappe.ValidationError, match="later change"):
			review.reload().cancel()

	def test_people_make_tier_reviews_only(self, account):
		assert make_review(account, proposed_tier="B", review_type="Credit").review_type == "Tier"
