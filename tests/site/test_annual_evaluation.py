"""Annual evaluation: drafted for every account, judged, approved by a director, End carried out by a person (R58; S3)."""

import frappe
import pytest
from frappe.utils import getdate

from kam_extension.integration.plans import evaluation_drafts
from tests.site.factories import (
	insert,
	make_customer,
	make_item,
	make_key_account,
	make_sales_order,
	make_user,
	make_visit_log,
)
from tests.site.plan_setup import invoice, make_evaluation
from tests.site.query_count import count_queries

EVALUATION = "Key Account Evaluation"
METHODS = "kam_extension.kam_extension.doctype.key_account_evaluation.key_account_evaluation"
YEAR = 2024
LATER = "2025-02-01"


@pytest.fixture
def director(site):
	return make_user("KAM Director")


@pytest.fixture
def user(site):
	return make_user("KAM User")


def drafts_of(*accounts):
	names = [account.name for account in accounts]
	fields = ["key_account", "status", "suggestion"]
	return frappe.get_all(
		EVALUATION, {"key_account": ("in", names)}, fields, order_by="key_account", as_list=True
	)


def judged(account, judgement="End", **fields):
	return make_evaluation(account, judgement=judgement, reason="Two years without orders", **fields)


class TestDrafts:
	def test_one_for_each_account_that_is_served(self):
		served = [make_key_account(status=status) for status in ("Active", "Watch", "Suspended")]
		others = [make_key_account(status=status) for status in ("Prospect", "Terminated")]
		evaluation_drafts.draft_evaluations(YEAR, getdate(LATER))
		assert drafts_of(*served, *others) == tuple((one.name, "Draft", "End") for one in served)

	def test_again_writes_nothing(self):
		account = make_key_account()
		evaluation_drafts.draft_evaluations(YEAR, getdate(LATER))
		logs = frappe.db.count("Notification Log")
		assert evaluation_drafts.draft_evaluations(YEAR, getdate(LATER)) == 0
		assert frappe.db.count("Notification Log") == logs
		frappe.get_doc(EVALUATION, {"key_account": account.name}).delete()
		assert evaluation_drafts.draft_evaluations(YEAR, getdate(LATER)) == 1

	def test_figures_equal_those_of_a_saved_draft(self):
		account = make_key_account()
		invoice(account, 100, "2023-05-05")
		invoice(account, 130, "2024-12-31")
		invoice(account, 999, "2025-01-01")
		make_visit_log(
			account.name, visit_date="2024-06-30", status="Completed", satisfaction=88, discussion="x",
			outcome="y",
		)  # fmt: skip
		evaluation_drafts.draft_evaluations(YEAR, getdate(LATER))
		drafted = frappe.get_doc(EVALUATION, {"key_account": account.name})
		fields = (
			"revenue", "revenue_last_year", "growth", "satisfaction", "visits", "suggestion", "known",
			"receivable_balance",
		)  # fmt: skip
		before = [drafted.get(field) for field in fields]
		drafted.save()
		assert before == [drafted.get(field) for field in fields]
		assert before[:5] == [130, 100, 30, 88, 1]

	def test_growth_is_strengthened_unless_payments_are_overdue(self):
		account = make_key_account()
		invoice(account, 100, "2023-05-05")
		invoice(account, 130, "2024-12-31")
		assert make_evaluation(account, YEAR).suggestion == "Maintain"
		frappe.db.set_single_value("KAM Settings", "evaluation_overdue_days", 9999)
		frappe.clear_document_cache("KAM Settings", "KAM Settings")
		assert make_evaluation(account, 2023).suggestion == "Maintain"
		evaluation = frappe.get_doc(EVALUATION, f"KAE-{YEAR}-{account.name}")
		evaluation.save()
		assert evaluation.suggestion == "Strengthen"

	def test_account_managers_are_told_once_for_all(self, user):
		for _number in range(2):
			make_key_account(account_manager=user)
		evaluation_drafts.draft_evaluations(YEAR, getdate(LATER))
		[log] = frappe.get_all("Notification Log", {"for_user": user}, ["subject", "link"])
		assert log.subject == f"2 accounts wait for their evaluation of {YEAR}."
		assert log.link.startswith("/app/key-account-evaluation?account_manager=")

	def test_as_many_queries_for_many_accounts(self):
		customers = [make_customer().name for _number in range(6)]

		def night():
			frappe.db.delete(EVALUATION, {"evaluation_year": YEAR})
			evaluation_drafts.draft_evaluations(YEAR, getdate(LATER))

		make_key_account(customers[0])
		few = count_queries(night)
		for customer in customers[1:]:
			make_key_account(customer)
		assert count_queries(night) == few

	@pytest.mark.parametrize(("month", "drafted"), [(0, False), ("this", True)])
	def test_in_the_month_of_the_settings(self, month, drafted):
		account = make_key_account()
		month = getdate().month if month == "this" else month
		frappe.db.set_single_value("KAM Settings", "evaluation_month", month)
		frappe.clear_document_cache("KAM Settings", "KAM Settings")
		evaluation_drafts.nightly()
		assert bool(drafts_of(account)) is drafted


class TestJudgement:
	def test_by_the_account_manager_approved_by_a_director(self, user, director, as_user):
		account = make_key_account(account_manager=user)
		evaluation = make_evaluation(account)
		with as_user(user):
			doc = frappe.get_doc(EVALUATION, evaluation.name)
			doc.update({"judgement": "Strengthen", "reason": "A second plant"})
			doc.save()
			with pytest.raises(frappe.PermissionError):
				doc.submit()
		with as_user(make_user("KAM Manager")), pytest.raises(frappe.PermissionError):
			frappe.get_doc(EVALUATION, evaluation.name).submit()
		with as_user(director):
			doc = frappe.get_doc(EVALUATION, evaluation.name).submit()
		assert (doc.status, doc.evaluator, doc.approved_by) == ("Approved", user, director)

	def test_nobody_approves_his_own_judgement(self, director, as_user):
		evaluation = make_evaluation(make_key_account())
		with as_user(director):
			doc = frappe.get_doc(EVALUATION, evaluation.name)
			doc.update({"judgement": "Maintain", "reason": "Steady"})
			doc.save()
			with pytest.raises(frappe.PermissionError, match="judged this account yourself"):
				doc.submit()

	@pytest.mark.parametrize("fields", [{}, {"judgement": "End"}, {"reason": "Because"}])
	def test_a_judgement_has_a_reason(self, fields):
		with pytest.raises(frappe.ValidationError, match="Judgement and Reason"):
			make_evaluation(make_key_account(), **fields).submit()

	def test_figures_and_evaluator_of_a_request_are_ignored(self):
		account = make_key_account()
		doc = make_evaluation(account, revenue=10**9, suggestion="Strengthen", evaluator="Guest")
		assert (doc.revenue, doc.suggestion, doc.evaluator) == (0, "End", None)

	def test_one_for_each_year(self):
		account = make_key_account()
		first = make_evaluation(account)
		with pytest.raises(frappe.DuplicateEntryError, match=first.name):
			make_evaluation(account)

	@pytest.mark.parametrize("year", [1999, 2099])
	def test_year_is_one_that_began(self, year):
		with pytest.raises(frappe.ValidationError, match="Year must be"):
			make_evaluation(make_key_account(), year)

	def test_team_only(self, user, as_user):
		own, other = make_key_account(account_manager=user), make_key_account()
		evaluations = [make_evaluation(own), make_evaluation(other)]
		with as_user(user):
			readable = [frappe.has_permission(EVALUATION, "read", doc=doc) for doc in evaluations]
		assert readable == [True, False]

	def test_margin_is_for_readers_of_cost(self, user, as_user):
		account = make_key_account(account_manager=user)
		evaluation = make_evaluation(account)
		evaluation.db_set("evaluation_margin", 33)
		with as_user(user):
			doc = frappe.get_doc(EVALUATION, evaluation.name)
			doc.apply_fieldlevel_read_permissions()
			assert doc.get("evaluation_margin") is None


class TestEnd:
	def status(self, account):
		return frappe.db.get_value("Key Account", account.name, "status")

	def terminate(self, evaluation):
		frappe.call(f"{METHODS}.terminate_account", name=evaluation.name)

	def test_approval_alone_ends_nothing_and_asks_the_supervisor(self, user):
		account = make_key_account(account_manager=user)
		manager = make_user("KAM Manager")
		insert(
			"Key Account Staff",
			user=user,
			company=account.company,
			supervisor=manager,
			joined_on="2020-01-01",
		)
		evaluation = judged(account).submit()
		assert self.status(account) == "Active"
		todo = frappe.get_doc("ToDo", {"reference_name": evaluation.name})
		assert (todo.allocated_to, todo.status) == (manager, "Open")

	def test_a_manager_terminates(self, as_user):
		account = make_key_account()
		evaluation = judged(account).submit()
		manager = make_user("KAM Manager")
		with as_user(manager):
			self.terminate(evaluation)
		assert self.status(account) == "Terminated"
		assert evaluation.reload().ended_by == manager
		assert frappe.db.get_value("ToDo", {"reference_name": evaluation.name}, "status") == "Closed"
		with pytest.raises(frappe.ValidationError, match="once"):
			self.terminate(evaluation)

	def test_not_the_account_manager(self, user, as_user):
		account = make_key_account(account_manager=user)
		evaluation = judged(account).submit()
		with as_user(user), pytest.raises(frappe.PermissionError):
			self.terminate(evaluation)
		assert self.status(account) == "Active"

	@pytest.mark.parametrize("judgement", ["Maintain", "End"])
	def test_only_an_approved_end(self, judgement):
		account = make_key_account()
		evaluation = judged(account, judgement)
		if judgement == "Maintain":
			evaluation.submit()
		with pytest.raises(frappe.ValidationError, match="Only an approved evaluation"):
			self.terminate(evaluation)
		assert self.status(account) == "Active"

	def test_open_orders_are_counted(self):
		account = make_key_account()
		evaluation = judged(account)
		make_sales_order(account.customer, [(make_item().name, 1, 5)], submit=True)
		assert frappe.call(f"{METHODS}.open_orders", name=evaluation.name) == 1

	def test_cancelling_takes_the_task_back(self):
		evaluation = judged(make_key_account()).submit()
		evaluation.cancel()
		assert evaluation.reload().status == "Cancelled"
		assert not frappe.db.exists("ToDo", {"reference_name": evaluation.name, "status": "Open"})


@pytest.mark.committing
def test_two_nights_at_the_same_moment(in_parallel):
	account = make_key_account()

	def night():
		return evaluation_drafts.draft_evaluations(YEAR, getdate(LATER), commits=True)

	results = in_parallel(night, night)
	assert not [result for result in results if isinstance(result, Exception)], results
	assert len(drafts_of(account)) == 1
