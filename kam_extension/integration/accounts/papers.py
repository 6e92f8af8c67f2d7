"""What the papers of an account's file show: information card and related persons (R12; S0, S3 article 10).

Each part is there only for who may read the documents behind it; personal fields only for those entitled (R8).
"""

from collections.abc import Sequence
from datetime import date

import frappe
from frappe.utils import getdate

from kam_extension.integration.accounts.overview import account_overview
from kam_extension.integration.metrics import METRICS
from kam_extension.integration.metrics.scope import Scope
from kam_extension.integration.money import company_currency
from kam_extension.policy.codes import Metric

PERSONAL_LEVEL = 2
YEARS = 3
MOST_PROJECTS = 10
MOST_RECORDS = 8
CUSTOMER_FIELDS = (
	"customer_type", "tax_id", "website", "territory", "mobile_no", "email_id", "customer_primary_contact",
	"primary_address",
)  # fmt: skip
_BY_YEAR = """
	select year(transaction_date), count(*), sum(base_net_total)
	from `tabSales Order`
	where docstatus = 1 and company = %(company)s and customer = %(customer)s and transaction_date >= %(since)s
	group by year(transaction_date)
	order by year(transaction_date) desc
"""


def information_card(account) -> dict:
	"""Parts of the information card: `customer` (basic facts and how to reach it), `people`, `years` (orders by calendar
	year), `projects` (orders under way), `records` (latest visits), `agreements`, `credit` and `overview` (as the form
	has it); amounts in the home company's `currency`.
	"""
	account.check_permission("read")
	reads_orders = frappe.has_permission("Sales Order", "read")
	return {
		"currency": company_currency(account.company),
		"customer": frappe.db.get_value("Customer", account.customer, CUSTOMER_FIELDS, as_dict=True),
		"people": account.stakeholders,
		"years": _orders_by_year(account) if reads_orders else [],
		"projects": _orders_under_way(account) if reads_orders else [],
		"records": _visits(account.name),
		"agreements": _agreements(account.name),
		"on_time": _on_time_share(account) if frappe.has_permission("Sales Invoice", "read") else None,
		"overview": account_overview(account.name),
	}


def related_persons(account) -> dict:
	"""`people`: stakeholders with phone and e-mail of their contact; `with_personal`: whether the reader may have
	birthday and preferences, which are None otherwise.
	"""
	account.check_permission("read")
	entitled = PERSONAL_LEVEL in account.get_permlevel_access("read")
	contacts = _contacts([row.contact for row in account.stakeholders if row.contact])
	people = [_person(row, contacts.get(row.contact), entitled) for row in account.stakeholders]
	return {"people": people, "with_personal": entitled}


def _person(row, contact, entitled: bool) -> dict:
	shown = ("full_name", "job_title", "decision_role", "influence", "relationship_strength")
	return {
		**{field: row.get(field) for field in shown},
		"phone": contact and (contact.mobile_no or contact.phone),
		"email": contact and contact.email_id,
		"birthday": row.birthday if entitled else None,
		"preferences": row.preferences if entitled else None,
	}


def _contacts(names: Sequence[str]) -> dict:
	if not names or not frappe.has_permission("Contact", "read"):
		return {}
	rows = frappe.get_all(
		"Contact", filters={"name": ("in", list(names))}, fields=["name", "phone", "mobile_no", "email_id"]
	)
	return {row.name: row for row in rows}


def _orders_by_year(account) -> list[dict]:
	since = date(getdate().year - YEARS + 1, 1, 1)
	values = {"company": account.company, "customer": account.customer, "since": since}
	rows = frappe.db.sql(_BY_YEAR, values)
	return [{"year": year, "orders": count, "amount": amount} for year, count, amount in rows]


def _orders_under_way(account) -> list:
	return frappe.get_list(
		"Sales Order",
		filters={
			"customer": account.customer,
			"company": account.company,
			"docstatus": 1,
			"status": ("not in", ("Completed", "Closed")),
		},
		fields=["name", "transaction_date", "delivery_date", "base_net_total", "per_delivered", "per_billed"],
		order_by="transaction_date desc",
		limit=MOST_PROJECTS,
	)


def _visits(key_account: str) -> list:
	if not frappe.has_permission("Visit Log", "read"):
		return []
	return frappe.get_list(
		"Visit Log",
		filters={"key_account": key_account, "status": "Completed"},
		fields=["visit_date", "visit_type", "visited_by", "purpose"],
		order_by="visit_date desc",
		limit=MOST_RECORDS,
	)


def _agreements(key_account: str) -> list:
	if not frappe.has_permission("Key Account Agreement", "read"):
		return []
	return frappe.get_list(
		"Key Account Agreement",
		filters={"key_account": key_account, "docstatus": 1},
		fields=["title", "agreement_type", "valid_from", "valid_to", "status"],
		order_by="valid_from desc",
		limit=MOST_RECORDS,
	)


def _on_time_share(account) -> float | None:
	scope = Scope(account.company, getdate(), {account.customer: account.name})
	share = METRICS[Metric.ON_TIME_PAYMENT_SHARE](scope)[account.name]
	return None if share is None else float(share)
