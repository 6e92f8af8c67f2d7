"""Recompute of tiers: on demand and nightly (R14, R15, R17, R18)."""

import time
from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate

from kam_extension import tiers
from kam_extension.integration.tiers import tier_proposals
from kam_extension.integration.tiers.scorecards import score_account
from tests.site.books import AS_OF, YEAR_START, invoice, listed_item, order, reviews_of
from tests.site.factories import make_key_account, make_policy

QUANTITY, PREMIUM_PRICE = 50_000, 110


@pytest.fixture
def policy(site):
	return make_policy()


@pytest.fixture
def item(site) -> str:
	return listed_item(100)


def best_account(item: str, **fields):
	"""Earns 16 points: 5.5 million ordered at 10 % premium, nothing owed, most influential; tier A when scored."""
	account = make_key_account(**{"tier": "C", "strategic_influence": 4} | fields)
	order(account, item, 1, 110, add_days(YEAR_START, -1))
	order(account, item, QUANTITY, PREMIUM_PRICE, add_days(AS_OF, -10))
	return account


def recompute(*accounts, as_of=AS_OF):
	run = tiers.recompute(as_of, [account.name for account in accounts])
	return frappe.get_doc("KAM Tier Run", run)


def tier_of(account) -> str | None:
	return frappe.db.get_value("Key Account", account.name, "tier")


def points_of(account, metric: str, as_of=AS_OF) -> Decimal:
	scores = score_account(account.name, getdate(as_of)).proposal.scores
	return next(score.points for score in scores if score.metric == metric)


class TestProposal:
	def test_a_differing_result_makes_one_review_with_points(self, policy, item):
		account = best_account(item)
		run = recompute(account)
		[review] = reviews_of(account)
		assert (run.status, run.accounts, run.changed, run.failed) == ("Completed", 1, 1, 0)
		assert (review.docstatus, review.status, review.direction) == (0, "Draft", "Upgrade")
		assert (review.current_tier, review.proposed_tier, review.total_points) == ("C", "A", 16)
		assert (review.policy, review.tier_run, review.as_of_date) == (policy.name, run.name, AS_OF)
		assert {row.metric: (row.value, row.points) for row in review.points} == {
			"contract_amount": (5_500_000, 4),
			"receivable_balance": (0, 4),
			"price_premium": (10, 4),
			"strategic_influence": (4, 4),
		}
		assert tier_of(account) == "C"

	def test_the_same_tier_makes_no_review(self, policy, item):
		account = best_account(item, tier="A")
		assert recompute(account).changed == 0
		assert reviews_of(account) == []

	@pytest.mark.parametrize(
		("amount", "points"),
		[
			(5_000_000, 4),
			(4_999_999.99, 3),
			(2_000_000, 3),
			(1_999_999.99, 2),
			(500_000, 2),
			(499_999.99, 1),
		],
	)
	def test_bounds_are_inclusive(self, policy, item, amount, points):
		account = make_key_account()
		order(account, item, 1, amount)
		assert points_of(account, "contract_amount") == points

	@pytest.mark.parametrize(("shift", "tier"), [(0, "A"), (1, "C")])
	def test_first_year(self, policy, item, shift, tier):
		account = make_key_account(tier="B", strategic_influence=4)
		order(account, item, QUANTITY, PREMIUM_PRICE, add_days(add_months(AS_OF, -12), shift))
		order(account, item, QUANTITY, PREMIUM_PRICE)
		recompute(account)
		assert [review.proposed_tier for review in reviews_of(account)] == [tier]

	@pytest.mark.parametrize(("overdue", "points"), [(15, 4), (16, 3)])
	def test_arrears_cost_a_point(self, policy, item, overdue, points):
		account = best_account(item)
		invoice(account, item, 1, 100, add_days(AS_OF, -60), due=add_days(AS_OF, -overdue))
		assert points_of(account, "contract_amount") == points

	def test_no_order_means_no_tier(self, policy):
		account = make_key_account(tier="B")
		recompute(account)
		[review] = reviews_of(account)
		assert (review.proposed_tier, review.direction) == (None, "Downgrade")

	def test_without_a_policy_accounts_are_skipped_and_counted(self, site, item):
		account = best_account(item)
		run = recompute(account)
		assert (run.status, run.accounts, run.changed) == ("Completed", 1, 0)
		assert "No KAM Policy is in force" in run.error
		assert reviews_of(account) == []

	def test_an_unknown_account_is_refused(self, policy):
		with pytest.raises(frappe.DoesNotExistError, match="no key account KA-nowhere"):
			tiers.recompute(AS_OF, ["KA-nowhere"])

	def test_all_means_active_watched_and_suspended(self, policy):
		statuses = ("Prospect", "Active", "Watch", "Suspended", "Terminated")
		accounts = {status: make_key_account(tier="B", status=status) for status in statuses}
		tiers.recompute(AS_OF)
		scored = {status for status, account in accounts.items() if reviews_of(account)}
		assert scored == {"Active", "Watch", "Suspended"}


class TestIdempotency:
	def test_the_same_day_twice_keeps_one_review(self, policy, item):
		account = best_account(item)
		first, second = recompute(account), recompute(account)
		[review] = reviews_of(account)
		assert first.name != second.name
		assert review.tier_run == second.name
		assert len(review.points) == 4

	def test_a_later_day_refreshes_the_open_review(self, policy, item):
		account = best_account(item)
		recompute(account)
		[before] = reviews_of(account)
		recompute(account, as_of=add_days(AS_OF, 5))
		[after] = reviews_of(account)
		assert (after.name, after.as_of_date) == (before.name, getdate(add_days(AS_OF, 5)))

	def test_a_proposal_that_no_longer_differs_is_withdrawn_with_a_note(self, policy, item):
		account = best_account(item)
		recompute(account)
		[review] = reviews_of(account)
		account.db_set("tier", "A")
		recompute(account)
		assert reviews_of(account) == []
		notes = frappe.get_all(
			"Comment", {"reference_name": account.name, "comment_type": "Info"}, pluck="content"
		)
		assert any(review.name in note for note in notes)

	def test_a_persons_draft_is_left_alone(self, policy, item):
		account = best_account(item)
		own = {"key_account": account.name, "as_of_date": AS_OF, "proposed_tier": "B", "reason": "Judged"}
		draft = frappe.get_doc({"doctype": "Tier Review", **own}).insert()
		account.db_set("tier", "A")
		recompute(account)
		assert [review.name for review in reviews_of(account)] == [draft.name]

	def test_what_a_person_rejected_is_not_proposed_again_for_that_day(self, policy, item):
		account = best_account(item)
		recompute(account)
		reviews_of(account)[0].db_set("status", "Rejected")
		recompute(account)
		assert len(reviews_of(account)) == 1
		recompute(account, as_of=add_days(AS_OF, 1))
		assert [review.status for review in reviews_of(account)] == ["Rejected", "Draft"]


class TestAutomaticChanges:
	@pytest.mark.parametrize(
		("mode", "start", "end"),
		[("None", "C", "C"), ("Upgrades", "C", "A"), ("All", "C", "A")],
	)
	def test_upgrade(self, site, item, mode, start, end):
		make_policy(automatic_tier_changes=mode)
		account = best_account(item, tier=start)
		recompute(account)
		assert tier_of(account) == end
		assert frappe.db.get_value("Customer", account.customer, "kam_tier") == end

	@pytest.mark.parametrize(("mode", "end"), [("Upgrades", "B"), ("All", None)])
	def test_downgrade(self, site, mode, end):
		make_policy(automatic_tier_changes=mode)
		account = make_key_account(tier="B")
		recompute(account)
		assert tier_of(account) == end
		assert reviews_of(account)[0].docstatus == (1 if mode == "All" else 0)


class TestFailure:
	def test_one_account_that_fails_does_not_stop_the_others(self, policy, monkeypatch):
		bad, good = make_key_account(tier="B"), make_key_account(tier="B")
		write = tier_proposals._write

		def failing(review, card, tier_run):
			write(review, card, tier_run)
			if card.key_account == bad.name:
				raise frappe.ValidationError("broken on purpose")

		monkeypatch.setattr(tier_proposals, "_write", failing)
		run = recompute(bad, good)
		assert (run.status, run.failed, run.error) == ("Failed", 1, bad.name)
		assert reviews_of(bad) == []
		assert len(reviews_of(good)) == 1

	def test_a_deadlock_undoes_the_callers_transaction(self, policy, monkeypatch):
		account = make_key_account(tier="B")

		def deadlocked(*arguments):
			raise frappe.QueryDeadlockError

		monkeypatch.setattr(tier_proposals, "_write", deadlocked)
		with pytest.raises(frappe.QueryDeadlockError):
			recompute(account)


class TestCost:
	def test_queries_do_not_grow_with_the_accounts(self, policy, item):
		accounts = [make_key_account(tier=None) for _ in range(30)]
		recompute(*accounts)
		assert count_queries(lambda: recompute(*accounts[:3])) == count_queries(lambda: recompute(*accounts))

	def test_one_account_takes_less_than_a_second(self, policy, item):
		account = best_account(item)
		started = time.perf_counter()
		account.recompute_tier()
		assert time.perf_counter() - started < 1
		assert len(reviews_of(account)) == 1


def count_queries(action) -> int:
	queries, run_query = [], frappe.db.sql

	def counting(query, *arguments, **options):
		queries.append(query)
		return run_query(query, *arguments, **options)

	frappe.db.sql = counting
	try:
		action()
	finally:
		frappe.db.sql = run_query
	assert queries
	return len(queries)
