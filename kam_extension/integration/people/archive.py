"""What the archive of an account manager (大客户经理经营档案) shows besides the record's fields (R12; S3 annex 4)."""

import frappe
from frappe.query_builder import DocType
from frappe.utils import add_days, add_years, getdate

from kam_extension.integration.metrics.collected import collected
from kam_extension.integration.metrics.invoices import revenue
from kam_extension.integration.money import company_currency
from kam_extension.integration.plans.periods import period_scope

SCORECARDS_SHOWN = 12


def archive(staff) -> dict:
	"""`accounts` managed today with the figures of the last twelve months, `earlier` ones, the latest approved
	`scorecards`, and the `unit`'s name. The reader's rights on the staff record decide who prints it.
	"""
	history = _history(staff.user)
	accounts = _accounts(staff.user, history)
	present = {row.name for row in accounts}
	return {
		"unit": frappe.db.get_value("Department", staff.unit, "department_name") if staff.unit else None,
		"accounts": accounts,
		"earlier": [row for row in history if row.key_account not in present],
		"scorecards": frappe.get_all(
			"KAM Scorecard",
			filters={"staff": staff.name, "docstatus": 1},
			fields=["month", "score", "achievement", "sales_target", "rank", "ranked_people"],
			order_by="month desc",
			limit=SCORECARDS_SHOWN,
		),
	}


def _history(user: str) -> list:
	"""When the person began with each account, the latest begin of each."""
	change, account = DocType("KAM Manager Change"), DocType("Key Account")
	rows = (
		frappe.qb.from_(change)
		.left_join(account)
		.on(account.name == change.key_account)
		.select(change.key_account, account.customer_name, change.valid_from)
		.where(change.account_manager == user)
		.orderby(change.valid_from)
	).run(as_dict=True)
	return list({row.key_account: row for row in rows}.values())


def _accounts(user: str, history: list) -> list:
	fields = ["name", "customer", "customer_name", "company", "tier", "status"]
	accounts = frappe.get_all("Key Account", {"account_manager": user}, fields, order_by="customer_name")
	since = {row.key_account: row.valid_from for row in history}
	for company in {row.company for row in accounts}:
		own = [row for row in accounts if row.company == company]
		scope = period_scope(
			company,
			{row.customer: row.name for row in own},
			getdate(add_days(add_years(getdate(), -1), 1)),
			getdate(),
		)
		sold, paid = revenue(scope), collected(scope)
		for row in own:
			row.update(
				{
					"revenue": float(sold[row.name]),
					"collected": float(paid[row.name]),
					"currency": company_currency(company),
					"since": since.get(row.name),
				}
			)
	return accounts
