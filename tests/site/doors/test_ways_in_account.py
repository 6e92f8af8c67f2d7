"""Whose document it is: another customer, a renamed or merged one, an account deleted and made again (R6, R25)."""

import frappe
import pytest

from kam_extension.exceptions import PolicyViolation
from tests.site.doors.market import FAILING, PASSING, make_salesperson, open_market
from tests.site.factories import company, insert, make_customer, make_key_account, make_sales_order, unique


def order_of(customer: str, market, rate: float = FAILING):
	return make_sales_order(customer, [(market.item, 1, rate)])


def test_a_draft_that_gets_the_accounts_customer(market):
	order = order_of(make_customer().name, market)
	order.customer = market.customer
	order.save()
	assert (order.kam_key_account, order.kam_tier) == (market.account, "A")
	with pytest.raises(PolicyViolation):
		order.submit()


def test_a_draft_that_loses_the_accounts_customer(market):
	order = order_of(market.customer, market)
	order.customer = make_customer().name
	order.save()
	assert (order.kam_key_account, order.kam_tier, order.kam_verdict) == (None, None, None)
	assert order.submit().docstatus == 1


def test_the_customer_changed_in_the_very_submit(market):
	order = order_of(make_customer().name, market)
	with pytest.raises(PolicyViolation):
		frappe.client.submit(order.as_dict() | {"customer": market.customer})


def test_the_customer_in_other_letters(market):
	order = order_of(make_customer().name, market)
	order.customer = market.customer.upper()
	with pytest.raises(PolicyViolation):
		order.submit()


def test_a_draft_that_changes_the_company(site):
	"""The policy is that of the document's company at submit."""
	sister = insert(
		"Company", company_name=unique("Sister"), abbr=frappe.generate_hash(length=4), default_currency="CNY"
	).name
	market = open_market(company=company())
	order = order_of(market.customer, market)
	assert order.kam_verdict == "Blocked"
	moved = {"company": sister, "cost_center": None, "set_warehouse": None, "taxes": []}
	elsewhere = frappe.get_doc(order.as_dict() | moved)
	for row in elsewhere.items:
		row.update({"warehouse": None, "cost_center": None})
	elsewhere.save()
	assert (elsewhere.kam_policy, elsewhere.kam_verdict) == (None, None)
	elsewhere.update({"company": company()})
	for row in elsewhere.items:
		row.update({"warehouse": None, "cost_center": None})
	with pytest.raises(PolicyViolation):
		elsewhere.submit()


def judged(order) -> tuple:
	"""Account and verdict of the next save. A refusal is recorded by another connection, which would wait for the
	rows that a rename in the same transaction holds."""
	order.reload().save()
	return order.kam_key_account, order.kam_verdict


def test_a_draft_of_a_renamed_customer(market):
	order = order_of(market.customer, market)
	frappe.rename_doc("Customer", market.customer, unique("Renamed"))
	assert judged(order) == (market.account, "Blocked")


def test_a_draft_of_a_customer_merged_into_the_account(market):
	plain = make_customer().name
	order = order_of(plain, market)
	frappe.rename_doc("Customer", plain, market.customer, merge=True)
	assert judged(order) == (market.account, "Blocked")


def test_a_draft_of_an_account_merged_into_a_customer(market):
	order = order_of(market.customer, market)
	frappe.rename_doc("Customer", market.customer, make_customer().name, merge=True)
	assert judged(order) == (market.account, "Blocked")


def test_an_account_with_documents_is_not_deleted(market):
	order_of(market.customer, market)
	with pytest.raises(frappe.LinkExistsError):
		frappe.delete_doc("Key Account", market.account)


def test_an_account_made_after_the_draft(market):
	customer = make_customer().name
	order = order_of(customer, market)
	assert not order.kam_key_account
	account = make_key_account(customer)
	with pytest.raises(PolicyViolation):
		order.reload().submit()
	frappe.delete_doc("Key Account", account.name)
	again = make_key_account(customer)
	with pytest.raises(PolicyViolation):
		order.reload().submit()
	assert frappe.db.get_value("Customer", customer, "kam_key_account") == again.name


def test_a_salesperson_does_not_make_a_key_account_an_own_company(market, as_user):
	customer = frappe.get_doc("Customer", market.customer)
	customer.append("companies", {"company": company()})
	customer.save()
	with as_user(make_salesperson()):
		change = {"is_internal_customer": 1, "represents_company": company()}
		with pytest.raises(frappe.PermissionError, match="KAM Manager"):
			frappe.get_doc("Customer", market.customer).update(change).save()


def test_a_draft_whose_account_lost_its_tier(market):
	"""Drafts follow the customer's file of today: a price agreed for a tier that was lost does not pass."""
	order = order_of(market.customer, market, PASSING)
	account = frappe.get_doc("Key Account", market.account)
	account.tier = "C"
	account.save()
	with pytest.raises(PolicyViolation):
		order.reload().submit()
