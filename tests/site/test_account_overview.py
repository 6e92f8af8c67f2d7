"""What the top of the Key Account form says, and to whom (R6, R64, R82)."""

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate, nowdate

from kam_extension.integration.accounts.overview import account_overview
from tests.site.agreement_setup import make_agreement
from tests.site.factories import (
	insert,
	make_item,
	make_key_account,
	make_payment_entry,
	make_policy,
	make_rebate_agreement,
	make_sales_invoice,
	make_sales_order,
	make_user,
	make_visit_log,
)
from tests.site.health_setup import account_of_strength, relation_only, score
from tests.site.query_count import count_queries
from tests.site.rebate_setup import new_request

MOST_QUERIES = 15


@pytest.fixture
def account(site):
	make_policy()
	return make_key_account()


def invoice(account, amount, months=0, due_in=0):
	day = add_months(nowdate(), months)
	return make_sales_invoice(
		account.customer,
		[(make_item().name, 1, amount)],
		submit=True,
		posting_date=day,
		due_date=add_days(day, due_in),
	)


class TestMoney:
	def test_revenue_of_twelve_months_against_those_before(self, account):
		for amount, months in ((1500, 0), (700, -11), (2000, -13), (9999, -25)):
			invoice(account, amount, months)
		money = account_overview(account.name)["money"]
		assert (money["revenue"], money["revenue_before"], money["growth"]) == (2200, 2000, 10)

	def test_no_year_before_is_no_growth(self, account):
		invoice(account, 100)
		assert account_overview(account.name)["money"]["growth"] is None

	def test_what_is_owed_and_since_when(self, account):
		late = invoice(account, 1000, -1)
		invoice(account, 500, 0, due_in=30)
		make_payment_entry(late, 400)
		money = account_overview(account.name)["money"]
		assert (money["outstanding"], money["overdue"]) == (1100, 600)
		assert money["days_overdue"] == (getdate() - getdate(add_months(nowdate(), -1))).days

	def test_limit_use_is_the_credit_rules(self, account):
		make_sales_order(account.customer, [(make_item().name, 1, 500_000)], submit=True)
		money = account_overview(account.name)["money"]
		assert (money["exposure"], money["credit_limit"], money["limit_use"]) == (500_000, 5_000_000, 10)

	def test_rebates_requested_and_not_settled(self, account):
		assert account_overview(account.name)["rebates"] is None
		make_rebate_agreement(account.name, submit=True)
		for status, docstatus, amount in (
			("Pending", 0, 30),
			("Approved", 1, 20),
			("Settled", 1, 500),
			("Rejected", 0, 600),
		):
			request = new_request(account.name).insert(ignore_mandatory=True)
			request.db_set(
				{"status": status, "docstatus": docstatus, "total_rebate": amount, "amount_to_settle": amount}
			)
		assert account_overview(account.name)["rebates"] == {"in_approval": 30, "to_settle": 20}


class TestGroup:
	def test_totals_of_all_below(self, account):
		child = make_key_account(parent_key_account=account.name)
		grandchild = make_key_account(parent_key_account=child.name)
		for member, amount in ((account, 100), (child, 20), (grandchild, 3)):
			invoice(member, amount, -1)
		invoice(make_key_account(), 5000)
		make_sales_order(grandchild.customer, [(make_item().name, 1, 7)], submit=True)
		group = account_overview(account.name)["group"]
		assert (group["accounts"], group["revenue"], group["outstanding"], group["overdue"]) == (
			3,
			123,
			123,
			123,
		)
		assert (group["orders"], group["exposure"]) == (1, 130)
		assert account_overview(grandchild.name)["group"] is None


class TestNextSteps:
	def test_the_next_planned_visit(self, account):
		make_visit_log(account.name, visit_date=add_days(nowdate(), 20))
		first = make_visit_log(account.name, visit_date=add_days(nowdate(), 5))
		make_visit_log(account.name, visit_date=add_days(nowdate(), 2), status="Cancelled")
		assert account_overview(account.name)["next_visit"]["name"] == first.name

	def test_open_actions_and_those_too_late(self, account):
		due = (("Open", 3), ("Open", -3), ("Done", -9))
		make_visit_log(
			account.name,
			status="Completed",
			discussion="Talked",
			actions=[
				{
					"action": "Send",
					"status": status,
					"due_date": add_days(nowdate(), days),
					"responsible": "Administrator",
				}
				for status, days in due
			],
		)
		actions = account_overview(account.name)["actions"]
		assert (actions["open"], actions["overdue"], actions["due_date"]) == (
			2,
			1,
			getdate(add_days(nowdate(), -3)),
		)

	def test_drafts_that_wait(self, account):
		make_rebate_agreement(account.name)
		make_rebate_agreement(make_key_account().name)
		make_agreement(account)
		assert account_overview(account.name)["approvals"] == [{"doctype": "Rebate Agreement", "count": 1}]

	def test_the_agreement_that_ends_next(self, account):
		make_agreement(account, days=300)
		assert account_overview(account.name)["agreement"] is None
		ending = make_agreement(account, days=32)
		found = account_overview(account.name)["agreement"]
		assert (found["name"], found["days"]) == (ending.name, 30)

	def test_the_weakest_part_of_health(self, site):
		relation_only()
		account = account_of_strength(25)
		score()
		health = account_overview(account.name)["health"]
		assert (health["part"], health["points"], health["scored_on"]) == ("Relationship", 25, getdate())


class TestReaders:
	def test_strangers_are_refused(self, account, as_user):
		with as_user(make_user("KAM User")), pytest.raises(frappe.PermissionError):
			account_overview(account.name)

	def test_the_team_sees_it_all(self, account, as_user):
		user = make_user("KAM User")
		frappe.db.set_value("Key Account", account.name, "account_manager", user)
		with as_user(user):
			found = account_overview(account.name)
		assert found["money"]["credit_limit"] == 5_000_000
		assert found["actions"] == {"open": 0, "overdue": 0, "due_date": None}

	def test_whoever_reads_no_invoices_sees_no_money(self, account, as_user):
		role = insert("Role", role_name=frappe.generate_hash(length=8)).name
		insert("Custom DocPerm", parent="Key Account", role=role, permlevel=0, read=1)
		with as_user(make_user(role)):
			found = account_overview(account.name)
		assert [found[block] for block in ("money", "rebates", "next_visit", "agreement")] == [None] * 4
		assert found["approvals"] == []

	def test_few_queries_however_much_there_is(self, account):
		make_rebate_agreement(account.name, submit=True)
		make_visit_log(account.name)
		make_key_account(parent_key_account=account.name)
		for _number in range(3):
			invoice(account, 100, -1)
		assert count_queries(lambda: account_overview(account.name)) <= MOST_QUERIES


class TestSponsor:
	def test_a_group_account_has_one(self, site):
		with pytest.raises(frappe.MandatoryError, match="Executive Sponsor is missing"):
			make_key_account(account_level="Group", executive_sponsor=None)

	def test_out_of_the_leadership(self, site):
		with pytest.raises(frappe.ValidationError, match="member of the leadership"):
			make_key_account(account_level="Group", executive_sponsor=make_user("KAM User"))
		for role in ("KAM Director", "KAM Executive"):
			sponsor = make_user(role)
			assert (
				make_key_account(account_level="Group", executive_sponsor=sponsor).executive_sponsor
				== sponsor
			)

	def test_other_levels_need_none(self, site):
		assert not make_key_account(account_level="Subsidiary").executive_sponsor

	def test_a_file_from_before_can_still_be_saved(self, site):
		account = make_key_account(account_level="Subsidiary")
		frappe.db.set_value("Key Account", account.name, "account_level", "Group")
		stored = frappe.get_doc("Key Account", account.name)
		assert stored.update({"demand_type": "Customised"}).save().demand_type == "Customised"

	def test_taking_it_away_is_refused(self, site):
		account = make_key_account(account_level="Group")
		account.executive_sponsor = None
		with pytest.raises(frappe.MandatoryError, match="Executive Sponsor"):
			account.save()
