"""Key Account Receivables beside ERPNext's Accounts Receivable, column by column."""

from collections import Counter

import frappe
from frappe.utils import nowdate

from kam_extension.kam_extension.report.key_account_receivables.key_account_receivables import execute
from tests.site.factories import company

AMOUNTS = ("invoiced", "paid", "credit_note", "outstanding", "total_due", "invoice_grand_total")
FUTURE = ("future_amount", "remaining_balance")
WORDS = (
	"voucher_type", "voucher_no", "party_type", "party", "posting_date", "due_date", "age", "currency", "customer_name",
	"territory", "customer_group", "customer_primary_contact", "po_no", "payment_term", "remarks",
)  # fmt: skip
LISTS = ("delivery_notes", "sales_person")


def native(filters: dict) -> list:
	from erpnext.accounts.report.accounts_receivable.accounts_receivable import execute as accounts_receivable

	frappe.flags.accounting_dimensions = None
	return accounts_receivable({"party_type": "Customer", **filters})[1]


def ours(filters: dict) -> list:
	return execute({"all_customers": 1, **filters})[1]


def comparable(rows: list, filters: dict) -> list[tuple]:
	"""Rows in a form that tells them apart in every column; empty is empty, whatever it is written as."""
	ranges = [f"range{number}" for number in range(1, filters["range"].count(",") + 3)]
	lists = [*LISTS]
	amounts = [*AMOUNTS, *ranges]
	if filters.get("show_future_payments") and not journals_to_come(filters):
		amounts.extend(FUTURE)
		lists.append("future_ref")
	words = [*WORDS, *([] if filters.get("ignore_accounts") else ["party_account"])]
	undecided = of_several_cost_centers()
	return sorted(
		(
			*(f"{column}={row.get(column) or ''}" for column in words),
			f"cost_center={'' if row['voucher_no'] in undecided else row.get('cost_center') or ''}",
			*(f"{column}={row.get(column) or 0.0:.4f}".replace("-0.0000", "0.0000") for column in amounts),
			*(f"{column}={sorted(filter(None, (row.get(column) or '').split(', ')))}" for column in lists),
		)
		for row in rows
		if abs(row["outstanding"]) > 0.004 or filters.get("for_revaluation_journals")
	)


def of_several_cost_centers() -> set[str]:
	"""Vouchers whose own entries name several; ERPNext shows one of them by chance."""
	return set(
		frappe.db.sql_list(
			"""
			select voucher_no from `tabPayment Ledger Entry` where voucher_no = against_voucher_no
			group by voucher_no having count(distinct ifnull(cost_center, '')) > 1
			"""
		)
	)


def journals_to_come(filters: dict) -> int:
	"""ERPNext adds the future amounts of all journals up into one row of some voucher (our own test has the right ones)."""
	return frappe.db.count(
		"Journal Entry", {"posting_date": (">", filters["report_date"]), "docstatus": ("<", 2)}
	)


def differences(found: list, expected: list, filters: dict) -> list[str]:
	"""What one report says and the other doesn't."""
	mine, theirs = Counter(comparable(found, filters)), Counter(comparable(expected, filters))
	return [f"ours: {row}" for row in mine - theirs] + [f"ERPNext's: {row}" for row in theirs - mine]


def plain(**more) -> dict:
	ageing = {
		"ageing_based_on": "Due Date",
		"calculate_ageing_with": "Report Date",
		"range": "30, 60, 90, 120",
	}
	return {"company": company(), "report_date": nowdate(), **ageing, **more}


def shown_of(*customers: str, **more) -> list[tuple[str, float]]:
	"""(voucher, outstanding) of the customers; stops where the two reports differ."""
	filters = plain(**more)
	expected, found = native(dict(filters)), ours(dict(filters))
	differing = differences(found, expected, filters)
	assert not differing, differing
	return sorted((row["voucher_no"], row["outstanding"]) for row in found if row["party"] in customers)
