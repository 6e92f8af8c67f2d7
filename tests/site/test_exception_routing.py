"""A request goes to the lowest role whose limits cover it, and its people are told (R27)."""

import frappe
import pytest
from frappe.model.workflow import apply_workflow
from frappe.utils import add_days, nowdate

from kam_extension.api import request_exception
from tests.site.factories import make_item, make_key_account, make_policy, make_sales_order, make_user

SENDING = "frappe.desk.doctype.notification_log.notification_log.make_notification_logs"
RANGES = [
	{"role": "KAM Manager", "max_markup_concession": 5, "max_discount": 3},
	{"role": "KAM Director", "max_markup_concession": 10, "max_discount": 10, "may_pass_credit": 1},
]
SELLER = ("KAM User", "Sales User")


@pytest.fixture(autouse=True)
def policy():
	return make_policy(
		margin_action="Block",
		price_action="Block",
		credit_action="Off",
		authorities=RANGES,
		valid_from=add_days(nowdate(), -5),
	)


@pytest.fixture
def seller():
	return make_user(*SELLER)


@pytest.fixture
def ask(as_user, seller):
	def asking(rate, list_price=130, user=None):
		"""Cost 100, so the markup asks for 120.00; the discount cap for 85 % of the list price."""
		item = make_item(cost=100, list_price=list_price).name
		account = make_key_account()
		with as_user(user or seller):
			order = make_sales_order(account.customer, [(item, 10, rate)])
			name = request_exception("Sales Order", order.name, "Lost tender otherwise")
			frappe.db.commit()
		return frappe.get_doc("Price Exception", name)

	return asking


def told(jobs, exception) -> set[str]:
	jobs.run(SENDING)
	return set(frappe.get_all("Notification Log", {"document_name": exception.name}, pluck="for_user"))


def submit(as_user, user, exception):
	with as_user(user):
		frappe.get_doc("Price Exception", exception.name).submit()
		frappe.db.commit()


@pytest.mark.parametrize(
	("rate", "list_price", "role"),
	[
		(115, 130, "KAM Manager"),
		(114.99, 130, "KAM Director"),
		(110, 120, "KAM Director"),
		(109.99, 120, "KAM Executive"),
		(164, 200, "KAM Manager"),
		(163.99, 200, "KAM Director"),
		(150, 200, "KAM Director"),
		(149.99, 200, "KAM Executive"),
		(115, 140, "KAM Manager"),
		(114, 140, "KAM Director"),
	],
)
def test_the_lowest_role_at_the_edge_of_its_limit(as_user, ask, rate, list_price, role):
	exception = ask(rate, list_price)
	assert exception.approval_role == role
	ranks = ["KAM Manager", "KAM Director", "KAM Executive"]
	for lower in ranks[: ranks.index(role)]:
		with pytest.raises(frappe.PermissionError, match=role):
			submit(as_user, make_user(lower), exception)
	submit(as_user, make_user(role), exception)
	assert frappe.db.get_value("Price Exception", exception.name, "docstatus") == 1


@pytest.mark.parametrize("role", ["KAM Director", "KAM Executive"])
def test_a_higher_role_may_approve_as_well(as_user, ask, role):
	exception = ask(115)
	submit(as_user, make_user(role), exception)
	assert frappe.db.get_value("Price Exception", exception.name, "docstatus") == 1


def test_the_people_of_that_role_are_told_and_nobody_else(ask, jobs):
	manager, director = make_user("KAM Manager"), make_user("KAM Director")
	disabled = make_user("KAM Manager", enabled=0)
	people = told(jobs, ask(115))
	assert manager in people
	assert not people & {director, disabled, "Administrator"}


def test_they_are_told_by_mail(ask, jobs, mail):
	manager = make_user("KAM Manager")
	exception = ask(115)
	jobs.run(SENDING)
	messages = {message["X-Envelope-To"]: message for message in mail.deliver()}
	assert exception.name in messages[manager]["Subject"]


def test_when_the_only_one_is_involved_the_next_role_is_told(ask, jobs):
	frappe.db.delete("Has Role", {"role": "KAM Manager"})
	manager = make_user("KAM Manager", *SELLER)
	director = make_user("KAM Director")
	people = told(jobs, ask(115, user=manager))
	assert director in people and manager not in people


def test_a_role_whose_people_have_left_is_passed_over(ask, jobs):
	frappe.db.delete("Has Role", {"role": "KAM Manager"})
	make_user("KAM Manager", enabled=0)
	director = make_user("KAM Director")
	assert director in told(jobs, ask(115))


@pytest.mark.parametrize(("action", "word"), [("Approve", "approved"), ("Reject", "rejected")])
def test_the_requester_learns_the_answer(as_user, ask, jobs, seller, action, word):
	exception = ask(115)
	assert seller not in told(jobs, exception)
	with as_user(make_user("KAM Manager")):
		apply_workflow(exception, action)
		frappe.db.commit()
	assert seller in told(jobs, exception)
	log = frappe.get_last_doc("Notification Log", {"document_name": exception.name, "for_user": seller})
	assert word in log.subject


def test_a_site_without_the_workflow_tells_them_too(ask, jobs):
	frappe.db.set_value("Workflow", "KAM Price Exception", "is_active", 0)
	frappe.db.delete("Custom Field", {"dt": "Price Exception", "fieldname": "workflow_state"})
	frappe.cache.delete_key("workflow")
	frappe.clear_cache(doctype="Price Exception")
	manager = make_user("KAM Manager")
	assert manager in told(jobs, ask(115))


def test_limits_are_those_of_the_day_of_the_approval(as_user, ask, policy):
	exception = ask(115)
	assert exception.approval_role == "KAM Manager"
	stricter = [RANGES[0] | {"max_markup_concession": 4}, RANGES[1]]
	make_policy(margin_action="Block", authorities=stricter, supersedes=policy.name, valid_from=nowdate())
	with pytest.raises(frappe.PermissionError, match="KAM Director"):
		submit(as_user, make_user("KAM Manager"), exception)
	submit(as_user, make_user("KAM Director"), exception)
	assert frappe.db.get_value("Price Exception", exception.name, "approval_role") == "KAM Director"
