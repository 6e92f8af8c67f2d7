"""KAM Decision: a record that nobody makes, changes or deletes through the app, by whatever door (R29)."""

import json

import frappe
import pytest
from frappe import client
from frappe.api import v1
from frappe.desk import reportview
from frappe.desk.form.save import savedocs
from frappe.desk.form.utils import add_comment
from frappe.model.rename_doc import bulk_rename, rename_doc
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from kam_extension.integration.decisions.decisions import release_company_names
from tests.site.client_doors import SUBMITTING, WRITING, request_with
from tests.site.factories import company, make_user

READERS = ("KAM User", "KAM Manager", "KAM Director", "KAM Executive", "KAM Finance")


@pytest.fixture
def decision(site):
	return make_decision()


def make_decision(**fields):
	values = {"doctype": "KAM Decision", "verdict": "Pass", "company": company(), "details": {"lines": []}}
	decision = frappe.get_doc(values | fields)
	decision.flags.kam_system = True
	decision.flags.ignore_links = True
	decision.insert(ignore_permissions=True)
	frappe.db.commit()  # some doors roll back; where the test itself is rolled back, this does nothing
	return decision


def put_with_flags(doctype, name, values):
	WRITING["put"](doctype, name, values | {"flags": {"kam_system": 1, "ignore_permissions": 1}})


def set_value_with_flags(doctype, name, values):
	WRITING["set_value"](doctype, name, values | {"flags": {"kam_system": 1}})


CHANGES = {
	**WRITING,
	**SUBMITTING,
	**{door.__name__: door for door in (put_with_flags, set_value_with_flags)},
}


@pytest.mark.committing
@pytest.mark.parametrize("door", CHANGES.values(), ids=CHANGES)
def test_administrator_can_not_change_it(site, door):
	decision = make_decision()
	before = stored(decision)
	frappe.local.request = Request(EnvironBuilder(method="POST").get_environ())
	try:
		door("KAM Decision", decision.name, {"verdict": "Blocked"})
	except (frappe.ValidationError, frappe.PermissionError):
		frappe.db.rollback()
	frappe.db.commit()
	assert stored(decision) == before


def stored(decision) -> dict:
	"""What is in the table, all columns."""
	(row,) = frappe.db.sql("select * from `tabKAM Decision` where name = %s", decision.name, as_dict=True)
	return row


def delete_by_rest(decision):
	v1.delete_doc("KAM Decision", decision.name)


def delete_by_client(decision):
	client.delete("KAM Decision", decision.name)


def delete_by_force(decision):
	frappe.delete_doc("KAM Decision", decision.name, force=True, ignore_permissions=True)


@pytest.mark.parametrize("door", (delete_by_rest, delete_by_client, delete_by_force))
def test_administrator_can_not_delete_it(decision, door):
	with pytest.raises(frappe.PermissionError):
		door(decision)
	assert stored(decision)


@pytest.mark.committing
def test_the_lists_delete_button_leaves_it(site):
	decision = make_decision()
	reportview.delete_bulk("KAM Decision", [decision.name])
	assert frappe.db.exists("KAM Decision", decision.name)


FORGED = {"doctype": "KAM Decision", "verdict": "Pass"}


def insert_by_client():
	client.insert(dict(FORGED))


def insert_with_flags():
	client.insert(FORGED | {"flags": {"kam_system": 1, "ignore_permissions": 1}})


def insert_many():
	client.insert_many(json.dumps([FORGED]))


def insert_by_rest():
	request_with({"verdict": "Pass"})
	v1.create_doc("KAM Decision")


def insert_by_form():
	savedocs(json.dumps(FORGED | {"__islocal": 1, "name": "new-kam-decision-1"}), "Save")


def insert_without_permissions():
	"""As a web form or an auto repeat would."""
	frappe.get_doc(FORGED).insert(ignore_permissions=True)


@pytest.mark.parametrize(
	"door",
	(
		insert_by_client,
		insert_with_flags,
		insert_many,
		insert_by_rest,
		insert_by_form,
		insert_without_permissions,
	),
)
def test_administrator_can_not_forge_one(door):
	before = frappe.db.count("KAM Decision")
	with pytest.raises(frappe.PermissionError):
		door()
	assert frappe.db.count("KAM Decision") == before


def test_a_copy_of_it_can_not_be_inserted(decision):
	with pytest.raises(frappe.PermissionError):
		frappe.copy_doc(decision).insert()


@pytest.mark.committing
@pytest.mark.parametrize("force", (False, True))
@pytest.mark.parametrize("merge", (False, True))
def test_it_can_not_be_renamed_or_merged(site, force, merge):
	decision, target = make_decision(), make_decision().name if merge else "other"
	with pytest.raises((frappe.ValidationError, frappe.PermissionError)):
		rename_doc("KAM Decision", decision.name, target, force=force, merge=merge)
	bulk_rename("KAM Decision", [[decision.name, "other"]])
	assert stored(decision)


def test_comments_may_be_added_and_leave_the_record_as_it_was(as_user, decision):
	before = stored(decision)
	user = make_user("KAM Manager")
	with as_user(user):
		add_comment("KAM Decision", decision.name, "Agreed on the phone", user, user)
	after = stored(decision)
	assert frappe.db.exists("Comment", {"reference_name": decision.name, "content": ("like", "%phone%")})
	assert {**after, "_comments": None, "modified": None} == {**before, "_comments": None, "modified": None}


def test_the_app_itself_may(decision):
	decision.flags.kam_system = True
	decision.verdict = "Blocked"
	decision.save(ignore_permissions=True)
	assert frappe.db.get_value("KAM Decision", decision.name, "verdict") == "Blocked"


@pytest.mark.parametrize("role", READERS)
def test_readers_read_and_nothing_else(as_user, decision, role):
	user = make_user(role)
	frappe.db.set_value("KAM Decision", decision.name, "decided_by", user)
	with as_user(user):
		assert frappe.get_list("KAM Decision", filters={"name": decision.name})
		for right in ("write", "create", "delete", "submit", "import"):
			assert not frappe.has_permission("KAM Decision", right)


def test_who_has_no_role_of_the_app_does_not_read_it(as_user, decision):
	with as_user(make_user("Sales User")), pytest.raises(frappe.PermissionError):
		frappe.get_list("KAM Decision", filters={"name": decision.name})


def test_deleting_a_companys_transactions_leaves_the_decisions_without_the_names(site):
	"""ERPNext gives the names again after it deleted the transactions."""
	decision = make_decision(reference_doctype="Sales Order", reference_name="SO-1")
	release_company_names(frappe._dict(company=company()))
	after = stored(decision)
	assert (after["reference_name"], after["former_reference_name"]) == (None, "SO-1")
	assert "KAM Decision" in frappe.get_hooks("company_data_to_be_ignored")
