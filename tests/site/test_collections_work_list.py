"""Collections: stages, people, promises, ToDos (R34, S2 6.2.3)."""

import json
from threading import Event

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from kam_extension.integration.receivables import collection_tasks as tasks
from kam_extension.integration.receivables.collection_promises import refresh_promises
from kam_extension.kam_extension.report.collections_work_list.collections_work_list import execute
from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_key_account,
	make_payment_entry,
	make_policy,
	make_user,
)
from tests.site.query_count import count_queries
from tests.site.rebate_setup import acting_as
from tests.site.statement_setup import bill, make_terms, pay, write_journal

OLD = 90
"""More days than the policy allows a Major A account (60)."""


@pytest.fixture(autouse=True)
def policy(site):
	return make_policy(
		margin_action="Off", price_action="Off", credit_action="Off", unknown_cost_action="Off"
	)


@pytest.fixture
def account():
	return make_key_account(account_manager=make_user("KAM User"))


@pytest.fixture
def people():
	"""Planning and finance as KAM Settings name them."""
	found = frappe._dict(planning=make_user("KAM Manager"), finance=make_user("KAM Finance"))
	settings = frappe.get_doc("KAM Settings")
	settings.set(
		"companies",
		[{"company": company(), "planning_collector": found.planning, "bad_debt_collector": found.finance}],
	)
	settings.save()
	return found


def rows(**filters):
	return execute({"company": company(), "as_of": nowdate()} | filters)[1]


def row_of(account, **filters):
	[row] = rows(key_account=account.name, **filters)
	return row


def write_off(account, amount, days_ago=0):
	receivable = frappe.get_cached_value("Company", company(), "default_receivable_account")
	expense = frappe.get_cached_value("Company", company(), "write_off_account")
	return write_journal(
		account.customer, receivable, expense, -amount, days_ago, voucher_type="Write Off Entry"
	)


class TestStages:
	def test_in_term_is_the_account_managers(self, account, people):
		bill(account.customer, 1000, 10)
		row = row_of(account)
		assert (row["stage"], row["responsible"]) == ("In Term", account.account_manager)
		assert (row["overdue"], row["days_overdue"], row["max_overdue_days"]) == (1000, 10, 60)

	def test_beyond_the_policys_days_is_plannings(self, account, people):
		bill(account.customer, 1000, 60)
		assert row_of(account)["stage"] == "In Term"
		bill(account.customer, 1, 61)
		row = row_of(account)
		assert (row["stage"], row["responsible"], row["overdue"]) == (
			"Beyond Policy Days",
			people.planning,
			1001,
		)

	def test_written_off_is_finances(self, account, people):
		invoice = bill(account.customer, 1000, 70)
		pay(invoice, 1000, 1)
		write_off(account, 300)
		row = row_of(account, stage="Written Off")
		assert (row["responsible"], row["written_off"], row["overdue"]) == (people.finance, 300, 0)

	def test_written_off_before_the_period_is_not_shown(self, account, people):
		write_off(account, 300, 5)
		assert not rows(stage="Written Off", written_off_since=nowdate())

	def test_not_due_is_shown_when_asked_for(self, account):
		bill(account.customer, 1000, 0, due_date=add_days(nowdate(), 10))
		assert not rows(key_account=account.name)
		assert row_of(account, stage="Not Due")["outstanding"] == 1000

	def test_only_the_terms_that_are_due_count(self, account):
		bill(account.customer, 1000, 20, make_terms((10, 30), (60, 70)))
		row = row_of(account)
		assert (row["overdue"], row["outstanding"], row["days_overdue"]) == (300, 1000, 10)

	def test_credits_that_nobody_matched_are_shown_apart(self, account):
		bill(account.customer, 1000, 20)
		make_payment_entry(customer=account.customer, amount=400)
		row = row_of(account)
		assert (row["overdue"], row["unapplied"], row["outstanding"]) == (1000, 400, 600)

	def test_a_credit_review_gives_its_tiers_days(self, account):
		bill(account.customer, 10, 40)
		assert row_of(account)["stage"] == "In Term"
		account.reload()
		account.update(
			{"tier_override": "C", "tier_override_reason": "Late", "tier_override_until": nowdate()}
		)
		account.save()
		row = row_of(account)
		assert (row["stage"], row["max_overdue_days"], row["tier"]) == ("Beyond Policy Days", 30, "C")

	def test_by_invoice(self, account, people):
		old, new = bill(account.customer, 700, OLD), bill(account.customer, 50, 3)
		debt = write_off(account, 20)
		found = {
			row["voucher_no"]: row
			for row in rows(key_account=account.name, by_invoice=1)
			if row["overdue"] or row["written_off"]
		}
		assert {name: (str(row["stage"]), row["responsible"]) for name, row in found.items()} == {
			old.name: ("Beyond Policy Days", people.planning),
			new.name: ("In Term", account.account_manager),
			debt.name: ("Written Off", people.finance),
		}

	def test_as_of_a_past_day(self, account):
		pay(bill(account.customer, 1000, 30), 1000, 5)
		assert not rows(key_account=account.name)
		assert row_of(account, as_of=add_days(nowdate(), -6))["days_overdue"] == 24

	def test_the_most_urgent_first(self, account, people):
		late = make_key_account()
		bill(account.customer, 9000, 5)
		bill(late.customer, 10, OLD)
		found = [row["key_account"] for row in rows()]
		assert found.index(late.name) < found.index(account.name)

	def test_without_a_company_it_says_so(self):
		with pytest.raises(frappe.ValidationError, match="Choose a company"):
			execute({})


class TestReaders:
	def test_sales_see_their_own(self, account):
		other = make_key_account(account_manager=make_user("KAM User"))
		for one in (account, other):
			bill(one.customer, 100, 5)
		with acting_as(account.account_manager):
			assert [row["key_account"] for row in rows()] == [account.name]
			assert not rows(key_account=other.name)

	@pytest.mark.parametrize("role", ["KAM Manager", "KAM Finance"])
	def test_others_see_all(self, account, role):
		bill(account.customer, 100, 5)
		with acting_as(make_user(role)):
			assert row_of(account)["overdue"] == 100

	def test_sales_read_no_vouchers_that_they_may_not_open(self, account):
		bill(account.customer, 100, 5)
		with acting_as(account.account_manager):
			columns = {
				one["fieldname"]: one["fieldtype"]
				for one in execute({"company": company(), "by_invoice": 1})[0]
			}
		assert columns["voucher_no"] == "Data"


def promise(account, amount=500, days=5, days_ago=0, **fields):
	values = {
		"key_account": account.name,
		"company": company(),
		"promised_on": add_days(nowdate(), -days_ago),
		"promise_date": add_days(nowdate(), days),
		"amount": amount,
	}
	return insert("Collection Promise", **values | fields)


class TestPromises:
	def test_it_stands_in_the_list_with_its_next_action(self, account):
		bill(account.customer, 1000, 5)
		promise(account, next_action_date=add_days(nowdate(), 3))
		row = row_of(account)
		assert (row["promise_amount"], row["promise_status"]) == (500, "Open")
		assert getdate(row["next_action"]) == getdate(add_days(nowdate(), 3))

	def test_paid_in_time_it_is_kept(self, account):
		invoice = bill(account.customer, 1000, 5)
		one = promise(account)
		pay(invoice, 500)
		assert row_of(account)["promise_status"] == "Kept"
		refresh_promises()
		assert one.reload().status == "Kept" and one.received == 500

	def test_a_write_off_keeps_no_promise(self, account):
		bill(account.customer, 1000, 5)
		one = promise(account)
		write_off(account, 500)
		refresh_promises()
		assert one.reload().status == "Open"

	def test_a_bounced_payment_breaks_it_again(self, account):
		invoice = bill(account.customer, 1000, 20)
		payment = pay(invoice, 500, 8)
		one = promise(account, days=-5, days_ago=10)
		assert one.reload().status == "Kept"
		payment.reload()
		payment.cancel()
		assert [row.name for row in refresh_promises()] == [one.name]
		assert one.reload().status == "Broken" and refresh_promises() == []

	def test_of_an_invoice_by_its_own_payment(self, account):
		first, second = bill(account.customer, 500, 5), bill(account.customer, 500, 4)
		one = promise(account, sales_invoice=first.name)
		pay(second, 500)
		refresh_promises()
		assert one.reload().status == "Open"
		pay(first, 500)
		refresh_promises()
		assert one.reload().status == "Kept"

	def test_the_status_is_the_servers(self, account):
		one = promise(account, status="Kept", received=500)
		assert (one.status, one.received) == ("Open", 0)

	@pytest.mark.parametrize(
		("fields", "message"),
		[
			({"amount": 0}, "Promised Amount"),
			({"days": -1}, "before the day of the promise"),
			({"sales_invoice": True}, "no submitted invoice of this customer"),
		],
	)
	def test_bad_input_is_named(self, account, fields, message):
		if fields.get("sales_invoice"):
			fields = {"sales_invoice": bill(make_customer().name, 5, 1).name}
		with pytest.raises(frappe.ValidationError, match=message):
			promise(account, **fields)

	def test_about_accounts_of_others_sales_write_none(self, account):
		with acting_as(make_user("KAM User")), pytest.raises(frappe.PermissionError):
			promise(account)

	def test_after_its_day_it_stays_what_it_was(self, account):
		with acting_as(account.account_manager):
			one = promise(account, days=-1, days_ago=3)
			one.remarks = "They forgot"
			one.save()
			one.amount = 1
			with pytest.raises(frappe.PermissionError, match="has passed"):
				one.save()

	def test_who_collects_is_told_of_a_broken_one(self, account, jobs):
		bill(account.customer, 1000, 20)
		one = promise(account, days=0)
		frappe.db.set_value("Collection Promise", one.name, "promise_date", add_days(nowdate(), -1))
		frappe.db.set_value("Collection Promise", one.name, "promised_on", add_days(nowdate(), -2))
		for _night in range(2):
			tasks.nightly()
		jobs.run()
		found = frappe.get_all(
			"Notification Log",
			{"document_type": "Collection Promise", "document_name": one.name},
			pluck="for_user",
		)
		assert found == [account.account_manager]


class TestToDos:
	def open(self, account):
		filters = {"reference_type": "Key Account", "reference_name": account.name, "status": "Open"}
		return frappe.get_all("ToDo", filters, pluck="allocated_to")

	def all(self, account):
		filters = {"reference_type": "Key Account", "reference_name": account.name}
		return sorted(frappe.get_all("ToDo", filters, ["status", "allocated_to"], as_list=True))

	def test_one_for_whoever_collects_and_no_second_one(self, account, people):
		bill(account.customer, 100, 5)
		for _night in range(3):
			tasks.nightly()
		assert self.all(account) == [("Open", account.account_manager)]
		assert "100.00" in frappe.get_last_doc("ToDo").description

	def test_beyond_the_days_it_passes_to_planning(self, account, people):
		bill(account.customer, 100, 5)
		tasks.nightly()
		bill(account.customer, 100, OLD)
		tasks.nightly()
		assert self.all(account) == [("Cancelled", account.account_manager), ("Open", people.planning)]

	def test_nobody_named_the_manager_goes_on(self, account):
		bill(account.customer, 100, OLD)
		tasks.nightly()
		assert self.open(account) == [account.account_manager]
		assert row_of(account)["responsible"] == account.account_manager

	def test_another_manager_gets_it(self, account):
		bill(account.customer, 100, 5)
		tasks.nightly()
		account.reload()
		account.account_manager = successor = make_user("KAM User")
		account.save()
		tasks.nightly()
		assert self.open(account) == [successor]

	def test_paid_it_is_closed(self, account):
		invoice = bill(account.customer, 100, 5)
		tasks.nightly()
		pay(invoice)
		tasks.nightly()
		assert self.all(account) == [("Closed", account.account_manager)]

	def test_overdue_again_there_is_a_new_one(self, account):
		invoice = bill(account.customer, 100, 5)
		tasks.nightly()
		pay(invoice)
		tasks.nightly()
		bill(account.customer, 50, 2)
		tasks.nightly()
		assert self.open(account) == [account.account_manager]

	def test_closed_by_hand_it_stays_closed_until_the_stage_changes(self, account, people):
		bill(account.customer, 100, 5)
		tasks.nightly()
		frappe.get_last_doc("ToDo").update({"status": "Closed"}).save()
		tasks.nightly()
		assert self.open(account) == []
		bill(account.customer, 100, OLD)
		tasks.nightly()
		assert self.open(account) == [people.planning]

	def test_who_has_one_of_his_own_gets_no_second(self, account):
		values = {"reference_type": "Key Account", "reference_name": account.name, "description": "Call"}
		insert("ToDo", allocated_to=account.account_manager, **values)
		bill(account.customer, 100, 5)
		tasks.nightly()
		pay_all(account)
		tasks.nightly()
		assert self.open(account) == [account.account_manager]

	def test_someone_outside_the_app_can_open_what_he_collects(self, account):
		outsider = make_user("Accounts User")
		settings = frappe.get_doc("KAM Settings")
		settings.set("companies", [{"company": company(), "planning_collector": outsider}])
		settings.save()
		bill(account.customer, 100, OLD)
		tasks.nightly()
		assert frappe.has_permission("Key Account", doc=account.name, user=outsider)

	def test_one_failure_does_not_stop_the_others(self, account, monkeypatch):
		broken, assign_all = make_key_account(), tasks.assign_all
		for one in (account, broken):
			bill(one.customer, 100, 5)

		def failing(doctype, assignments):
			assign_all(doctype, assignments)
			if any(one.name == broken.name for one in assignments):
				raise ValueError

		monkeypatch.setattr(tasks, "assign_all", failing)
		tasks.nightly()
		assert (self.open(account), self.open(broken)) == ([account.account_manager], [])
		assert frappe.db.exists("Error Log", {"method": f"Collection of {broken.name} could not be assigned"})

	def test_nobody_asks_a_disabled_user(self, account):
		bill(account.customer, 100, 5)
		frappe.db.set_value("Key Account", account.name, "account_manager", "nobody@example.com")
		tasks.nightly()
		assert self.open(account) == []

	def test_the_account_shows_who_collects_and_its_timeline_when(self, account, people):
		bill(account.customer, 100, 5)
		tasks.nightly()
		assert json.loads(self.assigned(account)) == [account.account_manager]
		bill(account.customer, 100, OLD)
		tasks.nightly()
		assert json.loads(self.assigned(account)) == [people.planning]
		pay_all(account)
		tasks.nightly()
		assert not self.assigned(account)
		kinds = frappe.get_all(
			"Comment",
			{"reference_name": account.name, "comment_type": ("like", "Assign%")},
			pluck="comment_type",
			order_by="creation",
		)
		assert kinds == ["Assigned", "Assignment Completed"] * 2

	def assigned(self, account):
		return frappe.db.get_value("Key Account", account.name, "_assign")

	@pytest.mark.parametrize(("accounts", "told"), [(3, 3), (4, 1)])
	def test_many_accounts_are_one_alert(self, jobs, accounts, told):
		manager = make_user("KAM User")
		for _each in range(accounts):
			bill(make_key_account(account_manager=manager).customer, 100, 5)
		for _night in range(2):
			tasks.nightly()
		jobs.run()
		alerts = frappe.get_all("Notification Log", {"for_user": manager}, ["subject", "link"])
		assert len(alerts) == told
		if told == 1:
			assert alerts[0].subject.startswith("Collections: 4 accounts are new on your list, 0 are off it")
			assert "reference_type=Key+Account" in alerts[0].link

	def test_who_goes_on_at_the_next_stage_is_told_once(self, jobs):
		manager = make_user("KAM User")
		accounts = [make_key_account(account_manager=manager) for _each in range(2)]
		for days in (5, OLD):
			for account in accounts:
				bill(account.customer, 100, days)
			tasks.nightly()
		jobs.run()
		assert frappe.db.count("Notification Log", {"for_user": manager}) == 4

	def test_one_account_of_many_that_fails_stops_none(self, monkeypatch):
		"""More names than the title of an Error Log holds."""
		accounts = [make_key_account() for _each in range(16)]
		for one in accounts:
			bill(one.customer, 100, 5)
		assign_all = tasks.assign_all

		def failing(doctype, assignments):
			assign_all(doctype, assignments)
			if any(one.name == accounts[0].name for one in assignments):
				raise ValueError

		monkeypatch.setattr(tasks, "assign_all", failing)
		tasks.nightly()
		assert [len(self.open(account)) for account in accounts] == [0] + [1] * 15

	def test_nobody_is_told_of_what_was_undone(self, jobs, monkeypatch):
		manager = make_user("KAM User")
		accounts = [make_key_account(account_manager=manager) for _each in range(3)]
		for one in accounts:
			bill(one.customer, 100, 5)
		assign_all = tasks.assign_all

		def failing(doctype, assignments):
			if len(assignments) > 1:
				raise ValueError
			if assignments[0].name == accounts[2].name:
				raise frappe.QueryDeadlockError
			assign_all(doctype, assignments)

		monkeypatch.setattr(tasks, "assign_all", failing)
		frappe.db.commit()
		tasks.nightly()
		jobs.run()
		assert frappe.db.count("ToDo", {"allocated_to": manager}) == 0
		assert frappe.db.count("Notification Log", {"for_user": manager}) == 0

	def test_each_closed_to_do_has_its_line_in_the_timeline(self, account):
		bill(account.customer, 100, 5)
		tasks.nightly()
		first = frappe.get_last_doc("ToDo")
		second = frappe.copy_doc(first)
		second.allocated_to = make_user("KAM Manager")
		second.insert()
		second.db_set(tasks.MARK, first.get(tasks.MARK))
		pay_all(account)
		tasks.nightly()
		filters = {"reference_name": account.name, "comment_type": "Assignment Completed"}
		assert frappe.db.count("Comment", filters) == 2

	def test_who_is_assigned_comes_in_frappes_order(self, account):
		others = [make_user("KAM User") for _each in range(2)]
		for user in others:
			values = {"reference_type": "Key Account", "reference_name": account.name, "description": "Call"}
			insert("ToDo", allocated_to=user, **values)
		assert json.loads(self.assigned(account)) == others
		bill(account.customer, 100, 5)
		tasks.nightly()
		assert json.loads(self.assigned(account)) == [*others, account.account_manager]

	@pytest.mark.committing
	def test_two_nights_at_once_tell_of_a_broken_promise_once(self, account, in_parallel, monkeypatch):
		bill(account.customer, 1000, 20)
		one = promise(account, days=0)
		frappe.db.set_value("Collection Promise", one.name, "promise_date", add_days(nowdate(), -1))
		frappe.db.set_value("Collection Promise", one.name, "promised_on", add_days(nowdate(), -2))
		frappe.db.commit()
		told = []
		monkeypatch.setattr(tasks, "tell_broken", lambda broken, _collectors: told.append(len(broken)))
		in_parallel(tasks.nightly, tasks.nightly)
		assert sorted(told) == [0, 1]

	@pytest.mark.committing
	def test_two_nights_at_once_make_one_to_do(self, in_parallel):
		accounts = [make_key_account() for _each in range(4)]
		for one in accounts:
			bill(one.customer, 100, 5)
		frappe.db.commit()
		results = in_parallel(tasks.nightly, tasks.nightly)
		assert not [result for result in results if isinstance(result, Exception)], results
		frappe.db.rollback()
		assert [len(self.open(account)) for account in accounts] == [1] * 4

	@pytest.mark.committing
	def test_a_to_do_that_somebody_makes_meanwhile_stays_on_the_list(self, in_parallel):
		account, other = make_key_account(), make_user("KAM Manager")
		bill(account.customer, 100, 5)
		frappe.db.commit()
		has_read, has_written, enabled_users = Event(), Event(), tasks.enabled_users

		def night():
			def waiting(users):
				found = enabled_users(list(users))
				has_read.set()
				has_written.wait(20)
				return found

			tasks.enabled_users = waiting
			try:
				tasks.nightly()
			finally:
				tasks.enabled_users = enabled_users

		def somebody():
			has_read.wait(20)
			values = {"reference_type": "Key Account", "reference_name": account.name, "description": "Call"}
			insert("ToDo", allocated_to=other, **values)
			frappe.db.commit()
			has_written.set()

		in_parallel(night, somebody)
		frappe.db.rollback()
		assert sorted(json.loads(self.assigned(account))) == sorted(self.open(account))
		assert len(self.open(account)) == 2

	def test_queries_do_not_depend_on_how_many_accounts_change(self):
		def queries_for(accounts: int) -> int:
			for _each in range(accounts):
				bill(make_key_account(account_manager=manager).customer, 100, 5)
			return count_queries(tasks.nightly)

		manager = make_user("KAM User")
		queries_for(4)
		assert queries_for(8) == queries_for(4)

	def test_switched_off_it_does_nothing(self, account):
		frappe.db.set_single_value("KAM Settings", "enabled", 0)
		bill(account.customer, 100, 5)
		tasks.nightly()
		assert self.open(account) == []


def pay_all(account) -> None:
	for name in frappe.get_all("Sales Invoice", {"customer": account.customer, "docstatus": 1}, pluck="name"):
		pay(frappe.get_doc("Sales Invoice", name))
