"""What the commission tests share: money on a bank account, verified by its clearance date."""

from datetime import date

import frappe
from frappe.utils import add_days

from kam_extension.policy.commission import cut_off, last_settled_month, month_before
from tests.site.factories import company, insert, make_item, make_key_account, make_sales_order, unique
from tests.site.rebate_setup import receive

MONTH = last_settled_month(date.today())
"""The latest month that can be settled; its commission is on the receipts of the month before."""
LAST_MONTH = month_before(MONTH)
CUT_OFF = cut_off(MONTH)


def make_bank_account(kind: str = "Bank") -> str:
	parent = frappe.db.get_value(
		"Account", {"company": company(), "root_type": "Asset", "is_group": 1, "account_type": kind}
	)
	parent = parent or frappe.db.get_value(
		"Account", {"company": company(), "root_type": "Asset", "is_group": 1}
	)
	values = {
		"account_name": unique(kind),
		"company": company(),
		"parent_account": parent,
		"account_type": kind,
	}
	return insert("Account", **values).name


def make_order(account=None, amount: float = 10000, **fields):
	account = account or make_key_account()
	item = make_item(cost=1, list_price=amount)
	return make_sales_order(account.customer, [(item.name, 1, amount)], submit=True, **fields)


def receive_by_bank(
	document, amount: float | None = None, day=None, verified=None, kind: str = "Bank", **fields
):
	"""Money dated in the month before (or `day`), verified on `verified` (None: not yet)."""
	day = day or add_days(LAST_MONTH, 9)
	payment = receive(document, amount, posting_date=day, paid_to=make_bank_account(kind), **fields)
	if verified:
		payment.db_set("clearance_date", verified)
	return payment
