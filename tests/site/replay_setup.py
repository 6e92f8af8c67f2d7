"""Past orders and replays of them."""

from dataclasses import dataclass

import frappe
from frappe.utils import add_days, nowdate

from kam_extension.integration.replay.run import run_in_transaction
from tests.site.factories import company, make_item, make_key_account, make_policy, make_sales_order

ORDER, ACCOUNT = "Policy Replay Order", "Policy Replay Account"
LAST_DAY = "2090-12-31"
ONE_BAND = [{"from_amount": 0, "min_markup": 14}]


@dataclass
class Market:
	"""An account and an item that costs 70 and lists at 100; `policy`, one for all markets, only warns."""

	policy: object
	account: object
	item: str

	def order(self, rate: float, qty: float = 10, submit: bool = True, **fields):
		return make_sales_order(self.account.customer, [(self.item, qty, rate)], submit=submit, **fields)


def make_market(policy: dict | None = None, **account) -> Market:
	terms = {"margin_bands": ONE_BAND, "price_action": "Off", "credit_action": "Off", "valid_to": LAST_DAY}
	in_force = frappe.db.get_value("KAM Policy", {"docstatus": 1})
	policy = frappe.get_doc("KAM Policy", in_force) if in_force else make_policy(**terms | (policy or {}))
	return Market(policy, make_key_account(**account), make_item(cost=70, list_price=100).name)


def make_draft(**overrides):
	"""A draft that blocks what the market's policy only warns of."""
	terms = {
		"margin_bands": ONE_BAND,
		"price_action": "Off",
		"credit_action": "Off",
		"margin_action": "Block",
		"valid_from": add_days(LAST_DAY, 1),
	}
	return make_policy(submit=False, **terms | overrides)


def make_replay(policy: str, **fields):
	values = {
		"doctype": "Policy Replay",
		"policy": policy,
		"company": company(),
		"from_date": add_days(nowdate(), -30),
		"to_date": nowdate(),
	}
	return frappe.get_doc(values | fields).insert()


def replayed(policy: str, **fields):
	"""A replay that has run."""
	replay = make_replay(policy, **fields)
	run_in_transaction(replay.name)
	return replay.reload()


def row_of(replay, order):
	name = frappe.db.get_value(ORDER, {"replay": replay.name, "sales_order": order.name})
	return frappe.get_doc(ORDER, name) if name else None
