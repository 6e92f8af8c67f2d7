"""Cost is read by managers, finance, directors and executives, and by nobody else through any window (R82)."""

import json

import frappe
import pytest
from erpnext.controllers.website_list_for_contact import get_transaction_list
from frappe.desk import reportview
from frappe.desk.query_report import run as run_report

from kam_extension.api import preview, request_exception
from kam_extension.exceptions import PolicyViolation
from tests.site import client_doors
from tests.site.cost_setup import COST, ENTITLED, FIGURES, SALES, make_order_with_cost
from tests.site.factories import (
	company,
	insert,
	make_item,
	make_key_account,
	make_policy,
	make_quotation,
	make_sales_order,
	make_user,
)


@pytest.fixture
def order():
	return make_order_with_cost()


@pytest.fixture
def seller():
	return make_user(*SALES)


class TestReading:
	@pytest.mark.parametrize("field", FIGURES)
	def test_lists_leave_it_out(self, as_user, order, seller, field):
		with as_user(seller):
			for fields in (["name", field], ["*"]):
				(row,) = frappe.client.get_list("Sales Order", fields=fields, filters={"name": order.name})
				assert field not in row
			assert field not in frappe.client.get_value("Sales Order", ["name", field], order.name)

	@pytest.mark.parametrize("fields", [["kam_unit_cost"], ["sum(kam_unit_cost) as total"]])
	def test_rows_leave_it_out(self, as_user, order, seller, fields):
		with as_user(seller):
			rows = frappe.client.get_list(
				"Sales Order Item",
				parent="Sales Order",
				fields=["name", *fields],
				filters={"parent": order.name},
			)
		assert rows and not any("kam_unit_cost" in row or "total" in row for row in rows)

	def test_documents_leave_it_out(self, as_user, order, seller):
		with as_user(seller):
			document = frappe.client.get("Sales Order", order.name)
			frappe.local.form_dict = frappe._dict()
			by_rest = frappe.api.v1.read_doc("Sales Order", order.name).as_dict()
		for found in (document, by_rest):
			assert found["name"] == order.name
			assert not any(found.get(field) for field in FIGURES)
			assert not found["items"][0].get("kam_unit_cost")
			assert found["items"][0]["kam_floor_rate"]

	@pytest.mark.parametrize("role", ENTITLED)
	def test_the_entitled_read_it(self, as_user, order, role):
		with as_user(make_user(role)):
			document = frappe.client.get("Sales Order", order.name)
		assert document["kam_actual_markup"] == order.kam_actual_markup
		assert document["items"][0]["kam_unit_cost"] == COST

	def test_report_view_and_export_leave_it_out(self, as_user, order, seller):
		fields = ["`tabSales Order`.`name`", "`tabSales Order`.`kam_actual_markup`"]
		fields += ["`tabSales Order Item`.`kam_unit_cost`"]
		form = {"doctype": "Sales Order", "fields": json.dumps(fields), "view": "Report"}
		form |= {"filters": json.dumps([["Sales Order", "name", "=", order.name]])}
		with as_user(seller):
			frappe.local.form_dict = frappe._dict(form)
			assert reportview.get()["keys"] == ["name"]
		with as_user(make_user(*SALES, "Sales Manager")):
			file_format = {"file_format_type": "CSV", "title": "Orders", "export_in_background": 0}
			frappe.local.form_dict = frappe._dict(form | file_format)
			reportview.export_query()
		exported = frappe.response["filecontent"]
		exported = exported.decode() if isinstance(exported, bytes) else exported
		assert order.name in exported
		assert str(COST) not in exported and "94.8" not in exported

	@pytest.mark.parametrize("print_format", [None, "Standard"])
	def test_print_leaves_it_out(self, as_user, order, print_format):
		"""For everybody: the paper goes to the customer."""
		with as_user(make_user(*SALES, "KAM Executive")):
			page = frappe.get_print("Sales Order", order.name, print_format)
		assert order.items[0].item_name in page
		for secret in (str(COST), "94.8", "Markup", "Unit Cost", "Lowest", "Key Account"):
			assert secret not in page

	def test_links_and_global_search_tell_nothing(self, as_user, order, seller):
		from frappe.desk.search import search_widget
		from frappe.utils.global_search import search

		with as_user(seller):
			found = search_widget("Sales Order", order.name, as_dict=True)
			found_globally = search(order.name)
		assert str(COST) not in json.dumps([found, found_globally], default=str)

	def test_history_holds_none(self, order):
		order.items[0].rate = 180
		order._save(ignore_version=False)
		data = frappe.get_last_doc("Version", {"docname": order.name}).data
		assert "net_total" in data
		assert not any(field in data for field in (*FIGURES, "kam_unit_cost"))

	def test_customers_have_no_window(self, as_user, order):
		order.submit()
		decision = frappe.db.get_value("KAM Decision", {"reference_name": order.name})
		website_user = make_user("Customer", user_type="Website User")
		customer = frappe.get_doc("Customer", order.customer)
		customer.append("portal_users", {"user": website_user})
		customer.save()
		with as_user(website_user):
			assert not frappe.has_permission("KAM Decision", doc=decision)
			with pytest.raises(frappe.PermissionError):
				frappe.get_list("Sales Order", fields=["name", *FIGURES])
			(row,) = get_transaction_list("Sales Order", "", [], 0, 20)
			page = frappe.get_print("Sales Order", row.name, doc=row)
		assert str(COST) not in page and "94.8" not in page


class TestOwnDocuments:
	def test_decisions_are_not_for_sales(self, as_user, order, seller):
		order.submit()
		name = frappe.db.get_value("KAM Decision", {"reference_name": order.name})
		with as_user(seller):
			document = frappe.get_doc("KAM Decision", name)
			visible = document.has_permission("read")
			document.apply_fieldlevel_read_permissions()
		assert not visible or str(COST) not in json.dumps(document.as_dict(), default=str)

	def test_exceptions_show_selling_prices_only(self, as_user, order):
		order.items[0].rate = 110
		order.save()
		with as_user(make_user(*SALES, "Sales Manager")):
			name = request_exception("Sales Order", order.name, "Please")
			shown = json.dumps(frappe.client.get("Price Exception", name), default=str)
		assert str(COST) not in shown and 'excess_points": 7' not in shown

	def test_margin_points_are_values_of_cost(self, as_user, seller):
		account = make_key_account(account_manager=seller)
		criteria = [
			{
				"metric": metric,
				"higher_is_better": 1,
				"points_4": 3,
				"points_3": 2,
				"points_2": 1,
				"weight": 1,
			}
			for metric in ("gross_margin", "strategic_influence")
		]
		make_policy(criteria=criteria)
		review = insert("Tier Review", key_account=account.name, proposed_tier="B", reason="Better")
		row = review.points[0]
		assert row.metric == "gross_margin"
		row.db_set("value", 4242)
		review.points[1].db_set("value", 3)
		with as_user(seller):
			document = frappe.get_doc("Tier Review", review.name)
			document.run_method("onload")
			document.apply_fieldlevel_read_permissions()
			shown = document.as_dict()
			rows = frappe.client.get_list(
				"Tier Review Point",
				parent="Tier Review",
				fields=["metric", "value"],
				filters={"parent": review.name},
			)
		assert "4242" not in json.dumps(shown, default=str)
		assert shown["__onload"]["values"] == {"strategic_influence": 3}
		assert rows and not any("value" in row for row in rows)
		with as_user(make_user("KAM Manager")):
			assert frappe.client.get("Tier Review", review.name)["points"][0]["value"] == 4242

	@pytest.mark.parametrize("report", ["Key Account Directory", "Rebate Statement"])
	def test_reports_have_none(self, as_user, order, seller, report):
		with as_user(make_user(*SALES, "Accounts User")):
			result = run_report(report, filters={"company": company()}, ignore_prepared_report=True)
		names = {column["fieldname"] for column in result["columns"]}
		assert names and not any("cost" in name or "margin" in name or "markup" in name for name in names)


class TestSalesRefused:
	@pytest.mark.parametrize("show", [0, 1])
	def test_messages_and_preview_tell_cost_only_where_the_policy_says_so(self, as_user, seller, show):
		make_policy(margin_action="Block", price_action="Off", credit_action="Off", show_cost_to_sales=show)
		item = make_item(cost=COST, list_price=200)
		account = make_key_account()
		with as_user(seller):
			order = make_sales_order(account.customer, [(item.name, 1, 100)])
			with pytest.raises(PolicyViolation) as refused:
				order.submit()
			shown = preview(order.as_dict())
		assert ("cost" in shown) == bool(show)
		assert ("97.53" in str(refused.value)) == bool(show)
		assert "117.04" in str(refused.value)

	def test_a_quotation_by_rest_shows_none_either(self, as_user, seller):
		make_policy(margin_action="Block", price_action="Off", credit_action="Off")
		item = make_item(cost=COST, list_price=200)
		account = make_key_account()
		with as_user(seller):
			quotation = make_quotation(account.customer, [(item.name, 1, 190)])
			client_doors.put("Quotation", quotation.name, {"terms": "Thanks"})
			document = frappe.client.get("Quotation", quotation.name)
		assert not any(document.get(field) for field in FIGURES)
