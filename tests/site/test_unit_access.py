"""Another unit needs granted access before its quotations and orders are submitted (R11; S0 5.8)."""

import frappe
import pytest
from frappe.desk import query_report
from frappe.utils import add_days, add_months, nowdate

from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.accounts.units import units_of_user
from kam_extension.kam_extension.report.unit_conflicts import unit_conflicts
from tests.site.exception_setup import SELLER
from tests.site.factories import (
	company,
	insert,
	items_of,
	make_customer,
	make_department,
	make_item,
	make_key_account,
	make_quotation,
	make_sales_order,
	make_user,
	unique,
)
from tests.site.query_count import count_queries
from tests.site.visibility_setup import give_unit


@pytest.fixture
def units():
	"""The responsible unit and another."""
	return make_department().name, make_department().name


@pytest.fixture
def account(units):
	return make_key_account(responsible_unit=units[0])


@pytest.fixture
def stranger(units):
	"""A member of sales in the other unit."""
	user = make_user(*SELLER)
	give_unit(user, units[1])
	return user


@pytest.fixture
def line():
	return (make_item(cost=1, list_price=10).name, 1, 10)


def ask(account, unit, **fields):
	values = {"key_account": account.name, "unit": unit, "valid_until": add_months(nowdate(), 1)}
	return insert("Access Request", reason="Joint bid", **values | fields)


def grant(account, unit, **fields):
	request = ask(account, unit, **fields)
	frappe.db.set_value("Access Request", request.name, "requested_by", "Guest")
	return frappe.get_doc("Access Request", request.name).submit()


def hire(user, department):
	"""An employee record by ERPNext's own events."""
	return insert(
		"Employee",
		first_name="Li",
		user_id=user,
		create_user_permission=0,
		company=company(),
		department=department,
		gender=frappe.get_all("Gender", pluck="name", limit=1)[0],
		date_of_birth="1990-01-01",
		date_of_joining="2020-01-01",
		status="Active",
	)


class TestSellingUnit:
	def test_it_is_the_users_department(self, as_user, account, stranger, units, line):
		with as_user(stranger):
			assert make_quotation(account.customer, [line]).kam_unit == units[1]
		assert make_quotation(account.customer, [line]).kam_unit == units[0]

	def test_a_leaver_has_none(self, as_user, account, units, line):
		user = make_user(*SELLER)
		employee = hire(user, units[1])
		assert units_of_user(user) == [units[1]]
		employee.update({"status": "Left", "relieving_date": nowdate()})
		employee.save()
		assert not units_of_user(user)
		with as_user(user):
			assert make_quotation(account.customer, [line]).kam_unit == units[0]

	def test_nobody_sells_in_the_name_of_another_unit(self, as_user, account, stranger, units, line):
		with as_user(stranger), pytest.raises(frappe.PermissionError, match="not yours"):
			make_quotation(account.customer, [line], kam_unit=units[0])

	def test_nor_by_way_of_another_customer(self, as_user, account, stranger, units, line):
		with as_user(stranger):
			quotation = make_quotation(make_customer().name, [line], kam_unit=units[0])
			quotation.party_name = quotation.customer_name = account.customer
			with pytest.raises(frappe.PermissionError, match="not yours"):
				quotation.save()

	def test_nor_by_naming_a_document_of_that_unit(self, as_user, account, stranger, units, line):
		theirs = make_quotation(make_key_account(responsible_unit=units[0]).customer, [line], submit=True)
		assert theirs.kam_unit == units[0]
		with as_user(stranger), pytest.raises(frappe.PermissionError, match="not yours"):
			rows = [{**row, "prevdoc_docname": theirs.name} for row in items_of([line])]
			make_sales_order(account.customer, [line], kam_unit=units[0], items=rows)

	def test_the_team_sells_for_the_accounts_unit(self, as_user, stranger, units, line):
		account = make_key_account(responsible_unit=units[0], account_manager=stranger)
		with as_user(stranger):
			assert make_quotation(account.customer, [line], kam_unit=units[0], submit=True).docstatus == 1

	def test_a_manager_may(self, as_user, account, units, line):
		manager = make_user(*SELLER, "KAM Manager")
		give_unit(manager, units[1])
		with as_user(manager):
			assert make_quotation(account.customer, [line], kam_unit=units[0]).kam_unit == units[0]

	def test_an_order_keeps_the_unit_of_its_quotation(self, as_user, account, stranger, units, line):
		from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of

		quotation = make_quotation(account.customer, [line], submit=True, kam_unit=units[0])
		with as_user(stranger):
			order = order_of(quotation.name)
			order.delivery_date = add_days(nowdate(), 7)
			assert order.insert().kam_unit == units[0]

	def test_the_department_is_looked_up_once(self, as_user, stranger):
		assert count_queries(lambda: units_of_user(stranger)) == 0


class TestSubmit:
	@pytest.mark.parametrize("make", [make_quotation, make_sales_order])
	def test_without_access_it_is_stopped(self, as_user, account, stranger, units, line, make):
		with as_user(stranger), pytest.raises(PolicyViolation) as refusal:
			make(account.customer, [line], submit=True)
		text = str(refusal.value)
		assert units[0] in text and units[1] in text
		assert 'data-kam-action="request_access"' in text

	def test_insert_with_docstatus_is_a_submit(self, as_user, account, stranger, line):
		with as_user(stranger), pytest.raises(PolicyViolation):
			make_quotation(account.customer, [line], docstatus=1)

	def test_bulk_submit(self, as_user, account, stranger, line):
		from frappe.desk.doctype.bulk_update.bulk_update import submit_cancel_or_update_docs

		with as_user(stranger):
			order = make_sales_order(account.customer, [line])
			submit_cancel_or_update_docs("Sales Order", [order.name], "submit")
		assert not frappe.db.exists("Sales Order", {"name": order.name, "docstatus": 1})

	def test_a_submit_that_skips_validation(self, as_user, account, stranger, line):
		with as_user(stranger):
			order = make_sales_order(account.customer, [line])
			order.flags.ignore_validate = True
			with pytest.raises(PolicyViolation):
				order.submit()

	@pytest.mark.parametrize("make", [make_quotation, make_sales_order])
	def test_with_access_it_goes_through(self, as_user, account, stranger, units, line, make):
		grant(account, units[1])
		with as_user(stranger):
			assert make(account.customer, [line], submit=True).docstatus == 1

	def test_access_ends(self, as_user, account, stranger, units, line):
		request = grant(account, units[1], valid_until=nowdate())
		with as_user(stranger):
			make_quotation(account.customer, [line], submit=True)
			frappe.db.set_value("Access Request", request.name, "valid_until", add_days(nowdate(), -1))
			with pytest.raises(PolicyViolation):
				make_quotation(account.customer, [line], submit=True)

	def test_revoked_access_is_none(self, as_user, account, stranger, units, line):
		request = grant(account, units[1])
		request.cancel()
		assert frappe.db.get_value("Access Request", request.name, "status") == "Revoked"
		with as_user(stranger), pytest.raises(PolicyViolation):
			make_quotation(account.customer, [line], submit=True)

	def test_access_of_another_account_or_unit_is_none(self, as_user, account, stranger, units, line):
		grant(make_key_account(responsible_unit=units[0]), units[1])
		grant(account, make_department().name)
		with as_user(stranger), pytest.raises(PolicyViolation):
			make_quotation(account.customer, [line], submit=True)

	def test_the_accounts_own_units_need_none(self, as_user, stranger, units, line):
		account = make_key_account(responsible_unit=units[0], units=[{"unit": units[1]}])
		with as_user(stranger):
			assert make_quotation(account.customer, [line], submit=True).docstatus == 1

	def test_an_account_without_units_is_open_to_all(self, as_user, stranger, line):
		with as_user(stranger):
			assert make_quotation(make_key_account_customer(), [line], submit=True).docstatus == 1

	def test_a_request_that_waits_is_named_in_place_of_the_button(
		self, as_user, account, stranger, units, line
	):
		request = ask(account, units[1])
		with as_user(stranger), pytest.raises(PolicyViolation) as refusal:
			make_quotation(account.customer, [line], submit=True)
		assert request.name in str(refusal.value)
		assert "data-kam-action" not in str(refusal.value)

	@pytest.mark.parametrize(("action", "messages"), [("Warn", 1), ("Off", 0)])
	def test_by_the_setting_it_warns_or_is_silent(self, as_user, account, stranger, line, action, messages):
		frappe.db.set_single_value("KAM Settings", "unit_access_action", action)
		with as_user(stranger):
			frappe.clear_messages()
			assert make_quotation(account.customer, [line], submit=True).docstatus == 1
		told = [text for text in map(str, frappe.get_message_log()) if "may not sell" in text]
		assert len(told) == messages

	def test_a_switched_off_app_stops_nothing(self, as_user, account, stranger, line):
		frappe.db.set_single_value("KAM Settings", "enabled", 0)
		with as_user(stranger):
			assert make_quotation(account.customer, [line], submit=True).docstatus == 1


def make_key_account_customer() -> str:
	before = frappe.session.user
	frappe.set_user("Administrator")
	customer = make_key_account().customer
	frappe.set_user(before)
	return customer


class TestGrant:
	def granter(self, role, unit=None):
		user = make_user(role)
		if unit:
			give_unit(user, unit)
		return user

	def request_of(self, as_user, account, unit):
		with as_user(make_user("KAM User")):
			return ask(account, unit)

	def test_the_manager_of_the_responsible_unit(self, as_user, account, units):
		request = self.request_of(as_user, account, units[1])
		with as_user(self.granter("KAM Manager", units[0])):
			granted = frappe.get_doc("Access Request", request.name).submit()
		assert (granted.docstatus, granted.status) == (1, "Granted")

	def test_the_manager_of_a_unit_above(self, as_user):
		above = make_department(is_group=1).name
		below = make_department(parent_department=above).name
		request = self.request_of(as_user, make_key_account(responsible_unit=below), make_department().name)
		with as_user(self.granter("KAM Manager", above)):
			assert frappe.get_doc("Access Request", request.name).submit().docstatus == 1

	def test_the_manager_of_another_unit_does_not(self, as_user, account, units):
		request = self.request_of(as_user, account, units[1])
		stranger = self.granter("KAM Manager", units[1])
		with as_user(stranger), pytest.raises(frappe.PermissionError, match=units[0]):
			frappe.get_doc("Access Request", request.name).submit()

	def test_a_director_of_another_unit_does(self, as_user, account, units):
		request = self.request_of(as_user, account, units[1])
		with as_user(self.granter("KAM Director", units[1])):
			assert frappe.get_doc("Access Request", request.name).submit().docstatus == 1

	def test_the_director_and_the_account_manager_are_told(self, as_user, jobs, units):
		owner, director = make_user("KAM User"), make_user("KAM Director")
		account = make_key_account(responsible_unit=units[0], account_manager=owner)
		request = self.request_of(as_user, account, units[1])
		with as_user(self.granter("KAM Manager", units[0])):
			frappe.get_doc("Access Request", request.name).submit()
		told = people_told(jobs)
		assert {owner, director, request.requested_by} <= told

	@pytest.mark.parametrize(("level", "role"), [(None, "KAM Manager"), ("Group", "KAM Director")])
	def test_who_may_grant_is_asked(self, as_user, jobs, units, level, role):
		granter = self.granter(role, units[0])
		stranger = self.granter("KAM Manager", units[1])
		account = make_key_account(responsible_unit=units[0], account_level=level)
		self.request_of(as_user, account, units[1])
		told = people_told(jobs)
		assert granter in told and stranger not in told


def people_told(jobs) -> set[str]:
	"""Users who have a notification about an Access Request, after the jobs ran."""
	frappe.db.after_commit.run()
	jobs.run()
	return set(frappe.get_all("Notification Log", {"document_type": "Access Request"}, pluck="for_user"))


class TestLifeOfARequest:
	def test_unit_and_account_come_from_user_and_customer(self, as_user, account, stranger, units):
		with as_user(stranger):
			request = insert(
				"Access Request",
				customer=account.customer,
				valid_until=add_months(nowdate(), 1),
				reason="Joint bid",
			)
		assert (request.key_account, request.unit) == (account.name, units[1])

	def test_no_request_for_a_customer_that_is_no_key_account(self, as_user, stranger):
		customer = make_customer().name
		with as_user(stranger), pytest.raises(frappe.ValidationError, match="no key account"):
			insert("Access Request", customer=customer, valid_until=nowdate(), reason="Joint bid")

	def test_one_open_request_of_a_unit(self, account, units):
		ask(account, units[1])
		with pytest.raises(frappe.ValidationError, match="waits for a decision"):
			ask(account, units[1])

	def test_a_granted_one_may_be_prolonged(self, account, units):
		grant(account, units[1])
		assert ask(account, units[1], valid_until=add_months(nowdate(), 6)).status == "Open"

	def test_the_requester_withdraws(self, as_user, account, stranger, units):
		with as_user(stranger):
			request = ask(account, units[1])
			request.withdraw()
		request.reload()
		assert request.status == "Withdrawn"
		with pytest.raises(frappe.ValidationError, match="withdrawn"):
			request.submit()
		assert ask(account, units[1]).status == "Open"

	def test_others_do_not(self, as_user, account, units):
		request = ask(account, units[1])
		frappe.share.add("Access Request", request.name, other := make_user("KAM User"), write=1)
		with as_user(other), pytest.raises(frappe.PermissionError):
			frappe.get_doc("Access Request", request.name).withdraw()

	def test_declined_with_a_reason(self, as_user, account, units):
		with as_user(make_user("KAM User")):
			request = ask(account, units[1])
		with as_user(make_user("KAM Manager")):
			with pytest.raises(frappe.ValidationError, match="Reason"):
				frappe.get_doc("Access Request", request.name).decline(" ")
			frappe.get_doc("Access Request", request.name).decline("We bid ourselves")
		request.reload()
		assert request.status == "Declined"
		comments = frappe.get_all("Comment", {"reference_name": request.name}, pluck="content")
		assert "We bid ourselves" in comments

	def test_only_granters_decline(self, as_user, account, stranger, units):
		with as_user(stranger):
			request = ask(account, units[1])
			with pytest.raises(frappe.PermissionError):
				request.decline("Not mine")

	def test_the_state_is_the_servers(self, as_user, account, stranger, units):
		with as_user(stranger):
			request = ask(account, units[1], status="Granted")
			assert request.status == "Open"
			request.status = "Granted"
			assert request.save().status == "Open"

	def test_a_forged_call_withdraws_what_is_stored(self, as_user, account, stranger, units):
		request = ask(account, units[1])
		forged = frappe.get_doc(request.as_dict() | {"requested_by": stranger})
		with as_user(stranger), pytest.raises(frappe.PermissionError):
			forged.withdraw()


class TestConflicts:
	def kinds(self, account) -> set[str]:
		rows = unit_conflicts.get_rows(frappe._dict())
		return {row["kind"] for row in rows if row["key_account"] == account.name}

	def test_nothing_to_settle(self, account, units, line):
		make_sales_order(account.customer, [line], submit=True)
		assert not self.kinds(account)

	def test_the_same_customer_twice(self, units):
		name = unique("Twice")
		accounts = [
			make_key_account(make_customer(customer_name=text).name, responsible_unit=unit)
			for text, unit in zip((name, f"{name} Co., Ltd."), units, strict=True)
		]
		assert all(self.kinds(account) == {"Same Customer"} for account in accounts)

	def test_the_same_unit_twice_is_none(self, units):
		name = unique("Twice")
		accounts = [
			make_key_account(make_customer(customer_name=text).name, responsible_unit=units[0])
			for text in (name, f"{name} Co., Ltd.")
		]
		assert not any(self.kinds(account) for account in accounts)

	def test_a_registered_prospect(self, account, units):
		insert("Prospect Registration", prospect_name=account.customer_name, unit=units[1])
		assert self.kinds(account) == {"Prospect Registered"}

	def test_an_open_request(self, account, units):
		request = ask(account, units[1])
		assert self.kinds(account) == {"Access Requested"}
		request.withdraw()
		assert not self.kinds(account)

	def test_sold_without_access(self, as_user, account, stranger, units, line):
		frappe.db.set_single_value("KAM Settings", "unit_access_action", "Warn")
		with as_user(stranger):
			make_sales_order(account.customer, [line], submit=True)
		assert self.kinds(account) == {"Sold Without Access"}
		grant(account, units[1])
		assert not self.kinds(account)

	def test_the_desk_shows_them_to_a_manager(self, as_user, account, units):
		request = ask(account, units[1])
		with as_user(make_user("KAM Manager")):
			rows = query_report.run("Unit Conflicts", filters={})["result"]
		assert request.name in [row.get("document") for row in rows if isinstance(row, dict)]

	def test_filters_and_readers(self, as_user, account, units):
		ask(account, units[1])
		other = frappe._dict(company=company(), responsible_unit=units[1])
		assert not [row for row in unit_conflicts.get_rows(other) if row["key_account"] == account.name]
		assert not unit_conflicts.get_rows(frappe._dict(kind="Same Customer", responsible_unit=units[0]))
		with as_user(make_user("KAM User")):
			assert not unit_conflicts.get_rows(frappe._dict())
