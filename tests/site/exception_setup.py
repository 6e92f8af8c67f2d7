"""An order that fails its minimum markup, and the request for an exception that its seller makes."""

import frappe

from kam_extension.api import request_exception
from tests.site.factories import make_key_account, make_sales_order

FAILING = 110  # cost 100, minimum markup 20 %
SELLER = ("KAM User", "Sales User")


def make_failing_order(as_user, seller: str, item: str):
	"""A draft order of ten, written by `seller` for a key account of its own."""
	account = make_key_account()
	with as_user(seller):
		return make_sales_order(account.customer, [(item, 10, FAILING)])


def ask(as_user, user: str, document):
	"""The Price Exception that `user` requests for `document`."""
	with as_user(user):
		name = request_exception(document.doctype, document.name, "Lost tender otherwise")
	return frappe.get_doc("Price Exception", name)
