"""Annual account plans: targets, figures from the ledger, quarterly review, actions, approval (R57; S0)."""

from datetime import date

import frappe
import pytest
from frappe.utils import add_days, getdate

from kam_extension.integration.plans import quarter_reviews
from tests.site.factories import insert, make_key_account, make_policy, make_user, make_visit_log
from tests.site.plan_setup import invoice, make_plan
from tests.site.query_count import count_queries

YEAR = date.today().year
LAST = YEAR - 1
METHODS = "kam_extension.kam_extension.doctype.key_account_plan.key_account_plan"


@pytest.fixture
def account(site):
	return make_key_account()


@pytest.fixture
def people(site):
	"""(account manager, KAM Manager)"""
	return make_user("KAM User"), make_user("KAM Manager")


def refresh(plan):
	frappe.call(f"{METHODS}.refresh_actuals", name=plan.name)
	return plan.reload()


def review(plan, quarter=1, text="Reached", confirm=0):
	frappe.call(f"{METHODS}.review_quarter", name=plan.name, quarter=quarter, review=text, confirm=confirm)
	return plan.reload()


class TestDraft:
	def test_starts_with_the_targets_of_the_settings_and_last_year(self, account):
		invoice(account, 2000, f"{LAST}-03-10")
		plan = make_plan(account, revenue_target=0)
		assert (plan.satisfaction_target, plan.renewal_target, plan.growth_target) == (90, 80, 15)
		assert (plan.revenue_last_year, plan.revenue_target) == (2000, 2300)
		assert plan.name == f"KAP-{plan.fiscal_year}-{account.name}"

	def test_a_target_that_is_given_stays(self, account):
		plan = make_plan(account, growth_target=3, revenue_target=500)
		assert (plan.growth_target, plan.revenue_target) == (3, 500)

	def test_figures_of_a_request_are_ignored(self, account):
		plan = make_plan(account, revenue_actual=10**6, revenue_light="Green", quarters=[{"revenue": 9}])
		assert (plan.revenue_actual, plan.revenue_light) == (0, "Red")
		assert [row.revenue or 0 for row in plan.quarters] == [0] * 4

	def test_quarters_are_those_of_the_fiscal_year(self, account):
		plan = make_plan(account)
		assert [(str(row.from_date), str(row.to_date)) for row in plan.quarters] == [
			(f"{YEAR}-01-01", f"{YEAR}-03-31"),
			(f"{YEAR}-04-01", f"{YEAR}-06-30"),
			(f"{YEAR}-07-01", f"{YEAR}-09-30"),
			(f"{YEAR}-10-01", f"{YEAR}-12-31"),
		]

	def test_one_plan_for_each_account_and_year(self, account):
		plan = make_plan(account)
		with pytest.raises(frappe.DuplicateEntryError, match=plan.name):
			make_plan(account)
		assert make_plan(account, year=LAST).fiscal_year != plan.fiscal_year

	def test_a_terminated_account_needs_none(self, account):
		frappe.db.set_value("Key Account", account.name, "status", "Terminated")
		with pytest.raises(frappe.ValidationError, match="needs no plan"):
			make_plan(account)


class TestApproval:
	def test_by_a_manager_who_did_not_write_it(self, people, as_user):
		user, manager = people
		account = make_key_account(account_manager=user)
		with as_user(user):
			plan = make_plan(account)
			with pytest.raises(frappe.PermissionError):
				plan.submit()
		with as_user(manager):
			plan = frappe.get_doc("Key Account Plan", plan.name).submit()
		assert (plan.status, plan.approved_by) == ("Approved", manager)

	def test_who_changed_a_target_wrote_it_too(self, people, as_user):
		user, manager = people
		account = make_key_account(account_manager=user)
		with as_user(user):
			plan = make_plan(account)
		with as_user(manager):
			plan = frappe.get_doc("Key Account Plan", plan.name)
			plan.revenue_target = 5
			plan.save()
			with pytest.raises(frappe.PermissionError, match="wrote this plan"):
				plan.submit()

	def test_without_target_there_is_nothing_to_approve(self, account):
		with pytest.raises(frappe.ValidationError, match="Target is missing"):
			make_plan(account, revenue_target=0, submit=True)

	def test_terms_are_frozen(self, account):
		plan = make_plan(account, submit=True)
		plan.revenue_target = 1
		with pytest.raises(frappe.UpdateAfterSubmitError):
			plan.save()

	def test_figures_of_an_approved_plan_come_from_nobody(self, account):
		plan = make_plan(account, submit=True)
		plan.quarters[0].revenue = 10**6
		with pytest.raises(frappe.UpdateAfterSubmitError):
			plan.save()

	def test_another_persons_account(self, people, account, as_user):
		plan = make_plan(account)
		with as_user(people[0]):
			assert not frappe.has_permission("Key Account Plan", "read", doc=plan)
			assert frappe.get_list("Key Account Plan", {"name": plan.name}) == []

	def test_margin_is_for_readers_of_cost(self, people, as_user):
		user, manager = people
		account = make_key_account(account_manager=user)
		plan = make_plan(account, plan_margin_target=25)
		for person, shown in ((user, None), (manager, 25)):
			with as_user(person):
				doc = frappe.get_doc("Key Account Plan", plan.name)
				doc.apply_fieldlevel_read_permissions()
				assert doc.get("plan_margin_target") == shown
		with as_user(user):
			doc = frappe.get_doc("Key Account Plan", plan.name)
			doc.plan_margin_target = 1
			doc.save()
		assert frappe.db.get_value("Key Account Plan", plan.name, "plan_margin_target") == 25

	def test_margin_is_not_in_the_history(self, account):
		plan = make_plan(account, plan_margin_target=25)
		plan.update({"plan_margin_target": 26, "revenue_target": 7})
		plan._save(ignore_version=False)
		data = frappe.get_last_doc("Version", {"docname": plan.name}).data
		assert "revenue_target" in data and "plan_margin" not in data


class TestFigures:
	def test_year_and_quarters_from_the_ledger(self, account):
		invoice(account, 400, f"{LAST}-01-20")
		plan = make_plan(account, submit=True, revenue_target=1000)
		invoice(account, 500, f"{YEAR}-01-31")
		invoice(account, 40, f"{YEAR}-01-01")
		make_visit_log(
			account.name, visit_date=f"{YEAR}-01-15", status="Completed", satisfaction=85,
			discussion="x", outcome="y",
		)  # fmt: skip
		plan = refresh(plan)
		first = plan.quarters[0]
		assert (first.revenue, first.growth, first.satisfaction) == (540, 35, 85)
		assert "margin" not in first.known.split() and "renewal" not in first.known.split()
		assert (plan.revenue_actual, plan.satisfaction_actual, plan.growth_actual) == (540, 85, 35)
		assert (plan.growth_light, plan.satisfaction_light) == ("Green", "Yellow")
		assert plan.renewal_light in (None, "")

	def test_an_amount_is_measured_against_what_is_due_by_today(self, account):
		share = (getdate() - date(YEAR, 1, 1)).days + 1
		days = (date(YEAR, 12, 31) - date(YEAR, 1, 1)).days + 1
		plan = make_plan(account, submit=True, revenue_target=days)
		invoice(account, share - 1, f"{YEAR}-01-01")
		assert refresh(plan).revenue_light == "Yellow"
		invoice(account, 1, f"{YEAR}-01-01")
		assert refresh(plan).revenue_light == "Green"


class TestQuarters:
	@pytest.fixture
	def plan(self, account):
		invoice(account, 300, f"{LAST}-02-01")
		return make_plan(account, submit=True, year=LAST, revenue_target=100)

	def nights(self, plan, day):
		before = frappe.db.count("Notification Log")
		filled = quarter_reviews.fill_ended_quarters(getdate(day))
		return filled, frappe.db.count("Notification Log") - before

	def test_filled_the_night_after_and_once(self, plan):
		frappe.db.set_value("Key Account Plan", plan.name, "account_manager", make_user("KAM User"))
		frappe.db.sql(
			"update `tabKey Account Plan Quarter` set filled_on = curdate() where parent != %s", plan.name
		)
		assert self.nights(plan, f"{LAST}-03-31") == (0, 0)
		assert self.nights(plan, f"{LAST}-04-01") == (1, 1)
		assert self.nights(plan, f"{LAST}-04-01") == (0, 0)
		assert plan.reload().quarters[0].revenue == 300
		assert self.nights(plan, f"{YEAR}-01-01") == (3, 1)

	def test_a_confirmed_quarter_is_frozen(self, plan, account):
		plan = review(plan, confirm=1)
		assert (plan.quarters[0].revenue, plan.quarters[0].confirmed_by) == (300, "Administrator")
		invoice(account, 50, f"{LAST}-02-02")
		plan = refresh(plan)
		assert plan.quarters[0].revenue == 300
		assert plan.revenue_actual == 350
		with pytest.raises(frappe.ValidationError, match="was confirmed by"):
			review(plan, text="again")

	def test_confirming_reads_the_figures_once_more(self, plan, account):
		refresh(plan)
		invoice(account, 7, f"{LAST}-02-02")
		assert review(plan, confirm=1).quarters[0].revenue == 307

	def test_account_manager_reviews_and_a_manager_confirms(self, people, as_user):
		user, manager = people
		account = make_key_account(account_manager=user)
		plan = make_plan(account, submit=True, year=LAST)
		with as_user(user):
			assert review(plan, text="Half of it").quarters[0].review == "Half of it"
			with pytest.raises(frappe.PermissionError):
				review(plan, confirm=1)
		with as_user(manager):
			assert review(plan, text="Agreed", confirm=1).quarters[0].confirmed_by == manager

	@pytest.mark.parametrize(("text", "message"), [("", "Review is empty"), ("  ", "Review is empty")])
	def test_a_review_says_something(self, plan, text, message):
		with pytest.raises(frappe.ValidationError, match=message):
			review(plan, text=text)

	def test_a_quarter_is_confirmed_after_its_end(self, account):
		plan = make_plan(account, submit=True)
		number = (getdate().month + 2) // 3
		with pytest.raises(frappe.ValidationError, match="Confirm it afterwards"):
			review(plan, quarter=number, confirm=1)

	def test_drafts_are_not_reviewed(self, account):
		with pytest.raises(frappe.ValidationError, match="approved plan"):
			review(make_plan(account))


class TestActions:
	@pytest.fixture
	def plan(self, account):
		self.user = make_user("KAM User")
		actions = [
			{"action": "Meet the <buyer>", "responsible": self.user, "due_date": add_days(getdate(), 9)}
		]
		return make_plan(account, submit=True, actions=actions)

	def todos(self, plan):
		return frappe.get_all(
			"ToDo",
			{"reference_name": plan.name},
			["status", "allocated_to", "date"],
			order_by="creation",
			as_list=True,
		)

	def test_an_action_becomes_a_todo_on_approval(self, plan, as_user):
		assert self.todos(plan) == (("Open", self.user, add_days(getdate(), 9)),)
		with as_user(self.user):
			assert frappe.has_permission("Key Account Plan", "read", doc=plan)

	def test_changes_follow_and_nothing_is_doubled(self, plan):
		plan.reload()
		plan.actions[0].due_date = add_days(getdate(), 20)
		plan.save()
		plan.save()
		assert self.todos(plan) == (("Open", self.user, add_days(getdate(), 20)),)

	def test_done_closes_the_todo(self, plan):
		plan.reload()
		plan.actions[0].status = "Done"
		plan.save()
		assert [todo[0] for todo in self.todos(plan)] == ["Closed"]

	def test_a_closed_todo_is_a_done_action(self, plan):
		todo = frappe.get_doc("ToDo", {"reference_name": plan.name})
		todo.status = "Closed"
		todo.save()
		assert plan.reload().actions[0].status == "Done"

	def test_a_removed_row_and_a_cancelled_plan_ask_nobody(self, plan):
		plan.reload()
		plan.append("actions", {"action": "Second", "responsible": self.user, "due_date": getdate()})
		plan.save()
		plan.remove(plan.actions[0])
		plan.save()
		assert [todo[0] for todo in self.todos(plan)] == ["Cancelled", "Open"]
		plan.cancel()
		assert [todo[0] for todo in self.todos(plan)] == ["Cancelled", "Cancelled"]


def test_a_cancelled_plan_is_amended(account):
	plan = make_plan(account, submit=True)
	plan.cancel()
	amended = frappe.copy_doc(plan)
	amended.update({"amended_from": plan.name, "docstatus": 0})
	amended.insert()
	assert (amended.name, amended.status) == (f"{plan.name}-1", "Draft")


def test_the_night_fills_many_plans_with_as_many_queries(site):
	make_policy()
	accounts = [make_key_account() for _number in range(4)]

	def night():
		frappe.db.set_value("Key Account Plan Quarter", {"quarter": 1}, "filled_on", None)
		assert quarter_reviews.fill_ended_quarters(getdate(f"{LAST}-04-01")) == number

	make_plan(accounts[0], submit=True, year=LAST)
	number = 1
	few = count_queries(night)
	for account in accounts[1:]:
		make_plan(account, submit=True, year=LAST)
	number = 4
	assert count_queries(night) == few


def test_the_plan_follows_the_latest_approved_evaluation(account):
	evaluation = insert(
		"Key Account Evaluation",
		submit=True,
		key_account=account.name,
		evaluation_year=LAST,
		judgement="Strengthen",
		reason="They build a second plant",
	)
	plan = make_plan(account)
	assert (plan.evaluation, plan.judgement) == (evaluation.name, "Strengthen")
