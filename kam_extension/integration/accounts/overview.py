"""What the top of a Key Account form says: how the account stands and what comes next (R6, R64).

One call, a fixed number of queries. Each block is there only for readers who may read the documents behind it (R82).
"""

import frappe
from frappe.utils import getdate

from kam_extension.integration.accounts.overview_money import money_blocks, rebate_block
from kam_extension.integration.accounts.overview_steps import (
	expiring_agreement,
	next_visit,
	open_actions,
	waiting_approvals,
)
from kam_extension.integration.health.history import weakest_part
from kam_extension.integration.money import company_currency

SALES = ("Sales Invoice", "Sales Order")


def account_overview(key_account: str) -> dict:
	"""Blocks of the header by name; None for what the reader may not read or there is nothing of.

	Amounts are in the home company's `currency`. Raises PermissionError for who may not read the account.
	"""
	account = frappe.get_cached_doc("Key Account", key_account)
	account.check_permission("read")
	name, today = account.name, getdate()
	money = money_blocks(account, today) if _may_read(*SALES) else {"money": None, "group": None}
	return {
		"currency": company_currency(account.company),
		**money,
		"rebates": rebate_block(account) if _may_read("Rebate Request") else None,
		"health": weakest_part(account),
		"next_visit": next_visit(name) if _may_read("Visit Log") else None,
		"actions": open_actions(name, today) if _may_read("Visit Log") else None,
		"approvals": waiting_approvals(name, _may_read),
		"agreement": expiring_agreement(name) if _may_read("Key Account Agreement") else None,
	}


def _may_read(*doctypes: str) -> bool:
	return all(frappe.has_permission(doctype, "read") for doctype in doctypes)
