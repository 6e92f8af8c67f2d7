"""What a Price Exception refuses on its form: forged figures, other documents, dates that passed (R27, R70)."""

import frappe
import pytest
from frappe.utils import add_days, nowdate

from kam_extension.api import request_exception
from tests.site.factories import make_item, make_key_account, make_policy, make_sales_order, make_user


@pytest.fixture(autouse=True)
def policy():
	authorities = [
		{"role": "KAM Manager", "max_markup_concession": 5, "max_discount": 5},
		{"role": "KAM Executive", "max_markup_concession": 100, "max_discount": 100, "may_pass_credit": 1},
	]
	return make_policy(
		margin_action="Block", price_action="Block", credit_action="Off", authorities=authorities
	)


@pytest.fixture
def exception(as_user):
	"""A request for an order 10 points below the required markup: beyond a manager's authority."""
	order = make_sales_order(
		make_key_account().customer, [(make_item(cost=100, list_price=120).name, 10, 110)]
	)
	with as_user(make_user("KAM User", "Sales User", "Sales Manager")):
		name = request_exception("Sales Order", order.name, "Lost tender otherwise")
	return frappe.get_doc("Price Exception", name)


@pytest.mark.parametrize(
	"field, value", [("requested", 1200), ("approved", 0), ("rule", "Credit"), ("message", "Fine")]
)
def test_broken_rules_are_not_edited(exception, field, value):
	exception.violations[0].set(field, value)
	with pytest.raises(frappe.ValidationError, match="can't be edited"):
		exception.save()


def test_broken_rules_are_not_removed_or_added(exception):
	exception.append("violations", {"rule": "Credit"})
	with pytest.raises(frappe.ValidationError, match="can't be edited"):
		exception.save()


def test_a_manager_cannot_shrink_what_is_beyond_him_by_exchanging_the_rows(exception, as_user):
	with as_user(make_user("KAM Manager")):
		own = frappe.get_doc("Price Exception", exception.name)
		rows = [row.as_dict(no_default_fields=True) | {"excess_points": 0} for row in own.violations]
		own.set("violations", rows)
		with pytest.raises(frappe.ValidationError, match="can't be edited"):
			own.submit()


def test_requester_and_policy_stay(exception):
	before = (exception.requested_by, exception.policy, exception.approval_role)
	exception.update({"requested_by": "Administrator", "policy": None, "approval_role": "KAM Manager"})
	exception.save()
	assert (exception.requested_by, exception.policy, exception.approval_role) == before


def test_a_date_that_passed_is_refused_and_hinders_no_rejection(exception):
	exception.valid_until = add_days(nowdate(), -1)
	with pytest.raises(frappe.ValidationError, match="Valid Until"):
		exception.save()
	frappe.db.set_value("Price Exception", exception.name, "valid_until", add_days(nowdate(), -1))
	exception.reload()
	exception.reason = "Answered too late"
	assert exception.save().reason == "Answered too late"


def test_an_expired_request_is_not_approved(exception, as_user):
	frappe.db.set_value("Price Exception", exception.name, "valid_until", add_days(nowdate(), -1))
	with as_user(make_user("KAM Executive")), pytest.raises(frappe.ValidationError, match="Valid Until"):
		frappe.get_doc("Price Exception", exception.name).submit()


def test_a_blank_reason_is_none(exception):
	exception.reason = "  "
	with pytest.raises(frappe.MandatoryError, match="Reason"):
		exception.save()


def test_made_by_hand_its_figures_come_from_the_document(exception, as_user):
	frappe.delete_doc("Price Exception", exception.name)
	forged = frappe.get_doc(
		{
			"doctype": "Price Exception",
			"reference_doctype": exception.reference_doctype,
			"reference_name": exception.reference_name,
			"key_account": make_key_account().name,
			"company": exception.company,
			"reason": "Please",
			"valid_until": nowdate(),
			"approval_role": "KAM Manager",
			"violations": [
				{"rule": "Markup", "required": 1, "requested": 1, "approved": 0, "excess_points": 0}
			],
		}
	)
	with as_user(make_user("KAM User", "Sales User", "Sales Manager")):
		made = frappe.get_doc("Price Exception", forged.insert().name)
	assert made.key_account == exception.key_account
	assert made.approval_role == exception.approval_role == "KAM Executive"
	assert made.snapshot == exception.snapshot
	columns = ("rule", "required", "requested", "approved", "excess_points")
	rows = [[row.get(column) for column in columns] for row in made.violations]
	assert rows == [[row.get(column) for column in columns] for row in exception.violations]


def test_document_that_is_not_checked(exception):
	forged = frappe.copy_doc(exception)
	forged.update({"reference_doctype": "Customer", "reference_name": exception.customer})
	with pytest.raises(frappe.ValidationError, match="not checked"):
		forged.insert()


def test_snapshot_and_points_are_hidden_from_the_requester(exception, as_user):
	with as_user(exception.requested_by):
		document = frappe.get_doc("Price Exception", exception.name)
		document.apply_fieldlevel_read_permissions()
		shown = document.as_dict()
	assert exception.snapshot and exception.violations[0].excess_points
	assert not shown.get("snapshot") and not shown.violations[0].get("excess_points")


def test_by_hand_a_second_open_request_is_refused(exception):
	second = frappe.copy_doc(exception)
	with pytest.raises(frappe.ValidationError, match=exception.name):
		second.insert()
