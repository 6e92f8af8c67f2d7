"""Requests that ask for cost past the field permissions, and answers that hold it (R82)."""

import json

import frappe
import pytest

from kam_extension.integration.security.cost_requests import refuse_questions_about_cost, remove_cost
from tests.site.cost_setup import COST, ENTITLED, FIGURES, SALES, make_order_with_cost
from tests.site.factories import (
	make_user,
)
from tests.site.web import ask_site, give_keys


@pytest.fixture
def order():
	return make_order_with_cost()


@pytest.fixture
def seller():
	return make_user(*SALES)


def asking(**form) -> None:
	"""The request as it comes in, before any method is called."""
	frappe.local.form_dict = frappe._dict(form)
	refuse_questions_about_cost()


class TestQuestions:
	"""Frappe answers a filter on a field that the reader may not see: by trial it tells the value."""

	QUESTIONS = (
		{"filters": json.dumps([["kam_actual_markup", ">", 1]])},
		{"filters": json.dumps({"kam_actual_markup": [">", 1]})},
		{"filters": {"KAM_Actual_Markup": 1}},
		{"filters": json.dumps([["Sales Order Item", "kam_unit_cost", "=", COST]])},
		{"filters": r'[["kam\u005factual_markup", ">", 1]]'},
		{"or_filters": json.dumps([["kam_net_markup", ">", 1]])},
		{"order_by": "`tabSales Order`.`kam_actual_markup` desc"},
		{"group_by": "kam_required_markup"},
		{"field": "kam_actual_markup", "current_filters": "[]"},
		{"searchfield": "kam_rebate_rate"},
		{"aggregate_function": "sum", "aggregate_on_field": "kam_unit_cost"},
		{"fields": json.dumps(["`net_total`*`kam_actual_markup` as guess"])},
		{"fields": json.dumps(["least(`net_total`, `kam_actual_markup`) as guess"])},
		{"doc": json.dumps({"filters_json": json.dumps([["Sales Order", "kam_net_markup", ">", 1]])})},
		{"doc": json.dumps({"function": "Sum", "aggregate_function_based_on": "kam_actual_markup"})},
		{"condition": "kam_unit_cost > 5"},
	)
	HARMLESS = (
		{"filters": json.dumps([["kam_verdict", "=", "Pass"]]), "order_by": "kam_tier"},
		{"fields": json.dumps(["name", "`tabSales Order`.`kam_actual_markup`", "kam_net_markup as net"])},
		{"fieldname": "kam_unit_cost"},
		{
			"doc": json.dumps(
				{"doctype": "Sales Order", "kam_actual_markup": 3, "items": [{"kam_unit_cost": 1}]}
			)
		},
		{"data": json.dumps({"kam_actual_markup": 3})},
		{"kam_actual_markup": 3, "items": [{"kam_unit_cost": 1}]},
		{"txt": "{not json"},
	)

	@pytest.mark.parametrize("form", QUESTIONS, ids=str)
	def test_sales_may_not_ask(self, as_user, seller, form):
		with as_user(seller), pytest.raises(frappe.PermissionError, match="confidential"):
			asking(**form)

	@pytest.mark.parametrize("form", HARMLESS, ids=str)
	def test_other_requests_pass(self, as_user, seller, form):
		with as_user(seller):
			asking(**form)

	@pytest.mark.parametrize("role", ENTITLED)
	def test_the_entitled_may(self, as_user, role):
		with as_user(make_user(role)):
			for form in self.QUESTIONS:
				asking(**form)

	def test_frappe_would_have_answered(self, as_user, order, seller):
		"""Should a later Frappe check it itself, this guard can go."""
		with as_user(seller):
			filters = [
				["name", "=", order.name],
				["kam_actual_markup", ">", 94.8],
				["kam_actual_markup", "<", 94.9],
			]
			assert frappe.client.get_list("Sales Order", filters=filters)


class TestAnswers:
	@pytest.fixture
	def answer(self, order):
		from werkzeug.wrappers import Response

		data = {
			"message": [order.as_dict(convert_dates_to_str=True)],
			"docs": [{"fieldname": "kam_unit_cost"}],
		}
		return Response(json.dumps(data, default=str), mimetype="application/json")

	def test_documents_in_answers_lose_it(self, as_user, order, seller, answer):
		assert str(COST) in answer.get_data(as_text=True)
		with as_user(seller):
			remove_cost(answer)
		(document,) = answer.json["message"]
		assert not set(FIGURES) & set(document)
		assert "kam_unit_cost" not in document["items"][0]
		assert document["items"][0]["kam_floor_rate"] == order.items[0].kam_floor_rate
		assert answer.json["docs"] == [{"fieldname": "kam_unit_cost"}]

	def test_the_entitled_keep_it(self, as_user, answer):
		before = answer.data
		with as_user(make_user("KAM Manager")):
			remove_cost(answer)
		assert answer.data == before

	def test_answers_without_it_stay_as_they_are(self, as_user, seller):
		from werkzeug.wrappers import Response

		for data, mimetype in ((b'{ "a": 1 }', "application/json"), (b'"kam_unit_cost":1', "text/csv")):
			answer = Response(data, mimetype=mimetype)
			with as_user(seller):
				remove_cost(answer)
			assert answer.data == data
		remove_cost(None)

	@pytest.mark.committing
	def test_on_the_wire(self, order, seller):
		"""Both hooks, through the web server's own application."""
		headers = give_keys(seller)
		frappe.db.commit()
		path = f"/api/resource/Sales Order/{order.name}"
		written = ask_site("PUT", path, headers, json={"po_no": "4711"})
		assert written.status_code == 200, written.text
		assert written.json["data"]["po_no"] == "4711"
		called = ask_site(
			"POST", "/api/method/run_doc_method", headers,
			json={"dt": "Sales Order", "dn": order.name, "method": "add_comment", "args": '{"text": "Hello"}'},
		)  # fmt: skip
		assert order.name in called.text
		for answer in (written, called):
			assert str(COST) not in answer.text and "94.8" not in answer.text
		asked = ask_site(
			"GET", "/api/resource/Sales Order", headers, query_string={"order_by": "kam_actual_markup"}
		)
		assert asked.status_code == 403
		listed = ask_site("GET", "/api/resource/Sales Order", headers, query_string={"order_by": "creation"})
		assert listed.status_code == 200

	@pytest.mark.committing
	def test_the_entitled_ask_by_key_too(self, order):
		"""Whose request it is by key is known only after Frappe's hook before_request."""
		headers = give_keys(make_user("KAM Manager", "Sales User"))
		frappe.db.commit()
		asked = ask_site(
			"GET", "/api/resource/Sales Order", headers, query_string={"order_by": "kam_actual_markup"}
		)
		assert asked.status_code == 200, asked.text
		assert [row["name"] for row in asked.json["data"]] == [order.name]
