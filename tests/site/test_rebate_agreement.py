"""Rebate Agreement: contradictory terms, orders of others, overlaps, and who approves it (R37; S4 2.1)."""

import time

import frappe
import pytest
from frappe.utils import add_days, add_months, nowdate

from tests.site.factories import (
	company,
	insert,
	make_item,
	make_key_account,
	make_quotation,
	make_rebate_agreement,
	make_sales_order,
	make_user,
	unique,
)


@pytest.fixture
def account():
	return make_key_account()


@pytest.fixture
def item():
	return make_item(cost=50, list_price=100).name


def order_row(document):
	return {"reference_doctype": document.doctype, "reference_name": document.name}


def make_order(customer, item):
	return make_sales_order(customer, [(item, 1, 100)])


class TestTerms:
	def test_end_before_start(self, account):
		with pytest.raises(frappe.ValidationError, match="Valid To"):
			make_rebate_agreement(account.name, valid_from=nowdate(), valid_to=add_days(nowdate(), -1))

	def test_one_day_is_a_period(self, account):
		assert make_rebate_agreement(account.name, valid_from=nowdate(), valid_to=nowdate()).name

	@pytest.mark.parametrize("rate", [0, -1, 100.5])
	def test_special_rate_is_above_0_and_at_most_100(self, account, rate):
		with pytest.raises(frappe.ValidationError, match="Special Rate"):
			make_rebate_agreement(account.name, rate_source="Special", special_rate=rate)

	@pytest.mark.parametrize("rate", [0.5, 100])
	def test_special_rates_at_the_edges(self, account, rate):
		made = make_rebate_agreement(account.name, rate_source="Special", special_rate=rate)
		assert made.special_rate == rate

	def test_the_ladder_takes_no_special_rate(self, account):
		with pytest.raises(frappe.ValidationError, match="Special Rate"):
			make_rebate_agreement(account.name, special_rate=5)


class TestOrders:
	def test_own_quotations_and_orders(self, account, item):
		quotation = make_quotation(account.customer, [(item, 1, 100)])
		order = make_order(account.customer, item)
		made = make_rebate_agreement(account.name, orders=[order_row(quotation), order_row(order)])
		assert [row.reference_name for row in made.orders] == [quotation.name, order.name]

	def test_order_of_another_customer(self, account, item):
		foreign = make_order(make_key_account().customer, item)
		with pytest.raises(frappe.ValidationError, match=f"row 1.*{foreign.name}"):
			make_rebate_agreement(account.name, orders=[order_row(foreign)])

	def test_order_of_another_company(self, account, item):
		order = make_order(account.customer, item)
		other = insert("Company", company_name=unique("Other"), default_currency="CNY", country="China").name
		with pytest.raises(frappe.ValidationError, match=order.name):
			make_rebate_agreement(account.name, company=other, orders=[order_row(order)])

	def test_cancelled_order(self, account, item):
		order = make_sales_order(account.customer, [(item, 1, 100)], submit=True)
		order.cancel()
		with pytest.raises(frappe.CancelledLinkError):
			make_rebate_agreement(account.name, orders=[order_row(order)])

	def test_order_named_twice(self, account, item):
		row = order_row(make_order(account.customer, item))
		with pytest.raises(frappe.ValidationError, match="row 2"):
			make_rebate_agreement(account.name, orders=[row, dict(row)])

	def test_other_documents_are_no_orders(self, account):
		row = {"reference_doctype": "Customer", "reference_name": account.customer}
		with pytest.raises(frappe.ValidationError, match="row 1"):
			make_rebate_agreement(account.name, orders=[row])


class TestOverlap:
	def test_two_for_all_orders(self, account):
		first = make_rebate_agreement(account.name, submit=True)
		with pytest.raises(frappe.ValidationError, match=first.name):
			make_rebate_agreement(account.name)

	def test_a_draft_does_not_hinder_but_is_refused_once_the_other_is_approved(self, account):
		draft = make_rebate_agreement(account.name)
		make_rebate_agreement(account.name, submit=True)
		with pytest.raises(frappe.ValidationError, match="already covers"):
			draft.submit()

	def test_all_orders_against_one_order(self, account, item):
		order = make_order(account.customer, item)
		make_rebate_agreement(account.name, submit=True, orders=[order_row(order)])
		with pytest.raises(frappe.ValidationError, match="already covers"):
			make_rebate_agreement(account.name)

	def test_different_orders_do_not_overlap(self, account, item):
		first, second = make_order(account.customer, item), make_order(account.customer, item)
		make_rebate_agreement(account.name, submit=True, orders=[order_row(first)])
		assert make_rebate_agreement(account.name, submit=True, orders=[order_row(second)]).docstatus == 1

	def test_consecutive_periods_do_not_overlap(self, account):
		make_rebate_agreement(account.name, submit=True, valid_from="2026-01-01", valid_to="2026-06-30")
		following = make_rebate_agreement(
			account.name, submit=True, valid_from="2026-07-01", valid_to="2026-12-31"
		)
		assert following.docstatus == 1

	@pytest.mark.parametrize("period", [("2026-06-30", "2026-12-31"), ("2025-12-01", "2026-01-01")])
	def test_one_common_day_overlaps(self, account, period):
		make_rebate_agreement(account.name, submit=True, valid_from="2026-01-01", valid_to="2026-06-30")
		with pytest.raises(frappe.ValidationError, match="already covers"):
			make_rebate_agreement(account.name, valid_from=period[0], valid_to=period[1])

	def test_another_account_does_not_overlap(self, account):
		make_rebate_agreement(account.name, submit=True)
		assert make_rebate_agreement(make_key_account().name, submit=True).docstatus == 1

	def test_a_cancelled_one_does_not_hinder(self, account):
		make_rebate_agreement(account.name, submit=True).cancel()
		assert make_rebate_agreement(account.name, submit=True).docstatus == 1


@pytest.mark.committing
def test_two_approvals_at_the_same_time(in_parallel, account):
	names = [make_rebate_agreement(account.name).name for _ in range(2)]
	results = in_parallel(*(lambda name=name: submit_slowly(name) for name in names))
	refused = [result for result in results if isinstance(result, Exception)]
	assert len(refused) == 1
	assert isinstance(refused[0], frappe.ValidationError | frappe.QueryDeadlockError)
	assert frappe.db.count("Rebate Agreement", {"key_account": account.name, "docstatus": 1}) == 1


def submit_slowly(name):
	"""Both have looked at the table before either has written."""
	agreement = frappe.get_doc("Rebate Agreement", name)
	time.sleep(0.5)
	agreement.submit()
	time.sleep(0.5)
	frappe.db.commit()


class TestApproval:
	@pytest.fixture
	def draft(self, account, as_user):
		with as_user(make_user("KAM User")):
			return make_rebate_agreement(account.name)

	def submit_as(self, as_user, user, draft):
		with as_user(user):
			return frappe.get_doc("Rebate Agreement", draft.name).submit()

	@pytest.mark.parametrize("role", ["KAM User", "KAM Manager", "KAM Director", "KAM Finance"])
	def test_only_an_executive_approves(self, as_user, draft, role):
		with pytest.raises(frappe.PermissionError):
			self.submit_as(as_user, make_user(role), draft)

	def test_submit_permission_without_the_role_is_not_enough(self, as_user, draft):
		with pytest.raises(frappe.PermissionError, match="KAM Executive"):
			self.submit_as(as_user, make_user("System Manager"), draft)

	def test_executive_approves_and_is_named(self, as_user, draft):
		executive = make_user("KAM Executive")
		assert self.submit_as(as_user, executive, draft).approved_by == executive

	def test_nobody_approves_his_own(self, as_user, account):
		executive = make_user("KAM Executive")
		with as_user(executive):
			own = make_rebate_agreement(account.name)
			with pytest.raises(frappe.PermissionError, match="somebody else"):
				own.submit()


def test_form_defaults(account):
	fresh = frappe.new_doc("Rebate Agreement")
	assert (fresh.rate_source, fresh.valid_from) == ("Policy Ladder", nowdate())
	made = insert(
		"Rebate Agreement", key_account=account.name, company=company(), valid_to=add_months(nowdate(), 1)
	)
	assert (made.customer, made.customer_name) == (account.customer, account.customer_name)
