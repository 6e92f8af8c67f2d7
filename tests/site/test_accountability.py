"""Accountability cases: facts, hearing, approval by other eyes, confidential, nothing undone (R80; S0 articles 10, 11)."""

import frappe
import pytest

from tests.site.factories import insert, make_department, make_key_account, make_user
from tests.site.risk_setup import make_risk_report

STATEMENT = "The customer's letter reached me a week late"


@pytest.fixture
def people(site) -> dict[str, str]:
	roles = {"manager": "KAM Manager", "executive": "KAM Executive", "seller": "KAM User"}
	return {name: make_user(role) for name, role in roles.items()}


@pytest.fixture
def account(people):
	return make_key_account(account_manager=people["seller"], responsible_unit=make_department().name)


def make_case(account, person: str, **fields):
	values = {
		"key_account": account.name,
		"person_concerned": person,
		"responsible_unit": account.responsible_unit,
		"violation": "Warning Not Raised in Time",
		"facts": "<p>The bank's letter of 3 March was not passed on.</p>",
		"measure_warning": 1,
	}
	return insert("Accountability Case", **values | fields)


@pytest.fixture
def case(account, people, as_user):
	with as_user(people["manager"]):
		return make_case(account, people["seller"])


@pytest.fixture
def heard(case, people, as_user):
	with as_user(people["manager"]):
		case.open_hearing()
	with as_user(people["seller"]):
		stored(case).give_statement(STATEMENT)
	return stored(case)


@pytest.fixture
def approved(heard, people, as_user):
	with as_user(people["executive"]):
		return stored(heard).submit()


def stored(case):
	return frappe.get_doc("Accountability Case", case.name)


def seen_by(user: str, case, as_user) -> tuple[bool, bool]:
	"""Whether a user finds the case in lists, and may open it."""
	with as_user(user):
		try:
			listed = bool(frappe.get_list("Accountability Case", {"name": case.name}))
		except frappe.PermissionError:
			listed = False
		return listed, bool(stored(case).has_permission("read"))


class TestWay:
	def test_from_facts_by_a_hearing_to_approval(self, approved, people):
		case = stored(approved)
		assert (case.status, case.statement, case.heard_by) == ("Approved", STATEMENT, people["seller"])
		assert (case.approved_by, case.docstatus) == (people["executive"], 1)

	def test_nobody_is_punished_unheard(self, case, people, as_user):
		with as_user(people["executive"]), pytest.raises(frappe.ValidationError, match="has not been heard"):
			stored(case).submit()

	def test_a_hearing_can_not_be_forged(self, case, people, as_user):
		with as_user(people["executive"]):
			forged = stored(case)
			forged.update({"status": "Heard", "heard_on": frappe.utils.nowdate(), "statement": "Yes"})
			with pytest.raises(frappe.ValidationError, match="has not been heard"):
				forged.submit()

	def test_a_manager_writes_down_what_was_said(self, case, people, as_user):
		with as_user(people["manager"]):
			case.open_hearing()
			stored(case).give_statement(STATEMENT)
		assert stored(case).heard_by == people["manager"]

	def test_not_any_colleague(self, case, people, as_user):
		with as_user(people["manager"]):
			case.open_hearing()
		with as_user(make_user("KAM User")), pytest.raises(frappe.PermissionError):
			stored(case).give_statement(STATEMENT)

	def test_a_statement_is_given_once(self, heard, people, as_user):
		with as_user(people["seller"]), pytest.raises(frappe.ValidationError, match="can't be done"):
			heard.give_statement("Something else")

	def test_after_the_hearing_the_terms_stand(self, heard, people, as_user):
		with as_user(people["manager"]), pytest.raises(frappe.PermissionError, match="has been heard"):
			stored(heard).update({"measure_no_awards": 1}).save()

	def test_rejecting(self, heard, people, as_user):
		with as_user(people["executive"]):
			heard.reject("The letter was addressed to finance")
			assert stored(heard).status == "Rejected"
			with pytest.raises(frappe.ValidationError):
				stored(heard).submit()

	def test_who_is_told(self, approved, people):
		filters = {"document_name": approved.name}
		told = frappe.get_all("Notification Log", filters, ["for_user", "subject"])
		assert {people["seller"], people["manager"]} <= {row.for_user for row in told}
		assert not any("bank" in row.subject for row in told)


class TestApproval:
	@pytest.mark.parametrize("role", ["KAM Manager", "KAM Director", "KAM Finance", "KAM User"])
	def test_by_executives_only(self, heard, as_user, role):
		with as_user(make_user(role)), pytest.raises(frappe.PermissionError):
			stored(heard).submit()

	def test_not_by_its_author(self, account, people, as_user):
		with as_user(people["executive"]):
			case = make_case(account, people["seller"])
			case.open_hearing()
			stored(case).give_statement(STATEMENT)
			with pytest.raises(frappe.PermissionError, match="Another executive"):
				stored(case).submit()

	def test_not_by_the_person_concerned(self, account, people, as_user):
		with as_user(people["manager"]):
			case = make_case(account, people["executive"])
			case.open_hearing()
			stored(case).give_statement(STATEMENT)
		with as_user(people["executive"]), pytest.raises(frappe.PermissionError):
			stored(case).submit()

	def test_not_past_validation(self, case, people, as_user):
		with as_user(people["executive"]):
			forced = stored(case)
			forced.flags.ignore_validate = True
			with pytest.raises(frappe.PermissionError):
				forced.submit()


class TestRecord:
	def test_an_approved_case_is_neither_cancelled_nor_deleted(self, approved):
		with pytest.raises(frappe.PermissionError, match="stays on record"):
			stored(approved).cancel()
		with pytest.raises(frappe.ValidationError):
			frappe.delete_doc("Accountability Case", approved.name)
		assert stored(approved).docstatus == 1

	def test_nor_changed(self, approved):
		case = stored(approved)
		case.facts = "<p>Nothing happened</p>"
		with pytest.raises(frappe.PermissionError, match="has been heard"):
			case.save()
		case = stored(approved)
		case.update({"status": "Rejected", "approved_by": "Guest"}).save()
		assert stored(approved).status == "Approved"

	def test_its_measure_may_be_revoked_with_a_reason(self, approved, people, as_user):
		with as_user(people["executive"]):
			with pytest.raises(frappe.MandatoryError):
				stored(approved).revoke(" ")
			stored(approved).revoke("The letter has been found")
		case = stored(approved)
		assert (case.status, case.revocation_reason, case.docstatus) == (
			"Revoked",
			"The letter has been found",
			1,
		)

	def test_a_draft_goes_one_in_hearing_stays(self, case):
		heard = make_case(frappe.get_doc("Key Account", case.key_account), case.person_concerned)
		heard.open_hearing()
		with pytest.raises(frappe.PermissionError, match="stays on record"):
			stored(heard).delete()
		stored(case).delete()
		assert not frappe.db.exists("Accountability Case", case.name)


class TestConfidential:
	def test_the_person_concerned_sees_it_from_the_hearing_on(self, case, people, as_user):
		seller = people["seller"]
		assert seen_by(seller, case, as_user) == (False, False)
		with as_user(people["manager"]):
			case.open_hearing()
		assert seen_by(seller, case, as_user) == (True, True)
		with as_user(seller), pytest.raises(frappe.PermissionError):
			stored(case).update({"facts": "<p>Nothing</p>"}).save()

	def test_a_manager_who_is_concerned_too(self, account, people, as_user):
		other = make_user("KAM Manager")
		with as_user(people["manager"]):
			case = make_case(account, other)
		assert seen_by(other, case, as_user) == (False, False)
		with as_user(people["manager"]):
			case.open_hearing()
		assert seen_by(other, case, as_user) == (True, True)
		with as_user(other), pytest.raises(frappe.PermissionError):
			stored(case).update({"measure_warning": 0, "measure_other": "None"}).save()

	@pytest.mark.parametrize("roles", [["KAM User"], ["KAM Finance"], ["Sales User"]])
	def test_others_never(self, approved, account, as_user, roles):
		colleague = make_user(*roles)
		account.append("team", {"user": colleague, "function": "Sales"})
		account.save()
		assert seen_by(colleague, approved, as_user) == (False, False)

	@pytest.mark.parametrize("role", ["KAM Manager", "KAM Director", "KAM Executive"])
	def test_managers_and_above(self, case, as_user, role):
		assert seen_by(make_user(role), case, as_user) == (True, True)


class TestCase:
	def test_a_measure_and_facts_are_needed(self, account, people):
		with pytest.raises(frappe.ValidationError, match="at least one measure"):
			make_case(account, people["seller"], measure_warning=0)
		with pytest.raises(frappe.MandatoryError, match="Facts"):
			make_case(account, people["seller"], facts="<p> </p>")

	def test_the_reason_is_about_the_same_account(self, account, people):
		own, others = make_risk_report(account, "High"), make_risk_report(make_key_account(), "High")
		reason = {"reference_doctype": "Risk Report"}
		assert make_case(account, people["seller"], **reason, reference_name=own.name).name
		with pytest.raises(frappe.ValidationError, match="not about this key account"):
			make_case(account, people["seller"], **reason, reference_name=others.name)
