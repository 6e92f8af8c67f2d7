"""The nightly recompute, and the one that a manager starts for all (R17, R18, R71)."""

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from kam_extension import tiers
from kam_extension.integration.tiers import tier_proposals
from tests.site.books import reviews_of
from tests.site.factories import make_key_account, make_policy, make_user


@pytest.fixture
def policy(site):
	return make_policy()


def last_run():
	return frappe.get_last_doc("KAM Tier Run")


class TestNightly:
	def test_proposes_in_the_review_months_once(self, site):
		make_policy(tier_review_months=f"{getdate().month}")
		account = make_key_account(tier="B")
		tiers.nightly()
		[review] = reviews_of(account)
		tiers.nightly()
		assert [again.tier_run for again in reviews_of(account)] == [review.tier_run]

	def test_proposes_nothing_in_other_months_but_counts(self, site):
		make_policy(tier_review_months=f"{getdate().month % 12 + 1}")
		account = make_key_account(tier="B")
		tiers.nightly()
		assert reviews_of(account) == []
		assert (last_run().status, last_run().changed) == ("Completed", 1)

	def test_does_nothing_while_the_app_is_off(self, policy):
		frappe.db.set_single_value("KAM Settings", "enabled", 0)
		before = frappe.db.count("KAM Tier Run")
		tiers.nightly()
		assert frappe.db.count("KAM Tier Run") == before

	@pytest.mark.parametrize(("ended", "tier"), [(1, "C"), (0, "A")])
	def test_an_override_holds_on_its_last_day_and_lapses_after_it(self, policy, ended, tier):
		account = make_key_account(
			tier="C", tier_override="A", tier_override_until=nowdate(), tier_override_reason="Trade fair"
		)
		account.db_set("tier_override_until", add_days(nowdate(), -ended))
		tiers.nightly()
		account.reload()
		assert frappe.db.get_value("Customer", account.customer, "kam_tier") == tier
		assert bool(account.tier_override) == (not ended)
		reasons = frappe.get_all("KAM Tier Change", {"key_account": account.name}, pluck="reason")
		assert any("run out" in reason for reason in reasons if reason) == bool(ended)


class TestTrouble:
	def test_the_nightly_run_tries_again_after_a_deadlock(self, site, monkeypatch):
		make_policy(tier_review_months=str(getdate().month))
		account = make_key_account(tier="B")
		write, attempts = tier_proposals._write, []

		def deadlocked_once(*arguments):
			attempts.append(1)
			if len(attempts) == 1:
				raise frappe.QueryDeadlockError
			write(*arguments)

		monkeypatch.setattr(tier_proposals, "_write", deadlocked_once)
		tiers.nightly()
		assert len(reviews_of(account)) == 1
		assert last_run().status == "Completed"

	def test_an_abandoned_run_is_closed_by_the_next_night(self, policy):
		stuck = frappe.get_doc("KAM Tier Run", tiers.recompute(key_accounts=[]))
		stuck.db_set({"status": "Running", "started_at": add_days(nowdate(), -1)})
		tiers.nightly()
		assert frappe.db.get_value("KAM Tier Run", stuck.name, "status") == "Failed"


class TestStartedByAPerson:
	def test_a_salesperson_may_not_recompute_all(self, policy, as_user, jobs):
		with as_user(make_user("KAM User", "Sales User")), pytest.raises(frappe.PermissionError):
			tiers.start_recompute()
		assert jobs.named("recompute") == []

	def test_a_manager_is_told_when_it_is_done(self, policy, as_user, jobs):
		manager = make_user("KAM Manager")
		account = make_key_account(tier="B")
		with as_user(manager):
			assert tiers.start_recompute() is True
		jobs.run("recompute_in_background")
		told = frappe.get_all("Notification Log", {"for_user": manager}, ["subject", "document_name"])
		assert [row.document_name for row in told] == [last_run().name]
		assert len(reviews_of(account)) == 1
