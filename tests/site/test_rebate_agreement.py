"""Rebate Agreement: contradictory terms, orders of others, overlaps, and who approves it (R37; S4 2.1)."""

import time

import frappe
import pytest
from erpnext.selling.doctype.quotation.quotation import make_sales_order as make_order_of_quotation
from frappe.utils import add_days, add_months, nowdate

from tests.site.client_doors import run_method
from tests.site.factories import (
	company,
	insert,
	make_item,
	make_key_account,
	make_policy,
	make_quotation,
	make_rebate_agreement,
	make_sales_order,
	make_user,
	unique,
)
from tests.site.rebate_setup import (
	RULES_OFF,
	Account,
	acting_as,
	approve,
	approve_next_step,
	make_people,
	make_rebate_account,
	prepare_approval,
	receive,
	set_rebate_accounts,
)
from tests.site.visibility_setup import make_member


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


def amend(document):
	document.cancel()
	amended = frappe.copy_doc(document)
	amended.update({"amended_from": document.name, "docstatus": 0})
	return amended.insert().submit()


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
		with as_user(make_member(account.name)):
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
		for role in ("KAM Manager", "KAM Director"):
			approve_next_step(draft, make_user(role))
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


class TestAfterApproval:
	"""What an approved agreement promises is neither changed nor forgotten."""

	@pytest.fixture
	def rebate_account(self):
		set_rebate_accounts()
		return make_rebate_account()

	def agreement_of(self, account):
		return frappe.get_doc("Rebate Agreement", {"key_account": account.name})

	@pytest.mark.parametrize(
		"change", [{"valid_to": "2099-12-31"}, {"rate_source": "Special", "special_rate": 9}]
	)
	def test_terms_stay(self, account, change):
		agreement = make_rebate_agreement(account.name, submit=True)
		with pytest.raises(frappe.ValidationError):
			agreement.update(change).save()

	def test_with_claims_under_it_it_is_not_cancelled(self, rebate_account):
		receive(rebate_account.order(), 1000)
		approve(rebate_account.request(), make_people())
		with pytest.raises(frappe.LinkExistsError):
			self.agreement_of(rebate_account).cancel()

	def test_without_claims_it_can_be(self, rebate_account):
		receive(rebate_account.order(), 1000)
		self.agreement_of(rebate_account).cancel()
		assert rebate_account.request().receipts == []

	def test_a_request_of_a_cancelled_agreement_is_not_approved(self, rebate_account):
		receive(rebate_account.order(), 1000)
		people = make_people()
		request = prepare_approval(rebate_account.request(), people)
		frappe.db.set_value("Rebate Agreement", {"key_account": rebate_account.name}, "docstatus", 2)
		with (
			acting_as(people.executive),
			pytest.raises(frappe.ValidationError, match="is not what the ledger"),
		):
			frappe.get_doc("Rebate Request", request.name).submit()

	def test_an_order_that_it_names_can_be_amended_again_and_stays_covered(self, account, item):
		make_policy(**RULES_OFF)
		order = make_order(account.customer, item)
		make_rebate_agreement(account.name, submit=True, orders=[order_row(order)])
		order.submit()
		for _time in range(2):
			order = amend(order)
			assert order.kam_rebate_rate == 5
		receive(order, 100)
		assert [
			row.rebate_amount for row in Account(account.name, account.customer, item).request().receipts
		] == [5]

	def test_an_order_of_an_amended_quotation_that_it_names_is_covered(self, account, item):
		make_policy(**RULES_OFF)
		quotation = make_quotation(account.customer, [(item, 1, 1000)], submit=True)
		make_rebate_agreement(account.name, submit=True, orders=[order_row(quotation)])
		order = make_order_of_quotation(amend(quotation).name)
		order.delivery_date = nowdate()
		order.insert().submit()
		assert order.kam_rebate_rate == 5
		receive(order, 1000)
		assert [
			row.rebate_amount for row in Account(account.name, account.customer, item).request().receipts
		] == [50]

	def test_it_ends_earlier_and_takes_nothing_back(self, as_user, rebate_account):
		receive(rebate_account.order(), 1000)
		agreement = self.agreement_of(rebate_account)
		with as_user(make_user("KAM Director")):
			run_method(agreement.doctype, agreement.name, "end_on", valid_to=nowdate())
		agreement.reload()
		assert str(agreement.valid_to) == nowdate()
		assert frappe.db.exists(
			"Comment", {"reference_name": agreement.name, "content": ("like", "%Ends on%")}
		)
		assert rebate_account.request().total_rebate == 50

	@pytest.mark.parametrize("days", [-1, 366, 1000])
	def test_it_neither_ends_in_the_past_nor_later(self, account, days):
		agreement = make_rebate_agreement(account.name, submit=True)
		with pytest.raises(frappe.ValidationError, match="End On"):
			agreement.end_on(add_days(nowdate(), days))

	def test_a_draft_has_no_end_to_move(self, account):
		with pytest.raises(frappe.ValidationError, match="End On"):
			make_rebate_agreement(account.name).end_on(nowdate())

	@pytest.mark.parametrize("role", ["KAM User", "KAM Manager"])
	def test_ending_is_for_directors_and_above(self, as_user, account, role):
		agreement = make_rebate_agreement(account.name, submit=True)
		with as_user(make_user(role)), pytest.raises(frappe.PermissionError):
			frappe.get_doc(agreement.doctype, agreement.name).end_on(nowdate())

	def test_the_next_one_follows_on(self, account):
		first = make_rebate_agreement(account.name, submit=True)
		following = make_rebate_agreement(
			account.name, valid_from=add_days(first.valid_to, 1), valid_to=add_months(first.valid_to, 12)
		)
		assert following.submit().docstatus == 1
