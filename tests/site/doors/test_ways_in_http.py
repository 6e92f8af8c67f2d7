"""The API as a client reaches it: real requests through Frappe's own application, on connections of their own (R25)."""

import json
import threading

import frappe
import pytest
from frappe.app import application
from werkzeug.test import Client

from tests.site.doors.market import FAILING, PASSING, make_salesperson, selling_document


@pytest.fixture
def send(market, site_name):
	"""`send(method, path, body)` as a salesperson; returns (status, answer). Each request has a thread of its own."""
	user = make_salesperson()
	secret = frappe.generate_hash(length=15)
	document = frappe.get_doc("User", user)
	document.update({"api_key": frappe.generate_hash(length=15), "api_secret": secret})
	document.save()
	headers = {
		"X-Frappe-Site-Name": site_name,
		"Authorization": f"token {document.api_key}:{secret}",
		"Content-Type": "application/json",
	}
	frappe.db.commit()

	def request(method: str, path: str, body: dict) -> tuple[int, dict]:
		answers = []

		def run():
			data = json.dumps(body, default=str)
			answer = Client(application).open(path, method=method, data=data, headers=headers)
			answers.append((answer.status_code, answer.get_json()))

		thread = threading.Thread(target=run)
		thread.start()
		thread.join()
		frappe.db.rollback()
		return answers[0]

	return request


@pytest.mark.committing
def test_requests(market, send):
	"""Below the floor every request is answered with 417 and the policy's message; at the floor with 200."""
	for rate, status, submitted in ((FAILING, 417, []), (PASSING, 200, [1] * 5)):
		answers = [request(send, market, rate) for request in REQUESTS]
		assert [code for code, _answer in answers] == [status] * len(REQUESTS)
		orders = frappe.get_all(
			"Sales Order", {"kam_key_account": market.account, "docstatus": 1}, pluck="docstatus"
		)
		assert orders == submitted
		if rate == FAILING:
			assert all("Stopped by the Key Account Policy" in json.dumps(answer) for _code, answer in answers)


def make_draft(send, market, rate: float) -> str:
	_code, answer = send("POST", "/api/resource/Sales Order", selling_document("Sales Order", market, rate))
	return answer["data"]["name"]


def v1_create(send, market, rate: float):
	body = selling_document("Sales Order", market, rate, docstatus=1)
	return send("POST", "/api/resource/Sales Order", body)


def v1_update(send, market, rate: float):
	return send("PUT", f"/api/resource/Sales Order/{make_draft(send, market, rate)}", {"docstatus": 1})


def v2_create(send, market, rate: float):
	body = selling_document("Sales Order", market, rate, docstatus=1)
	return send("POST", "/api/v2/document/Sales Order", body)


def v2_update(send, market, rate: float):
	return send("PATCH", f"/api/v2/document/Sales Order/{make_draft(send, market, rate)}/", {"docstatus": 1})


def v2_method(send, market, rate: float):
	return send("POST", f"/api/v2/document/Sales Order/{make_draft(send, market, rate)}/method/submit/", {})


REQUESTS = (v1_create, v1_update, v2_create, v2_update, v2_method)
