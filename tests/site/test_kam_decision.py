"""KAM Decision: nobody makes, changes or deletes one through the app (R29)."""

import frappe
import pytest
from frappe.client import delete, insert, set_value
from frappe.model.rename_doc import rename_doc

from tests.site.factories import make_user

READERS = ("KAM Manager", "KAM Director", "KAM Executive", "KAM Finance")


@pytest.fixture
def decision(site):
	values = {"doctype": "KAM Decision", "verdict": "Pass", "details": {"lines": []}}
	return frappe.get_doc(values).insert(ignore_permissions=True)


def test_administrator_can_not_change_it(decision):
	with pytest.raises(frappe.PermissionError):
		set_value("KAM Decision", decision.name, "verdict", "Blocked")
	assert frappe.db.get_value("KAM Decision", decision.name, "verdict") == "Pass"


def test_administrator_can_not_delete_it(decision):
	with pytest.raises(frappe.PermissionError):
		delete("KAM Decision", decision.name)
	with pytest.raises(frappe.PermissionError):
		frappe.delete_doc("KAM Decision", decision.name, force=True, ignore_permissions=True)
	assert frappe.db.exists("KAM Decision", decision.name)


def test_administrator_can_not_forge_one():
	with pytest.raises(frappe.PermissionError):
		insert({"doctype": "KAM Decision", "verdict": "Pass"})


def test_a_request_can_not_set_the_flag(decision):
	values = {
		"doctype": "KAM Decision",
		"verdict": "Pass",
		"flags": {"kam_system": 1, "ignore_permissions": 1},
	}
	with pytest.raises(frappe.PermissionError):
		insert(values)
	with pytest.raises(frappe.PermissionError):
		set_value("KAM Decision", decision.name, {"verdict": "Blocked", "flags": {"kam_system": 1}})


def test_it_can_not_be_renamed(decision):
	with pytest.raises(frappe.ValidationError):
		rename_doc("KAM Decision", decision.name, "other", force=False)


def test_the_app_itself_may(decision):
	decision.flags.kam_system = True
	decision.verdict = "Blocked"
	decision.save(ignore_permissions=True)
	assert frappe.db.get_value("KAM Decision", decision.name, "verdict") == "Blocked"


@pytest.mark.parametrize("role", READERS)
def test_readers_read_and_nothing_else(as_user, decision, role):
	with as_user(make_user(role)):
		assert frappe.get_list("KAM Decision", filters={"name": decision.name})
		for right in ("write", "create", "delete", "submit", "import"):
			assert not frappe.has_permission("KAM Decision", right)


def test_sales_does_not_read_it(as_user, decision):
	with as_user(make_user("KAM User", "Sales User")), pytest.raises(frappe.PermissionError):
		frappe.get_list("KAM Decision", filters={"name": decision.name})
