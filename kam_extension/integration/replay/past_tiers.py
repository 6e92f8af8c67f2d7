"""The tier of an account on the day of an order (R19, R62)."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import frappe
from frappe.utils import getdate

from kam_extension.integration.tiers.tier_timeline import periods


def tiers_of_day(orders: Sequence) -> dict[str, str | None]:
	"""{sales order: tier}: the one that the order was stamped with, else by the account's history, else today's.

	One query, and none where all orders are stamped.
	"""
	unstamped = [order for order in orders if not order.kam_key_account]
	histories = _histories({order.key_account for order in unstamped})
	return {
		order.name: order.kam_tier or None
		if order.kam_key_account
		else _tier_on(order.transaction_date, histories.get(order.key_account), order.tier or None)
		for order in orders
	}


def _histories(key_accounts: set[str]) -> dict[str, list]:
	if not key_accounts:
		return {}
	changes = frappe.get_all(
		"KAM Tier Change",
		filters={"key_account": ("in", list(key_accounts))},
		fields=["key_account", "changed_on", "cause", "from_tier", "to_tier"],
		order_by="changed_on, creation",
	)
	found = defaultdict(list)
	for change in changes:
		found[change.key_account].append(change)
	return found


def _tier_on(day: date, changes: list | None, today: str | None) -> str | None:
	if not changes:
		return today
	until_then = [period for period in periods(changes) if getdate(period["since"]) <= day]
	return until_then[-1]["tier"] if until_then else changes[0].from_tier or None
