"""Members of sales see own and team accounts only, and what belongs to them (R68)."""

import frappe
import pytest
from frappe import client
from frappe.desk import query_report, reportview
from frappe.desk.search import search_link
from frappe.utils import add_months, nowdate

from kam_extension import hooks
from kam_extension.integration.receivables import statement_desk
from tests.site.factories import (
	company,
	insert,
	make_customer,
	make_department,
	make_item,
	make_key_account,
	make_policy,
	make_sales_invoice,
	make_sales_order,
	make_user,
	make_visit_log,
	unique,
)
from tests.site.visibility_setup import (
	ALL_ACCOUNTS,
	TEAMS,
	give_unit,
	make_foreign_account,
	put_record,
	put_row,
	records,
)

RECORDS = hooks.kam_account_records[1:]
STRICTER = {"Accountability Case"}
"""Those with a rule of their own for managers as well (test of its own)."""
_FORM = "kam_extension.kam_extension.doctype.key_account.key_account"
CALLS = [f"{_FORM}.{name}" for name in ("tier_timeline", "overview", "health")]
"""What the form of an account asks for."""
BESIDE = ((), ("Sales User",), ("Accounts User", "Sales Manager"))


@pytest.fixture
def user():
	return make_user("KAM User")


def is_for_sales(doctype: str) -> bool:
	"""Whether KAM Users read any of these at all."""
	rule = {"parent": doctype, "role": "KAM User", "permlevel": 0, "read": 1}
	return bool(frappe.db.exists("DocPerm", rule))


def names_of(doctype: str) -> set[str]:
	return set(frappe.get_list(doctype, pluck="name", limit_page_length=0))


def may(doctype: str, name: str, right: str = "read") -> bool:
	return bool(frappe.has_permission(doctype, right, doc=name))


def as_request(**values) -> None:
	frappe.local.form_dict = frappe._dict(values)


class TestEveryRecord:
	@pytest.mark.parametrize("doctype", RECORDS)
	def test_a_member_of_sales(self, as_user, user, doctype):
		own, foreign = make_key_account(account_manager=user), make_foreign_account()
		mine, others = put_record(doctype, own.name), put_record(doctype, foreign.name)
		with as_user(user):
			if not is_for_sales(doctype):
				assert not may(doctype, mine)
				return
			assert mine in names_of(doctype)
			assert others not in names_of(doctype)
			assert client.get_count(doctype, {"name": ("in", [mine, others])}) == 1
			assert [row["value"] for row in search_link(doctype, "T-", page_length=10**4)].count(others) == 0
			assert may(doctype, mine)
			for right in ("read", "write", "print", "email", "export", "submit", "share"):
				assert not may(doctype, others, right), right

	@pytest.mark.parametrize("role", ALL_ACCOUNTS)
	@pytest.mark.parametrize("beside", [(), ("KAM User",)])
	def test_those_who_see_all(self, as_user, role, beside):
		account = make_foreign_account()
		stored = {doctype: put_record(doctype, account.name) for doctype in RECORDS}
		with as_user(make_user(role, *beside)):
			assert account.name in names_of("Key Account")
			for doctype, name in stored.items():
				if doctype not in STRICTER and frappe.has_permission(doctype, "read"):
					assert name in names_of(doctype), doctype
					assert may(doctype, name), doctype

	@pytest.mark.parametrize("doctype", RECORDS)
	def test_nobody_without_a_role(self, as_user, doctype):
		name = put_record(doctype, make_foreign_account().name)
		with as_user(make_user("Sales User", "Accounts Manager")):
			assert not may(doctype, name)
			with pytest.raises(frappe.PermissionError):
				frappe.get_list(doctype)


class TestTheAccountItself:
	@pytest.mark.parametrize("beside", BESIDE, ids=str)
	@pytest.mark.parametrize("place", [*TEAMS, "unit", "nobody"])
	def test_by_place_in_the_team(self, as_user, place, beside):
		user = make_user("KAM User", *beside)
		units = {"units": [{"unit": make_department().name, "manager": user}]}
		fields = TEAMS[place](user) if place in TEAMS else units if place == "unit" else {}
		account = make_foreign_account(**fields)
		with as_user(user):
			assert (account.name in names_of("Key Account")) == (place != "nobody")
			assert may("Key Account", account.name) == (place != "nobody")

	def test_who_loses_the_account_loses_sight_of_it_and_of_what_belongs_to_it(self, as_user, user):
		account = make_key_account(account_manager=user)
		with as_user(user):
			visit = make_visit_log(account.name)
		account.account_manager = "Administrator"
		account.save()
		with as_user(user):
			assert not may("Key Account", account.name)
			assert not may("Visit Log", visit.name)
			assert visit.name not in names_of("Visit Log")

	def test_nobody_writes_himself_into_a_team(self, as_user, user):
		account = make_foreign_account()
		with as_user(user):
			forged = account.as_dict() | {"account_manager": user, "background": "Mine"}
			with pytest.raises(frappe.PermissionError):
				client.save(forged)
		assert not frappe.db.get_value("Key Account", account.name, "background")

	def test_a_new_file_is_made_by_anybody_in_sales(self, as_user, user):
		customer = make_customer().name
		with as_user(user):
			assert may("Key Account", make_key_account(customer, account_manager=user).name, "write")

	def test_a_record_is_not_moved_onto_an_own_account(self, as_user, user):
		own, foreign = make_key_account(account_manager=user), make_foreign_account()
		visit = make_visit_log(foreign.name)
		with as_user(user), pytest.raises(frappe.PermissionError):
			client.save(visit.as_dict() | {"key_account": own.name})

	def test_no_record_is_made_on_an_account_of_others(self, as_user, user):
		account = make_foreign_account()
		with as_user(user), pytest.raises(frappe.PermissionError):
			make_visit_log(account.name)

	def test_the_refusal_says_why(self, as_user, user):
		account = make_foreign_account()
		with as_user(user), pytest.raises(frappe.PermissionError):
			frappe.get_doc("Key Account", account.name).check_permission("read")
		with as_user(user):
			frappe.clear_messages()
			with pytest.raises(frappe.PermissionError):
				frappe.has_permission("Key Account", "read", doc=account.name, throw=True)
			assert "accounts that you manage" in str(frappe.get_message_log())


class TestSharedAndAnswered:
	@pytest.mark.parametrize("doctype", ["Key Account", "Visit Log"])
	def test_what_is_shared_is_seen(self, as_user, user, doctype):
		account = make_foreign_account()
		name = account.name if doctype == "Key Account" else make_visit_log(account.name).name
		frappe.share.add(doctype, name, user)
		with as_user(user):
			assert may(doctype, name)
			assert name in names_of(doctype)
			assert not may(doctype, name, "write")

	def test_what_is_assigned_is_seen(self, as_user, user):
		from frappe.desk.form import assign_to

		visit = make_visit_log(make_foreign_account().name)
		assign_to.add({"doctype": "Visit Log", "name": visit.name, "assign_to": [user]})
		with as_user(user):
			assert visit.name in names_of("Visit Log")
			assert may("Visit Log", visit.name)

	@pytest.mark.parametrize(
		("doctype", "field"),
		[
			("Access Request", "requested_by"),
			("KAM Decision", "decided_by"),
			("Price Exception", "requested_by"),
		],
	)
	def test_who_asked_sees_his_paper(self, as_user, user, doctype, field):
		account = make_foreign_account()
		mine = put_record(doctype, account.name, **{field: user})
		others = put_record(doctype, account.name)
		with as_user(user):
			assert mine in names_of(doctype) and others not in names_of(doctype)
			assert may(doctype, mine) and not may(doctype, others)

	def test_an_unshared_account_is_not_shared_by_others(self, as_user, user):
		account = make_foreign_account()
		with as_user(user), pytest.raises(frappe.PermissionError):
			frappe.share.add("Key Account", account.name, user)


class TestProspects:
	def register(self, unit):
		return insert("Prospect Registration", prospect_name=unique("Prospect"), unit=unit)

	def test_own_and_the_units_are_seen(self, as_user, user):
		unit, other = make_department().name, make_department().name
		give_unit(user, unit)
		of_unit, of_other = self.register(unit), self.register(other)
		with as_user(user):
			own = self.register(other)
			assert {own.name, of_unit.name} <= names_of("Prospect Registration")
			assert of_other.name not in names_of("Prospect Registration")
			assert may("Prospect Registration", of_unit.name)
			assert not may("Prospect Registration", of_other.name)


class TestRows:
	"""Frappe lists rows of a table by the right to the parent's DocType alone."""

	@pytest.mark.parametrize(
		("table", "parent", "field"),
		[
			("Key Account Team Member", "Key Account", "team"),
			("Visit Log Need", "Visit Log", "needs"),
			("Rebate Request Receipt", "Rebate Request", "receipts"),
		],
	)
	def test_rows_follow_their_document(self, as_user, user, table, parent, field):
		accounts = (make_key_account(account_manager=user).name, make_foreign_account().name)
		parents = [name if parent == "Key Account" else put_record(parent, name) for name in accounts]
		mine, others = (put_row(table, parent, name, field) for name in parents)
		with as_user(user):
			found = {row.name for row in client.get_list(table, parent=parent, limit_page_length=0)}
			assert mine in found and others not in found
			with pytest.raises(frappe.PermissionError):
				client.get(table, filters={"parent": parents[1]}, parent=parent)
			assert client.get(table, filters={"parent": parents[0]}, parent=parent)["name"] == mine

	@pytest.mark.parametrize("parent", ["Key Account", *RECORDS])
	def test_every_table_of_a_record(self, as_user, user, parent):
		foreign = make_foreign_account().name
		name = foreign if parent == "Key Account" else put_record(parent, foreign)
		for field in frappe.get_meta(parent).get_table_fields():
			row = put_row(field.options, parent, name, field.fieldname)
			assert frappe.db.exists(field.options, row)
			with as_user(user):
				rows = frappe.get_list(
					field.options, parent_doctype=parent, pluck="name", limit_page_length=0
				)
			assert row not in rows, field.options


class TestReportView:
	def test_list_export_and_groups(self, as_user, user):
		mine, others = make_key_account(account_manager=user), make_foreign_account()
		with as_user(user):
			as_request(
				doctype="Key Account",
				fields='["`tabKey Account`.`name`"]',
				filters="[]",
				page_length="1000",
				start="0",
			)
			found = {row[0] for row in reportview.get()["values"]}
			assert found == {mine.name}
			as_request(
				doctype="Key Account",
				fields='["`tabKey Account`.`name`"]',
				filters="[]",
				file_format_type="CSV",
				title="Key Account",
			)
			reportview.export_query()
			assert mine.name in str(frappe.response["filecontent"])
			assert others.name not in str(frappe.response["filecontent"])

	def test_number_card(self, as_user, user):
		from frappe.desk.doctype.number_card.number_card import get_result

		make_key_account(account_manager=user)
		make_foreign_account()
		card = frappe.get_doc("Number Card", "Active Key Accounts").as_dict()
		with as_user(user):
			assert get_result(card, "[]") == 1
		assert get_result(card, "[]") > 1

	def test_linked_documents(self, as_user, user):
		from frappe.desk.form.linked_with import get

		own = make_key_account(account_manager=user)
		hidden = make_foreign_account(parent_key_account=own.name)
		with as_user(user):
			assert hidden.name not in frappe.as_json(get("Key Account", own.name))
		assert hidden.name in frappe.as_json(get("Key Account", own.name))


class TestRequests:
	def test_rebates_still_need_their_approval_to_be_printed(self, user):
		"""Two hooks of one DocType: neither answers for the other."""
		own = make_key_account(account_manager=user)
		draft = put_record("Rebate Agreement", own.name, docstatus=0)
		approved = put_record("Rebate Agreement", own.name, docstatus=1)
		foreign = put_record("Rebate Agreement", make_foreign_account().name, docstatus=1)
		document = {name: frappe.get_doc("Rebate Agreement", name) for name in (draft, approved, foreign)}
		allowed = [
			name
			for name in document
			if frappe.has_permission("Rebate Agreement", "print", document[name], user)
		]
		assert allowed == [approved]

	def test_asking_for_access_is_open_to_all_sales(self, as_user, user):
		account, unit = make_foreign_account(), make_department().name
		with as_user(user):
			request = insert(
				"Access Request",
				key_account=account.name,
				unit=unit,
				valid_until=add_months(nowdate(), 1),
				reason="Joint bid",
			)
			assert may("Access Request", request.name, "write")
			assert not may("Key Account", account.name)


class TestReportsAndCalls:
	FILTERS = ("report_date", "to_date", "as_of", "month")

	def reports(self) -> list[str]:
		ours = frappe.get_all("Report", {"module": "KAM Extension"}, pluck="name")
		roles = {"parenttype": "Report", "parent": ("in", ours), "role": "KAM User"}
		return frappe.get_all("Has Role", roles, pluck="parent")

	def test_no_report_tells_of_an_account_of_others(self, as_user, user):
		"""Reports of orders and invoices by the switch, the others without it."""
		frappe.db.set_single_value("KAM Settings", "limit_selling_documents", 1)
		make_policy(credit_action="Off")
		own, foreign = make_key_account(account_manager=user), make_foreign_account(tier="B")
		item = make_item(cost=1, list_price=10, is_stock_item=1).name
		long_ago = add_months(nowdate(), -4)
		for account in (own, foreign):
			make_sales_order(account.customer, [(item, 1, 10)], submit=True, delivery_date=nowdate())
			make_sales_invoice(account.customer, [(item, 1, 10)], submit=True, posting_date=long_ago)
			make_visit_log(account.name)
			put_record("Rebate Agreement", account.name, docstatus=1)
		filters = {"company": company(), "from_date": long_ago, "year": nowdate()[:4]}
		filters |= dict.fromkeys(self.FILTERS, nowdate())
		told = {}
		with as_user(user):
			for report in self.reports():
				told[report] = frappe.as_json(query_report.run(report, filters=dict(filters))["result"])
		assert len(told) > 3
		for report, text in told.items():
			assert foreign.name not in text and foreign.customer not in text, report
		assert own.name in told["Key Account Directory"]
		assert own.customer in told["Delivery Work List"]
		assert own.name in told["Collections Work List"]

	@pytest.mark.parametrize("call", CALLS)
	def test_no_call_tells_of_it(self, as_user, user, call):
		foreign = make_foreign_account()
		with as_user(user), pytest.raises(frappe.PermissionError):
			frappe.get_attr(call)(foreign.name)

	def test_no_statement_of_it(self, as_user, user):
		foreign = make_foreign_account()
		with as_user(user), pytest.raises(frappe.PermissionError):
			statement_desk.page(foreign.name, company(), nowdate(), nowdate())


def test_every_record_of_ours_is_covered():
	"""A DocType of ours with a link to Key Account has to be in `_account_records` of hooks.py."""
	linked = set(
		frappe.get_all(
			"DocField",
			{
				"fieldtype": "Link",
				"options": "Key Account",
				"fieldname": "key_account",
				"parenttype": "DocType",
			},
			pluck="parent",
		)
	)
	ours = set(frappe.get_all("DocType", {"module": "KAM Extension", "istable": 0}, pluck="name"))
	assert linked & ours == set(records())
