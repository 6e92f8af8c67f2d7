"""What the role tests trade with: a policy that blocks, a key account, an item with a telling cost.

Each function works on the site that `seed()` has opened.
"""

from contextlib import contextmanager
from dataclasses import dataclass

import frappe

from kam_extension.api import request_exception
from kam_extension.integration.policies.policies import policy_in_force
from tests.site.factories import (
	company,
	make_item,
	make_key_account,
	make_policy,
	make_sales_order,
	unique,
)

COST = 97.53
LIST_PRICE = 130.00
QUANTITY = 10
FAILING_RATE = 105
PASSING_NET = "1,170.36"  # 10 × 97.53 and 20 % on it


@dataclass(frozen=True)
class Market:
	customer: str
	key_account: str
	item: str


def make_market(account_manager: str, **account) -> Market:
	"""A Major A account of `account_manager`, and an item for it to buy."""
	ensure_policy()
	name = unique("Account")
	account = make_key_account(account_manager=account_manager, **account)
	item = make_item(cost=COST, list_price=LIST_PRICE, item_code=name).name
	return Market(account.customer, account.name, item)


def ensure_policy() -> None:
	"""One policy for the whole run; the tests share the site."""
	if policy_in_force(company()) is None:
		make_policy(margin_action="Block", price_action="Block", credit_action="Off")


@contextmanager
def acting_as(user: str):
	frappe.set_user(user)
	try:
		yield
	finally:
		frappe.set_user("Administrator")


def failing_order(market: Market, seller: str) -> str:
	"""Name of the seller's saved order below the minimum margin."""
	with acting_as(seller):
		return make_sales_order(market.customer, [(market.item, QUANTITY, FAILING_RATE)]).name


def ask_for_exception(order: str, seller: str, reason: str) -> str:
	with acting_as(seller):
		return request_exception("Sales Order", order, reason)
