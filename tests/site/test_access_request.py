"""Access Request: who grants another unit access to an account (R11; S0 5.8)."""

import frappe
import pytest
from frappe.utils import add_days, add_months, nowdate

from tests.site.factories import insert, make_department, make_key_account, make_user


@pytest.fixture
def unit():
	return make_department().name


@pytest.fixture
def user():
	return make_user("KAM User")


def ask(account, unit, **fields):
	values = {
		"key_account": account.name,
		"unit": unit,
		"valid_until": add_months(nowdate(), 3),
		"reason": "Joint bid",
	}
	return insert("Access Request", **values | fields)


def grant_as(as_user, granter, request):
	with as_user(granter):
		return frappe.get_doc("Access Request", request.name).submit()


@pytest.fixture
def request_by_user(as_user, user, unit):
	def asking(**account):
		made = make_key_account(**account)
		with as_user(user):
			return ask(made, unit)

	return asking


@pytest.mark.parametrize("role", ["KAM Manager", "KAM Director", "KAM Executive"])
def test_managers_and_above_grant(as_user, request_by_user, role):
	granter = make_user(role)
	assert grant_as(as_user, granter, request_by_user()).granted_by == granter


@pytest.mark.parametrize("role", ["KAM User", "KAM Finance", "System Manager"])
def test_others_do_not(as_user, request_by_user, role):
	with pytest.raises(frappe.PermissionError):
		grant_as(as_user, make_user(role), request_by_user())


def test_a_group_account_is_granted_by_the_director(as_user, request_by_user):
	request = request_by_user(account_level="Group")
	with pytest.raises(frappe.PermissionError, match="KAM Director"):
		grant_as(as_user, make_user("KAM Manager"), request)
	assert grant_as(as_user, make_user("KAM Director"), request).docstatus == 1


def test_nobody_grants_his_own_request(as_user, unit):
	account, manager = make_key_account(), make_user("KAM Manager")
	with as_user(manager):
		own = ask(account, unit, requested_by="Administrator")
		with pytest.raises(frappe.PermissionError, match="somebody else"):
			own.submit()


def test_the_requester_cannot_be_exchanged_later(as_user, request_by_user, user):
	request = request_by_user()
	request.requested_by = "Administrator"
	assert request.save().requested_by == user


def test_who_grants_grants_what_was_asked_for(as_user, request_by_user, unit):
	request, other = request_by_user(), make_key_account()
	with as_user(make_user("KAM Director")):
		document = frappe.get_doc("Access Request", request.name)
		document.update({"key_account": other.name})
		document.submit()
	assert frappe.db.get_value("Access Request", request.name, "key_account") == request.key_account


def test_responsible_and_additional_units_need_no_request(unit):
	other = make_department().name
	account = make_key_account(responsible_unit=unit, units=[{"unit": other}])
	for own in (unit, other):
		with pytest.raises(frappe.ValidationError, match="already"):
			ask(account, own)


def test_date_in_the_past(unit):
	with pytest.raises(frappe.ValidationError, match="Valid Until"):
		ask(make_key_account(), unit, valid_until=add_days(nowdate(), -1))
