""" "Why?" from the record alone: readable months later, in the reader's language, cost for those entitled (R29, R82)."""

import json

import frappe
import pytest
from frappe import client
from frappe.api import v1
from frappe.desk import reportview
from frappe.desk.form.load import getdoc
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from kam_extension.exceptions import PolicyViolation
from kam_extension.integration.decisions.decision_details import details_of, violations_in
from kam_extension.integration.enforcement.judgement import judge_document
from tests.site.factories import (
	make_item,
	make_key_account,
	make_policy,
	make_rebate_agreement,
	make_sales_order,
	make_user,
)
from tests.site.visibility_setup import make_member

COST = 97.53
COST_FIGURES = ("97.53", "975.30", "195.06", "20.00 %", "markup", "Cost")


@pytest.fixture
def policy():
	return make_policy(margin_action="Block", price_action="Block", credit_action="Off")


@pytest.fixture
def order(policy):
	item = make_item(cost=COST, list_price=130)
	return make_sales_order(make_key_account().customer, [(item.name, 10, 105)])


@pytest.fixture
def decision(order):
	return record(order)


def record(order, verdict: str = "Blocked"):
	"""The decision about `order`, as the refusal writes it: in this connection, to be rolled back."""
	decision = frappe.new_doc("KAM Decision")
	judgement = judge_document(order)
	decision.update(
		{
			"reference_doctype": order.doctype,
			"reference_name": order.name,
			"verdict": verdict,
			"company": order.company,
			"customer": order.customer,
			"key_account": order.kam_key_account,
			"tier": order.kam_tier,
			"policy": judgement.terms.name,
			"decided_by": "Administrator",
			"decided_at": frappe.utils.now(),
			"net_total": float(judgement.verdict.net),
			"passing_net": float(judgement.verdict.passing_net or 0),
			"details": json.dumps(details_of(order, judgement)),
		}
	)
	decision.flags.kam_system = True
	return decision.insert(ignore_permissions=True)


def page(decision, user: str | None = None) -> str:
	"""The page as the form loads it for that user."""
	before = frappe.session.user
	frappe.set_user(user or before)
	try:
		frappe.response.docs = []
		getdoc("KAM Decision", decision.name)
		return " ".join(frappe.response.docs[0].get("__onload").page.split())
	finally:
		frappe.set_user(before)


def test_it_says_what_was_broken_by_what_and_under_which_policy(decision, order, policy):
	text = page(decision)
	assert f"Sales Order {order.name} was refused." in text
	assert "the net rate is CNY 105.00; the lowest rate allowed is CNY 110.50" in text
	assert "it must be at least CNY 1,170.36" in text
	assert f"/app/kam-policy/{policy.name}" in text
	assert "15.00 % · Block" in text
	assert "19.23 %" in text  # the discount given


def test_the_formula_stands_there_term_by_term(order, policy):
	make_rebate_agreement(order.kam_key_account, submit=True)
	text = frappe.utils.strip_html(page(record(order)))
	for figure in (
		"Cost of the rows judged CNY 975.30",
		"Minimum markup of 20.00 % on cost (net totals from CNY 0.00 to below CNY 200,000.00) CNY 195.06",
		"Rebate of 5.00 % on cost (net totals from CNY 0.00 to below CNY 200,000.00) CNY 48.76",
		"Required net total CNY 1,219.12",
		"Net total judged: CNY 169.12 is missing CNY 1,050.00",
		"Actual markup by the policy&#39;s basis 2.66 %",
	):
		assert figure in text


def test_sales_read_selling_prices_only(decision):
	text = page(decision, make_member(decision.key_account))
	assert "it must be at least CNY 1,170.36" in text
	assert "117.04" in text
	for figure in COST_FIGURES:
		assert figure not in text


def test_those_entitled_read_the_cost(decision):
	for role in ("KAM Manager", "KAM Finance", "KAM Director", "KAM Executive"):
		assert "975.30" in page(decision, make_user(role))


def test_the_policy_of_that_day_decides_who_sees_cost():
	make_policy(margin_action="Block", price_action="Off", credit_action="Off", show_cost_to_sales=1)
	order = make_sales_order(
		make_key_account().customer, [(make_item(cost=COST, list_price=130).name, 10, 105)]
	)
	decision = record(order)
	make_policy(margin_action="Warn", supersedes=order.kam_policy, valid_from=frappe.utils.nowdate())
	assert "975.30" in page(decision, make_member(decision.key_account))


def test_it_reads_the_same_after_everything_has_changed(decision, order, policy):
	before = page(decision)
	for price in frappe.get_all("Item Price", {"item_code": order.items[0].item_code}, pluck="name"):
		frappe.db.set_value("Item Price", price, "price_list_rate", 1)
	frappe.db.set_value("Key Account", order.kam_key_account, {"tier": "C", "account_class": "Ordinary"})
	frappe.db.set_value("KAM Policy Tier", {"parent": policy.name}, "max_discount_percentage", 99)
	frappe.db.set_value("KAM Policy Margin Band", {"parent": policy.name}, "min_markup", 1)
	frappe.db.set_value("Sales Order Item", {"parent": order.name}, "rate", 1)
	frappe.clear_cache()
	assert page(decision) == before


def test_it_is_in_the_readers_language(decision):
	frappe.local.lang = "zh"
	text = page(decision)
	assert "净额为" in text
	for english in ("was refused", "The net total", "Minimum markup", "What the policy"):
		assert english not in text


def test_a_record_of_an_earlier_version_is_still_read(decision, order):
	"""It held neither terms nor item names, and its violations other fields."""
	violation = {"rule": "Markup", "reason": "markup", "action": "Block", "required": "9", "actual": "8"}
	details = {
		"violations": [violation | {"given_up_since": 1}],
		"margin": None,
		"other_costs": "0",
		"lines": [{"row": 1, "item_code": "SPC", "quantity": "2.000", "net_rate": "4", "list_rate": None}],
	}
	frappe.db.set_value("KAM Decision", decision.name, "details", json.dumps(details))
	text = page(decision)
	assert "The net total is CNY 8.00; it must be at least CNY 9.00." in text
	assert "SPC" in text


def test_a_reason_that_no_version_knows_any_more_shows_its_figures(decision):
	details = {
		"violations": [
			{"rule": "Markup", "reason": "forgotten", "action": "Block", "required": "9", "actual": "8"}
		]
	}
	frappe.db.set_value("KAM Decision", decision.name, "details", json.dumps(details))
	assert "8 / 9" in page(decision)


def test_names_are_escaped(decision):
	"""Old data and imports hold what the form would not take."""
	details = json.loads(frappe.db.get_value("KAM Decision", decision.name, "details"))
	details["lines"][0]["item_name"] = "<img src=x onerror=alert(1)>"
	details["violations"][0]["item_code"] = "<img src=y>"
	frappe.db.set_value("KAM Decision", decision.name, "details", json.dumps(details))
	assert "<img" not in page(decision)


def test_it_prints(decision):
	html = frappe.get_print("KAM Decision", decision.name, "KAM Decision Page")
	assert "was refused" in html
	assert "975.30" in html


def test_a_print_for_sales_holds_no_cost(as_user, decision):
	with as_user(make_member(decision.key_account)):
		html = frappe.get_print("KAM Decision", decision.name, "KAM Decision Page")
		standard = frappe.get_print("KAM Decision", decision.name, "Standard")
	assert "was refused" in html
	for figure in ("97.53", "975.30", "195.06"):
		assert figure not in html + standard


def read_by_rest(name):
	frappe.local.form_dict = frappe._dict()
	return v1.read_doc("KAM Decision", name)


def read_by_client(name):
	return client.get("KAM Decision", name)


def read_value(name):
	return client.get_value("KAM Decision", ["name", "details"], name)


def read_list(name):
	return client.get_list("KAM Decision", fields=["name", "details"], filters={"name": name})


def read_report(name):
	frappe.local.form_dict = frappe._dict(
		doctype="KAM Decision",
		fields=json.dumps(["name", "details"]),
		filters=json.dumps({"name": name}),
		cmd="frappe.desk.reportview.get",
	)
	return reportview.get()


def read_form(name):
	frappe.response.docs = []
	getdoc("KAM Decision", name)
	return frappe.response.docs[0].as_dict()


WAYS = (read_by_rest, read_by_client, read_value, read_list, read_report, read_form)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_the_figures_behind_it_are_not_for_sales(as_user, decision, way):
	with as_user(make_user("KAM Manager")):
		assert "unit_cost" in frappe.as_json(way(decision.name))
	with as_user(make_member(decision.key_account)):
		try:
			answer = frappe.as_json(way(decision.name))
		except frappe.PermissionError:
			answer = ""
	assert "unit_cost" not in answer
	assert "97.53" not in answer


QUESTIONS = (
	("/api/resource/KAM%20Decision", {"filters": '[["details","like","%97.53%"]]'}),
	("/api/resource/KAM Decision", {"or_filters": '{"details": ["like", "%97.53%"]}'}),
	("/api/v2/document/KAM Decision", {"order_by": "details asc"}),
	("/api/method/frappe.client.get_list", {"doctype": "KAM Decision", "group_by": "`details`"}),
	(
		"/api/method/frappe.client.get_count",
		{"doctype": "KAM Decision", "filters": {"details": ["like", "%9%"]}},
	),
	(
		"/api/method/frappe.client.get_list",
		{"doctype": "KAM Decision", "filters": r'{"\u0064etails": ["like", "%9%"]}'},
	),
	(
		"/api/method/frappe.desk.reportview.get",
		{"doctype": "KAM Decision", "fields": '["substr(details, 1, 9)"]'},
	),
	(
		"/api/method/frappe.desk.search.search_link",
		{"doctype": "KAM Decision", "searchfield": "details", "txt": "97.53"},
	),
)


@pytest.mark.parametrize("path, form", QUESTIONS)
def test_the_figures_can_not_be_found_out_by_trial(as_user, path, form):
	ask(path, form)  # Administrator may
	with as_user(make_user("KAM Manager")):
		ask(path, form)
	with as_user(make_user("KAM User")), pytest.raises(frappe.PermissionError, match="confidential"):
		ask(path, form)


ORDINARY = (
	("/api/resource/KAM Decision", {"filters": '[["verdict","=","Blocked"]]', "fields": '["*"]'}),
	("/api/resource/Customer", {"filters": '[["customer_details","like","%a%"]]'}),
	(
		"/api/method/frappe.desk.form.utils.add_comment",
		{"reference_doctype": "KAM Decision", "reference_name": "x", "content": "The details follow"},
	),
)


@pytest.mark.parametrize("path, form", ORDINARY)
def test_other_requests_are_let_through(as_user, path, form):
	with as_user(make_user("KAM User")):
		ask(path, form)


def ask(path: str, form: dict) -> None:
	"""What runs before a request is answered."""
	frappe.local.request = Request(EnvironBuilder(path=path, method="POST").get_environ())
	frappe.local.form_dict = frappe._dict(form)
	for method in frappe.get_hooks("auth_hooks"):
		frappe.call(method)


def test_sales_can_not_export_it(decision):
	assert not frappe.has_permission("KAM Decision", "export", user=make_user("KAM User"))


def test_the_record_gives_back_the_violations_as_they_were_judged(order):
	judgement = judge_document(order)
	details = json.loads(json.dumps(details_of(order, judgement)))
	assert tuple(violations_in(details)) == judgement.verdict.violations


@pytest.mark.committing
def test_a_refused_attempt_is_found_from_its_draft(policy):
	order = make_sales_order(
		make_key_account().customer, [(make_item(cost=COST, list_price=130).name, 10, 105)]
	)
	frappe.db.commit()
	with pytest.raises(PolicyViolation):
		order.submit()
	frappe.db.rollback()
	found = frappe.get_all("KAM Decision", {"reference_name": order.name}, ["verdict", "name"])
	assert [row.verdict for row in found] == ["Blocked"]
	assert "975.30" in page(frappe.get_doc("KAM Decision", found[0].name))
