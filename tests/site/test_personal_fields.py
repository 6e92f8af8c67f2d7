"""Birthday and preferences of stakeholders are for the team and for managers, whichever way they are asked for (R8)."""

import frappe
import pytest
from frappe.desk.form.load import getdoc

from kam_extension.integration.security.personal_requests import refuse_questions_about_persons
from tests.site.factories import insert, make_key_account, make_user

SECRET = "Collects stamps of 1949"


@pytest.fixture
def account(site):
	stakeholder = {"full_name": "Li Na", "birthday": "1980-05-01", "preferences": SECRET}
	return make_key_account(stakeholders=[stakeholder])


@pytest.fixture
def finance(site) -> str:
	"""Reads every account and belongs to none."""
	return make_user("KAM Finance")


def history(account) -> str:
	versions = frappe.get_all(
		"Version", {"ref_doctype": "Key Account", "docname": account.name}, pluck="data"
	)
	return " ".join(versions)


class TestHistory:
	def test_a_change_of_them_leaves_no_trace(self, account):
		document = frappe.get_doc("Key Account", account.name)
		document.stakeholders[0].update({"preferences": "Tea", "job_title": "Director"})
		document.save(ignore_version=False)
		assert SECRET not in history(account) and "Tea" not in history(account)
		assert "Director" in history(account)

	def test_nor_does_a_row_that_comes_or_goes(self, account):
		document = frappe.get_doc("Key Account", account.name)
		document.append("stakeholders", {"full_name": "Wang Fang", "preferences": "Golf"})
		document.save(ignore_version=False)
		document.set("stakeholders", [])
		document.save(ignore_version=False)
		assert "Golf" not in history(account) and SECRET not in history(account)
		assert "Wang Fang" in history(account)


class TestReaders:
	def test_the_form(self, account, finance, as_user):
		with as_user(finance):
			getdoc("Key Account", account.name)
			[row] = frappe.response.docs[-1].as_dict().stakeholders
		assert (row.full_name, row.get("preferences"), row.get("birthday")) == ("Li Na", None, None)

	def test_a_list_of_rows(self, account, finance, as_user):
		fields = ["`tabKey Account Stakeholder`.`full_name`", "`tabKey Account Stakeholder`.`preferences`"]
		with as_user(finance):
			rows = frappe.get_list("Key Account", filters={"name": account.name}, fields=fields)
		assert SECRET not in str(rows)

	@pytest.mark.parametrize(
		"print_format", ["Standard", "Key Account Related Persons", "Key Account Information Card"]
	)
	def test_a_paper(self, account, finance, as_user, print_format):
		with as_user(finance):
			paper = frappe.get_print("Key Account", account.name, print_format, no_letterhead=1)
		assert "Li Na" in paper
		assert SECRET not in paper

	def test_the_team_has_them(self, account, as_user):
		user = make_user("KAM User")
		frappe.db.set_value("Key Account", account.name, "account_manager", user)
		with as_user(user):
			paper = frappe.get_print(
				"Key Account", account.name, "Key Account Related Persons", no_letterhead=1
			)
		assert SECRET in paper

	def test_a_manager_has_them(self, account, as_user):
		with as_user(make_user("KAM Manager")):
			paper = frappe.get_print(
				"Key Account", account.name, "Key Account Related Persons", no_letterhead=1
			)
		assert SECRET in paper


def test_the_paper_knows_how_to_reach_them(site):
	contact = insert("Contact", first_name="Li", phone_nos=[{"phone": "+86 21 5555", "is_primary_phone": 1}])
	account = make_key_account(stakeholders=[{"full_name": "Li Na", "contact": contact.name}])
	paper = frappe.get_print("Key Account", account.name, "Key Account Related Persons", no_letterhead=1)
	assert "+86 21 5555" in paper


QUESTIONS = {
	"list": (
		"frappe.client.get_list",
		{"filters": [["Key Account Stakeholder", "preferences", "like", "%stamps%"]]},
	),
	"count": (
		"frappe.client.get_count",
		{"filters": [["Key Account Stakeholder", "birthday", ">", "1970-01-01"]]},
	),
	"sort": (
		"frappe.desk.reportview.get",
		{"fields": ["name"], "order_by": "`tabKey Account Stakeholder`.`birthday`"},
	),
	"builder": ("frappe.desk.reportview.get", {"fields": ["`tabKey Account Stakeholder`.`preferences`"]}),
	"export": (
		"frappe.core.doctype.data_import.data_import.download_template",
		{"export_fields": {"stakeholders": ["preferences"]}, "export_records": "all", "file_type": "CSV"},
	),
	"export of everything": (
		"frappe.core.doctype.data_import.data_import.download_template",
		{"export_fields": "All", "export_records": "all", "file_type": "CSV"},
	),
}


def ask(method: str, arguments: dict) -> None:
	"""The hook as Frappe calls it before the method runs."""
	given = {
		key: value if isinstance(value, str) else frappe.as_json(value) for key, value in arguments.items()
	}
	frappe.local.form_dict = frappe._dict(given, cmd=method, doctype="Key Account")
	refuse_questions_about_persons()


@pytest.mark.parametrize("question", QUESTIONS)
class TestQuestions:
	def test_finance_gets_no_answer(self, account, finance, as_user, question):
		with as_user(finance), pytest.raises(frappe.PermissionError, match="Birthday and preferences"):
			ask(*QUESTIONS[question])

	@pytest.mark.parametrize("role", ["KAM User", "KAM Manager"])
	def test_those_entitled_ask_freely(self, account, as_user, question, role):
		with as_user(make_user(role)):
			ask(*QUESTIONS[question])


@pytest.mark.parametrize(
	("method", "arguments"),
	[
		("frappe.client.get_list", {"filters": {"customer_name": "preferences & co"}, "doctype": "Contact"}),
		("frappe.desk.reportview.get", {"fields": ["name", "tier"], "filters": [["tier", "=", "A"]]}),
		(
			"frappe.desk.form.save.savedocs",
			{"doc": {"doctype": "Key Account", "stakeholders": [{"birthday": None}]}},
		),
	],
)
def test_other_questions_are_not_hindered(finance, as_user, method, arguments):
	given = {"doctype": "Key Account"} | {
		key: value if isinstance(value, str) else frappe.as_json(value) for key, value in arguments.items()
	}
	frappe.local.form_dict = frappe._dict(given, cmd=method)
	with as_user(finance):
		assert refuse_questions_about_persons() is None
