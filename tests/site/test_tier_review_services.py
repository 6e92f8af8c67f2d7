"""What a Tier Review says approval would change, and that approval and cancelling do just that (R18, R31, R36)."""

import frappe
import pytest
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, add_months, getdate, nowdate

from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.policies.publication import accounts_out_of_step
from tests.site.factories import (
	BASE_PRICE_LIST,
	company,
	make_customer,
	make_item,
	make_key_account,
	make_policy,
	make_price_list,
	make_sales_order,
	make_user,
)
from tests.site.review_setup import make_review, services, shown_at_customer, stored_account


@pytest.fixture
def policy(site):
	return make_policy()


@pytest.fixture
def account(policy):
	return make_key_account(tier="B")


class TestComparison:
	def test_now_and_then_by_the_policy(self, account):
		assert services(make_review(account)) == {
			"Price List": (f"{BASE_PRICE_LIST} - 6%", f"{BASE_PRICE_LIST} - 10%"),
			"Tier Discount": ("6 %", "10 %"),
			"Discount Cap": ("10 %", "15 %"),
			"Credit Limit": (money(2_000_000), money(5_000_000)),
			"Overdue Days Allowed": ("45", "60"),
			"Shipping Priority": ("2", "1"),
			"Visit Every (Months)": ("6", "3"),
			"Visited By": ("KAM Executive", "KAM Executive"),
		}

	def test_without_a_tier_the_customer_has_its_own_list(self, account):
		review = make_review(account, proposed_tier=None)
		assert services(review)["Price List"] == (f"{BASE_PRICE_LIST} - 6%", "Customer's own")

	def test_an_own_credit_limit_stays_and_is_said(self, policy):
		account = make_key_account(tier="B", credit_limit_override=750_000)
		review = make_review(account)
		[row] = [row for row in review.services if row.service == "Credit Limit"]
		assert row.current_value == row.proposed_value == money(750_000)
		assert money(5_000_000) in row.note

	def test_rows_are_the_servers(self, account):
		forged = [{"service": "Discount Cap", "current_value": "0 %", "proposed_value": "99 %"}]
		review = make_review(account, services=forged)
		assert services(review)["Discount Cap"] == ("10 %", "15 %")
		review.services[2].proposed_value = "99 %"
		review.save()
		assert services(review.reload())["Discount Cap"] == ("10 %", "15 %")

	def test_are_those_of_the_day_of_approval(self, account):
		review = make_review(account)
		account.db_set("tier", "C")
		review.submit()
		assert services(review.reload())["Discount Cap"] == ("5 %", "15 %")

	def test_a_manual_tier_in_force_is_said(self, account):
		account.update(
			{"tier_override": "C", "tier_override_until": nowdate(), "tier_override_reason": "Trial"}
		)
		account.save()
		assert "Manual tier C holds until" in make_review(account).service_note

	def test_no_policy_today_no_services(self, policy):
		account = make_key_account(tier="B")
		frappe.db.set_value("KAM Policy", policy.name, "valid_to", add_days(nowdate(), -1))
		frappe.cache.delete_value("kam_submitted_policies")
		assert services(make_review(account)) == {}


class TestAtTheCustomer:
	def test_approval_publishes_at_once(self, account):
		make_review(account, submit=True)
		shown = shown_at_customer(account)
		assert shown.kam_tier == "A"
		assert (shown.kam_credit_limit, shown.kam_shipping_priority) == (5_000_000, 1)
		assert shown.default_price_list == f"{BASE_PRICE_LIST} - 10%"
		assert shown.kam_currency == "CNY"
		due = frappe.db.get_value("Key Account", account.name, "next_visit_due")
		assert due == getdate(add_months(getdate(account.creation), 3))
		assert account.name not in accounts_out_of_step()

	def test_an_own_limit_is_what_shows(self, policy):
		account = make_key_account(tier="B", credit_limit_override=750_000)
		make_review(account, submit=True)
		assert shown_at_customer(account).kam_credit_limit == 750_000

	def test_erpnexts_own_limit_is_nobodys_business(self, account):
		customer = frappe.get_doc("Customer", account.customer)
		customer.append("credit_limits", {"company": company(), "credit_limit": 123})
		customer.save()
		make_review(account, submit=True).cancel()
		customer.reload()
		assert [row.credit_limit for row in customer.credit_limits] == [123]

	@pytest.mark.parametrize("field", ["kam_credit_limit", "kam_shipping_priority", "kam_currency"])
	def test_nobody_writes_what_shows(self, account, field):
		before = shown_at_customer(account)
		customer = frappe.get_doc("Customer", account.customer)
		customer.update({field: {"kam_currency": "USD"}.get(field, 77)})
		customer.save()
		assert shown_at_customer(account) == before

	def test_a_deleted_account_leaves_nothing(self, account):
		frappe.delete_doc("Key Account", account.name)
		shown = shown_at_customer(account)
		assert not any(shown.values())

	@pytest.mark.parametrize("tier", ["B", None])
	@pytest.mark.parametrize("own_list", [True, False])
	def test_cancelling_restores_exactly_what_was_before(self, policy, tier, own_list):
		own = make_price_list().name if own_list else None
		customer = make_customer(default_price_list=own)
		account = make_key_account(customer.name, tier=tier, account_level="Project")
		before = shown_at_customer(account), stored_account(account)
		review = make_review(account, proposed_level="Group", submit=True)
		assert (shown_at_customer(account), stored_account(account)) != before
		review.cancel()
		assert (shown_at_customer(account), stored_account(account)) == before
		assert before[0].kam_previous_price_list == (own if tier else None)
		assert before[0].default_price_list == (f"{BASE_PRICE_LIST} - 6%" if tier else own)


class TestCancellingAndAmending:
	@pytest.mark.parametrize("change", [{"tier": "C"}, {"account_level": "Subsidiary"}])
	def test_refused_when_the_account_was_changed_by_hand(self, account, change):
		review = make_review(account, proposed_level="Group", submit=True)
		document = frappe.get_doc("Key Account", account.name)
		document.update(change)
		document.save()
		with pytest.raises(frappe.ValidationError, match="later change"):
			review.reload().cancel()
		assert shown_at_customer(account).kam_tier == (change.get("tier") or "A")

	def test_a_manual_tier_meanwhile_is_no_change_of_the_own_one(self, account):
		review = make_review(account, submit=True)
		document = frappe.get_doc("Key Account", account.name)
		document.update({"tier_override": "C", "tier_override_until": nowdate(), "tier_override_reason": "T"})
		document.save()
		review.reload().cancel()
		assert stored_account(account)[0] == "B"
		assert shown_at_customer(account).kam_tier == "C"

	def test_an_amended_review_is_a_new_one_to_approve(self, account, as_user):
		review = make_review(account)
		with as_user(make_user("KAM Manager")):
			apply_workflow(frappe.get_doc("Tier Review", review.name), "Approve")
		review.reload().cancel()
		with as_user(make_user("KAM Director")):
			amended = frappe.copy_doc(frappe.get_doc("Tier Review", review.name), ignore_no_copy=False)
			amended.update({"docstatus": 0, "amended_from": review.name, "proposed_tier": "C"})
			amended.insert()
			assert (amended.status, amended.workflow_state, amended.approved_by) == ("Draft", "Draft", None)
			with pytest.raises(frappe.PermissionError, match="yourself"):
				amended.submit()
		with as_user(make_user("KAM Manager")):
			apply_workflow(frappe.get_doc("Tier Review", amended.name), "Approve")
		assert stored_account(account)[0] == "C"


def test_a_draft_order_is_judged_by_the_tier_on_the_day_it_is_submitted(site):
	make_policy(price_action="Block")
	account = make_key_account(tier="A")
	item = make_item(cost=10, list_price=100).name
	order = make_sales_order(account.customer, [(item, 1, 86)])
	assert order.kam_verdict == "Pass"
	make_review(account, proposed_tier="C", submit=True)
	with pytest.raises(PolicyViolation, match="95"):
		frappe.get_doc("Sales Order", order.name).submit()
	assert frappe.db.get_value("Sales Order", order.name, "docstatus") == 0


def money(amount: float) -> str:
	return frappe.utils.fmt_money(amount, currency="CNY")


class TestNotices:
	def told(self, jobs) -> set[str]:
		return {user for job in jobs.named("make_notification_logs") for user in job.arguments["users"]}

	def test_account_manager_and_finance_are_told(self, policy, jobs):
		manager, finance = make_user("KAM User"), make_user("KAM Finance")
		make_review(make_key_account(tier="B", account_manager=manager), submit=True)
		frappe.db.commit()
		assert self.told(jobs) >= {manager, finance}
		jobs.run("make_notification_logs")
		notice = frappe.get_last_doc("Notification Log", {"for_user": manager})
		assert "tier A, before B" in notice.subject

	def test_finance_only_where_credit_moves(self, policy, jobs):
		manager, finance = make_user("KAM User"), make_user("KAM Finance")
		account = make_key_account(tier="B", account_manager=manager)
		make_review(account, proposed_tier="B", proposed_level="Group", submit=True)
		frappe.db.commit()
		assert manager in self.told(jobs)
		assert finance not in self.told(jobs)

	def test_nobody_is_told_of_their_own_approval(self, policy, jobs, as_user):
		manager = make_user("KAM Manager")
		review = make_review(make_key_account(tier="B", account_manager=manager))
		with as_user(manager):
			frappe.get_doc("Tier Review", review.name).submit()
		frappe.db.commit()
		assert manager not in self.told(jobs)
