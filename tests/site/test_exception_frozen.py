"""A request stays as it waits, and an approval as it was given, through whatever door (R27, R70)."""

import frappe
import pytest
from frappe.utils import nowdate

from tests.site import client_doors
from tests.site.client_doors import WRITING, attempt
from tests.site.exception_setup import SELLER, ask, make_failing_order
from tests.site.factories import (
	make_item,
	make_policy,
	make_user,
)

writes = pytest.mark.parametrize("door", WRITING.values(), ids=WRITING)


@pytest.fixture(autouse=True)
def policy():
	return make_policy(margin_action="Block", price_action="Block", credit_action="Off")


@pytest.fixture
def seller():
	return make_user(*SELLER)


@pytest.fixture
def item():
	return make_item(cost=100, list_price=120).name


@pytest.fixture
def order(as_user, seller, item):
	return make_failing_order(as_user, seller, item)


@pytest.fixture
def exception(as_user, seller, order):
	return ask(as_user, seller, order)


class TestRequest:
	WIDER = {"valid_until": "2099-12-31", "reason": "Other"}
	FIGURES = {"snapshot": "[]", "key_account": None, "policy": None, "customer": None}

	@writes
	def test_it_stays_as_it_waits(self, as_user, exception, seller, door):
		fields = (*self.WIDER, *self.FIGURES)
		before = frappe.db.get_value("Price Exception", exception.name, fields)
		with as_user(seller):
			attempt(door, "Price Exception", exception.name, self.WIDER)
			attempt(door, "Price Exception", exception.name, self.FIGURES)
		assert frappe.db.get_value("Price Exception", exception.name, fields) == before

	def test_the_approver_may_shorten_it(self, as_user, exception):
		with as_user(make_user("KAM Executive")):
			waiting = frappe.get_doc("Price Exception", exception.name)
			waiting.valid_until = nowdate()
			waiting.submit()
		assert str(frappe.db.get_value("Price Exception", exception.name, "valid_until")) == nowdate()

	@writes
	def test_nothing_changes_after_the_approval(self, as_user, exception, door):
		with as_user(make_user("KAM Executive")):
			frappe.get_doc("Price Exception", exception.name).submit()
		fields = (*self.WIDER, *self.FIGURES, "requested_by")
		before = frappe.db.get_value("Price Exception", exception.name, fields)
		with as_user(make_user("KAM Executive", "System Manager")):
			for field, value in {**self.WIDER, **self.FIGURES, "requested_by": "Administrator"}.items():
				attempt(door, "Price Exception", exception.name, {field: value})
		assert frappe.db.get_value("Price Exception", exception.name, fields) == before

	@pytest.mark.parametrize("door", ["put", "set_value", "save"])
	@pytest.mark.parametrize("field, value", [("approved", 1), ("excess_points", 0), ("required", 1)])
	def test_its_rows_are_not_written_by_themselves(self, as_user, exception, seller, door, field, value):
		row = exception.violations[0]
		for user in (seller, make_user("KAM Executive", "System Manager")):
			with as_user(user):
				attempt(WRITING[door], row.doctype, row.name, {field: value})
		assert frappe.db.get_value(row.doctype, row.name, field) == row.get(field)

	def test_no_row_comes_or_goes_by_itself(self, as_user, exception, seller):
		row = exception.violations[0]
		link = {"parent": exception.name, "parenttype": "Price Exception", "parentfield": "violations"}
		with as_user(seller):
			wider = {"rule": "Credit", "reason_code": "credit_limit", "approved": 10**9}
			assert attempt(client_doors.post, row.doctype, **wider, **link)
		with as_user(make_user("KAM Executive", "System Manager")):
			assert attempt(client_doors.delete, row.doctype, row.name)
		names = frappe.get_all(row.doctype, {"parent": exception.name}, pluck="name", order_by="idx")
		assert names == [violation.name for violation in exception.violations]
