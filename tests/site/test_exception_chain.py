"""How far an approved exception reaches, and that only what got worse asks again (R27, R75)."""

import frappe
import pytest
from erpnext.selling.doctype.quotation.quotation import make_sales_order as order_of
from frappe.utils import add_days, nowdate

from kam_extension.api import request_exception
from kam_extension.exceptions import PolicyViolation
from tests.site.factories import (
	make_delivery_note,
	make_item,
	make_key_account,
	make_policy,
	make_quotation,
	make_sales_invoice,
	make_sales_order,
	make_user,
)

RANGES = [{"role": "KAM Manager", "max_markup_concession": 5, "max_discount": 5}]


@pytest.fixture(autouse=True)
def policy():
	"""Cost 100: the markup asks for 120.00. List price 200: the cap asks for 170.00."""
	return make_policy(margin_action="Off", price_action="Block", credit_action="Off", authorities=RANGES)


@pytest.fixture
def customer():
	return make_key_account().customer


def new_item() -> str:
	return make_item(cost=100, list_price=200).name


def ask(document):
	name = request_exception(document.doctype, document.name, "Lost tender otherwise")
	return frappe.get_doc("Price Exception", name)


def approve(as_user, document):
	"""Ask for what is broken, and approve it as somebody who may approve all."""
	exception = ask(document)
	with as_user(make_user("KAM Executive")):
		return frappe.get_doc("Price Exception", exception.name).submit()


def reprice(document, *rates):
	document.reload()
	for row, rate in zip(document.items, rates, strict=False):
		row.rate = rate
	return document.save()


def is_blocked(document) -> bool:
	frappe.db.savepoint("submit")
	try:
		frappe.get_doc(document.doctype, document.name).submit()
	except PolicyViolation:
		return True
	finally:
		frappe.db.rollback(save_point="submit")
	return False


class TestWhatGotWorse:
	@pytest.fixture
	def order(self, as_user, customer):
		"""One item 2.5 points over the cap, one 25: approved by an executive."""
		order = make_sales_order(customer, [(new_item(), 10, 165), (new_item(), 10, 120)])
		self.first = approve(as_user, order)
		return order

	def test_the_first_request_needed_the_executive(self, order):
		assert self.first.approval_role == "KAM Executive"
		assert [row.row for row in self.first.violations] == [1, 2]

	def test_the_second_holds_only_the_worse_row_and_goes_by_that_alone(self, as_user, order):
		assert is_blocked(reprice(order, 162, 120))
		second = ask(order)
		assert [(row.row, row.requested) for row in second.violations] == [(1, 162)]
		assert second.approval_role == "KAM Manager"

	def test_both_together_let_it_through(self, as_user, order):
		reprice(order, 162, 120)
		second = approve(as_user, order)
		order.reload().submit()
		assert order.kam_verdict == "Excepted"
		assert order.kam_price_exception in (self.first.name, second.name)

	def test_the_second_does_not_replace_the_first(self, as_user, order):
		reprice(order, 162, 120)
		approve(as_user, order)
		self.first.reload().cancel()
		assert is_blocked(order)

	@pytest.mark.parametrize("rates", [(165, 120), (169.99, 120), (165, 169.99), (180, 120), (165, 200)])
	def test_what_is_within_asks_nothing(self, order, rates):
		assert not is_blocked(reprice(order, *rates))

	def test_less_of_it_asks_nothing_and_more_does(self, order):
		order.reload().items[1].qty = 9
		assert not is_blocked(order.save())
		order.reload().items[1].qty = 11
		assert is_blocked(order.save())
		second = ask(order)
		assert [row.row for row in second.violations] == [2]

	def test_another_item_asks_for_itself_only(self, order):
		order.reload().append("items", {"item_code": new_item(), "qty": 1, "rate": 160})
		order.save()
		assert [row.row for row in ask(order).violations] == [3]

	def test_a_row_split_in_two_is_the_same_deal(self, order):
		order.reload().items[1].qty = 4
		order.append("items", {"item_code": order.items[1].item_code, "qty": 6, "rate": 120})
		assert not is_blocked(order.save())
		order.reload().items[2].qty = 7
		assert is_blocked(order.save())

	def test_another_unit_of_the_same_price_is_the_same_deal(self, order):
		item = frappe.get_doc("Item", order.items[1].item_code)
		item.append("uoms", {"uom": "Box", "conversion_factor": 5})
		item.save()
		order.reload().items[1].update({"uom": "Box", "conversion_factor": 5, "qty": 2, "rate": 600})
		assert not is_blocked(order.save())
		order.reload().items[1].rate = 599
		assert is_blocked(order.save())


class TestMarkup:
	@pytest.fixture(autouse=True)
	def policy(self):
		return make_policy(margin_action="Block", price_action="Off", credit_action="Off", authorities=RANGES)

	@pytest.fixture
	def order(self, as_user, customer):
		order = make_sales_order(customer, [(new_item(), 10, 110)])
		approve(as_user, order)
		return order

	def test_a_row_that_brings_in_its_share_asks_nothing(self, order):
		order.reload().append("items", {"item_code": new_item(), "qty": 10, "rate": 120})
		assert not is_blocked(order.save())
		order.reload().items[1].rate = 119
		assert is_blocked(order.save())

	def test_a_worse_markup_goes_by_its_own_figure(self, order):
		reprice(order, 109)
		(violation,) = ask(order).violations
		assert (violation.required, violation.requested) == (1200, 1090)

	def test_only_a_cancelled_document_is_amended(self, as_user, customer):
		"""Frappe checks the field on insert; a draft could name any document later."""
		item = new_item()
		note = make_sales_invoice(customer, [(item, -1, 50)], is_return=1)
		approve(as_user, note)
		assert note.reload().submit().kam_verdict == "Excepted"
		other = make_sales_invoice(customer, [(item, -1, 50)], is_return=1)
		other.db_set("amended_from", note.name)
		assert is_blocked(other)


class TestChain:
	@pytest.fixture
	def quotation(self, as_user, customer):
		quotation = make_quotation(customer, [(new_item(), 10, 150)])
		approve(as_user, quotation)
		return quotation.reload().submit()

	def order(self, quotation, **row):
		order = order_of(quotation.name)
		order.delivery_date = add_days(nowdate(), 5)
		order.items[0].update(row)
		return order.insert()

	def test_quotation_order_delivery_invoice(self, quotation):
		order = self.order(quotation).submit()
		delivery = make_delivery_note(sales_order=order.name, submit=True)
		invoice = make_sales_invoice(sales_order=order.name, submit=True)
		for document in (order, delivery, invoice):
			assert document.kam_verdict in ("Excepted", "Not Applicable", "Pass")

	def test_a_cheaper_successor_is_not_covered(self, quotation):
		assert is_blocked(self.order(quotation, rate=149.99))

	def test_a_quotation_is_not_used_twice(self, quotation):
		"""The rows name the quotation, but not its rows, so ERPNext itself counts nothing."""
		loose = {"quotation_item": None}
		first = self.order(quotation, **loose).submit()
		assert first.kam_verdict == "Excepted"
		assert is_blocked(self.order(quotation, **loose))
		first.cancel()
		assert not is_blocked(self.order(quotation, **loose))

	def test_what_is_left_of_it_may_be_used(self, quotation):
		self.order(quotation, quotation_item=None, qty=6).submit()
		assert not is_blocked(self.order(quotation, quotation_item=None, qty=4))
		assert is_blocked(self.order(quotation, quotation_item=None, qty=5))

	def test_an_order_is_not_delivered_and_billed_twice_on_it(self, as_user, customer):
		order = make_sales_order(customer, [(new_item(), 10, 150)])
		approve(as_user, order)
		order.reload().submit()
		make_sales_invoice(sales_order=order.name, submit=True)
		lines = [(order.items[0].item_code, 10, 150, {"sales_order": order.name})]
		assert is_blocked(make_sales_invoice(customer, lines))

	def test_an_amendment_needs_a_new_one_once_it_has_run_out(self, as_user, customer):
		order = make_sales_order(customer, [(new_item(), 10, 150)])
		exception = approve(as_user, order)
		order.reload().submit()
		order.cancel()
		amended = frappe.copy_doc(order)
		values = {"docstatus": 0, "amended_from": order.name, "delivery_date": add_days(nowdate(), 5)}
		amended.update(values)
		amended.insert()
		assert not is_blocked(amended)
		exception.db_set("valid_until", add_days(nowdate(), -1))
		assert is_blocked(amended)

	def test_what_was_let_through_is_delivered_after_it_has_run_out(self, as_user, customer):
		order = make_sales_order(customer, [(new_item(), 10, 150)])
		exception = approve(as_user, order)
		order.reload().submit()
		exception.db_set("valid_until", add_days(nowdate(), -1))
		assert make_delivery_note(sales_order=order.name, submit=True).docstatus == 1

	def test_another_account_gets_nothing_of_it(self, quotation):
		order = self.order(quotation, quotation_item=None)
		order.customer = make_key_account().customer
		assert is_blocked(order.save())
