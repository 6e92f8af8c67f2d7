"""A critical early warning: who is told, however the mail server does, and what it blocks (R54, R32)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from kam_extension.exceptions import PolicyViolation
from tests.site.factories import (
	company,
	insert,
	make_delivery_note,
	make_department,
	make_item,
	make_key_account,
	make_policy,
	make_quotation,
	make_sales_invoice,
	make_sales_order,
	make_user,
	unique,
)
from tests.site.risk_setup import make_risk_report, make_team, set_settings, told


def make_employee(department: str, **fields) -> str:
	"""A user who works in a department."""
	user = make_user("Stock User")
	values = {
		"first_name": unique("Employee"),
		"company": company(),
		"department": department,
		"user_id": user,
		"gender": "Female",
		"date_of_birth": "1990-01-01",
		"date_of_joining": "2020-01-01",
		"status": "Active",
	}
	insert("Employee", **values | fields)
	return user


class TestTold:
	def test_the_accounts_people_and_management(self):
		sponsor, manager, colleague = (
			make_user("KAM Executive"),
			make_user("KAM Manager"),
			make_user("KAM User"),
		)
		director = make_user("KAM Director")
		account = make_key_account(
			account_manager=make_user("KAM User"),
			executive_sponsor=sponsor,
			team=[{"user": colleague, "function": "Finance"}],
			responsible_unit=make_department().name,
			units=[{"unit": make_department().name, "manager": manager}],
		)
		report = make_risk_report(account, "Critical")
		assert {account.account_manager, sponsor, colleague, manager, director} <= set(told(report))

	def test_all_units_that_deal_with_it(self):
		units = [make_department().name for _number in range(4)]
		people = [make_employee(unit) for unit in units]
		stranger = make_employee(make_department().name)
		account = make_key_account(responsible_unit=units[0], units=[{"unit": units[1]}])
		insert(
			"Access Request",
			submit=True,
			key_account=account.name,
			unit=units[2],
			reason="A project of ours",
			valid_until=frappe.utils.add_days(frappe.utils.nowdate(), 30),
		)
		make_policy()
		order = make_sales_order(
			account.customer, [(make_item(cost=10, list_price=20).name, 1, 20)], submit=True
		)
		order.db_set("kam_unit", units[3])
		report = make_risk_report(account, "Critical")
		assert set(people) <= set(told(report))
		assert stranger not in told(report)

	def test_legal(self):
		counsel, member, others = (make_user("KAM User") for _number in range(3))
		group = unique("Legal")
		frappe.get_doc(
			{"doctype": "User Group", "name": group, "user_group_members": [{"user": member}]}
		).insert(set_name=group)
		set_settings(risk_legal_user=counsel, risk_legal_group=group)
		report = make_risk_report(make_key_account(), "Critical")
		assert {counsel, member} <= set(told(report))
		assert others not in told(report)

	def test_disabled_people_are_not(self):
		seller, _manager, account = make_team()
		frappe.db.set_value("User", seller, "enabled", 0)
		assert seller not in told(make_risk_report(account, "Critical"))

	def test_each_in_the_own_language(self):
		seller = make_user("KAM User", language="zh")
		report = make_risk_report(make_key_account(account_manager=seller), "Critical")
		subjects = frappe.get_all(
			"Notification Log", {"for_user": seller, "document_name": report.name}, pluck="subject"
		)
		assert any("暂停" in subject for subject in subjects), subjects

	def test_by_mail_too(self, mail):
		seller, _manager, account = make_team()
		make_risk_report(account, "Critical")
		arrived = [str(message["Subject"]) for message in mail.deliver() if seller in str(message["To"])]
		assert len([subject for subject in arrived if "suspended" in subject]) == 1

	def test_a_failing_mail_server_loses_nothing(self):
		frappe.db.delete("Email Account")
		seller, _manager, account = make_team()
		report = make_risk_report(account, "Critical")
		assert seller in told(report)
		assert frappe.db.get_value("Key Account", account.name, "status") == "Suspended"

	def test_lower_levels_tell_nobody(self):
		seller, manager, account = make_team()
		report = make_risk_report(account, "Medium")
		assert told(report) == []


class TestBlocked:
	@pytest.fixture
	def item(self, site):
		make_policy()
		return make_item(cost=10, list_price=20).name

	@pytest.fixture
	def warned(self, item, as_user):
		"""An account whose order was submitted before one of its team raised the warning."""
		seller, _manager, account = make_team()
		order = make_sales_order(account.customer, [(item, 5, 20)], submit=True)
		with as_user(seller):
			make_risk_report(account, "Critical")
		return account, order

	def test_orders(self, warned, item):
		account, _order = warned
		with pytest.raises(PolicyViolation, match="suspended"):
			make_sales_order(account.customer, [(item, 1, 20)], submit=True)

	def test_deliveries_of_earlier_orders(self, warned):
		with pytest.raises(PolicyViolation, match="suspended"):
			make_delivery_note(sales_order=warned[1].name, submit=True)

	def test_invoices_that_deliver(self, warned, item):
		account, _order = warned
		with pytest.raises(PolicyViolation, match="suspended"):
			make_sales_invoice(account.customer, [(item, 1, 20)], submit=True, update_stock=1)

	def test_not_quotations(self, warned, item):
		account, _order = warned
		assert make_quotation(account.customer, [(item, 1, 20)], submit=True).docstatus == 1

	def test_even_where_credit_is_switched_off(self):
		make_policy(credit_action="Off")
		_seller, _manager, account = make_team()
		make_risk_report(account, "Critical")
		with pytest.raises(PolicyViolation, match="suspended"):
			make_sales_order(account.customer, [(make_item(cost=10).name, 1, 20)], submit=True)


def test_a_critical_report_of_an_earlier_day_than_the_latest_suspends_nothing():
	"""It would suspend the account and leave it at the later report's level."""
	account = make_key_account()
	report = make_risk_report(account, "Critical", submit=False, report_date=add_days(nowdate(), -14))
	make_risk_report(account, "Medium")
	with pytest.raises(frappe.ValidationError, match="Report Date to today"):
		report.submit()
	assert frappe.db.get_value("Key Account", account.name, "status") != "Suspended"
