"""A till: POS profile, an open shift, POS Invoices and the closing that consolidates them."""

from functools import partial

import frappe
from frappe.utils import now_datetime, nowdate

from tests.site.factories import company, insert, items_of, unique


def open_till(user: str = "Administrator") -> str:
	"""A POS profile with a shift opened by `user`; returns the profile's name."""
	profile = _make_profile(user)
	insert(
		"POS Opening Entry",
		submit=True,
		user=user,
		company=company(),
		pos_profile=profile,
		period_start_date=now_datetime(),
		posting_date=nowdate(),
		balance_details=[{"mode_of_payment": "Cash", "opening_amount": 0}],
	)
	return profile


def _make_profile(user: str) -> str:
	own = partial(frappe.get_cached_value, "Company", company())
	cash = frappe.get_doc("Mode of Payment", "Cash")
	if not any(row.company == company() for row in cash.accounts):
		cash.append("accounts", {"company": company(), "default_account": _cash_account()})
		cash.save()
	return insert(
		"POS Profile",
		name=unique("Till"),
		company=company(),
		currency=own("default_currency"),
		warehouse=frappe.db.get_value("Warehouse", {"company": company(), "warehouse_name": "Stores"}),
		selling_price_list="Standard Selling",
		write_off_account=own("write_off_account") or own("default_expense_account"),
		write_off_cost_center=own("cost_center"),
		cost_center=own("cost_center"),
		income_account=own("default_income_account"),
		expense_account=own("default_expense_account"),
		applicable_for_users=[{"user": user, "default": 1}],
		payments=[{"mode_of_payment": "Cash", "default": 1}],
	).name


def _cash_account() -> str:
	filters = {"company": company(), "account_type": "Cash", "is_group": 0}
	return frappe.get_all("Account", filters, pluck="name", limit=1)[0]


def pos_invoice(profile: str, customer: str, lines, **fields) -> dict:
	"""A POS Invoice as the point of sale posts it, paid in cash."""
	total = round(sum(quantity * rate for _item, quantity, rate, *_more in lines), 2)
	return {
		"doctype": "POS Invoice",
		"company": company(),
		"customer": customer,
		"pos_profile": profile,
		"is_pos": 1,
		"update_stock": 1,
		"items": items_of(lines),
		"payments": [{"mode_of_payment": "Cash", "amount": total, "account": _cash_account()}],
		"paid_amount": total,
		"base_paid_amount": total,
	} | fields


def close_till(profile: str):
	"""Close the shift as the point of sale does; submitting the entry consolidates its POS Invoices."""
	from erpnext.accounts.doctype.pos_closing_entry.pos_closing_entry import make_closing_entry_from_opening

	opening = frappe.get_last_doc("POS Opening Entry", {"pos_profile": profile})
	return make_closing_entry_from_opening(opening).submit()
