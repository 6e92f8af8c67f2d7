"""Steps of test_install.py, each in a process of its own: `python -m tests.site.install_steps STEP SITE FILE`.

FILE is where a step writes its findings as JSON.
"""

import hashlib
import json
import sys
from pathlib import Path

import frappe
from frappe.permissions import add_permission

from kam_extension.integration.service.service_levels import create_service_levels
from tests.site import factories

# Tables that log what happens; every install and uninstall writes to them.
LOGS = {
	*("tabDeleted Document", "tabVersion", "tabComment", "tabError Log", "tabActivity Log", "tabAccess Log"),
	*("tabScheduled Job Log", "tabNotification Log", "tabSessions", "tabRoute History", "tabEmail Queue"),
	*("tabPatch Log", "tabInstalled Application", "tabSeries", "__global_search", "__Auth", "__UserSettings"),
}
VOLATILE = {"creation", "modified", "modified_by", "owner", "migration_hash", "last_execution"}
SERVICE, OLD_CUSTOMER, OLD_PRICE_LIST = "Kam Old Service", "Kam Old Customer", "Kam Old Price List"


def snapshot() -> dict:
	"""Columns, indexes and a fingerprint of every row of the site's database, logs aside."""
	return {
		"columns": columns_of_tables(),
		"indexes": indexes_of_tables(),
		"rows": {
			table: rows_of(table)
			for table in frappe.db.get_tables(cached=False)
			if table not in LOGS and not table.startswith("tabKAM ")
		},
	}


def columns_of_tables() -> list[str]:
	rows = frappe.db.sql(
		"""select concat(table_name, '.', column_name, ' ', column_type)
		from information_schema.columns where table_schema = database()"""
	)
	return sorted(row[0] for row in rows)


def indexes_of_tables() -> list[str]:
	"""Without those that Frappe itself adds to any table whose columns change."""
	rows = frappe.db.sql(
		"""select distinct concat(table_name, '.', index_name)
		from information_schema.statistics
		where table_schema = database() and index_name not in ('creation', 'modified')"""
	)
	return sorted(row[0] for row in rows)


def rows_of(table: str) -> list[str]:
	rows = frappe.db.sql(f"select * from `{table}`", as_dict=True)
	return sorted(fingerprint(row) for row in rows if row.get("field") not in VOLATILE)


def fingerprint(row: dict) -> str:
	"""Who a row is, and a hash of what it says. Rows that belong to a parent get new names at every save."""
	ignored = VOLATILE | ({"name", "idx"} if row.get("parent") else set())
	content = json.dumps({key: row[key] for key in row if key not in ignored}, default=str, sort_keys=True)
	names = ("parenttype", "parent", "parentfield") if row.get("parent") else ("name", "doctype")
	who = [row.get(name) for name in (*names, "field", "role", "fieldname", "label")]
	return f"{' '.join(str(part) for part in who if part)} #{hashlib.sha1(content.encode()).hexdigest()[:10]}"


def seed() -> dict:
	"""A company at work: orders, and an administrator who tuned some of what we extend."""
	factories.make_price_list(price_list_name=OLD_PRICE_LIST)
	factories.make_item(item_code=SERVICE, cost=70, list_price=100)
	customer = factories.make_customer(customer_name=OLD_CUSTOMER, default_price_list=OLD_PRICE_LIST)
	order = factories.make_sales_order(customer.name, [(SERVICE, 10, 95)], submit=True)
	factories.make_sales_invoice(sales_order=order.name, submit=True)
	factories.make_quotation(customer.name, [(SERVICE, 5, 90)])
	add_permission("Quotation", "Auditor")
	factories.insert(
		"Custom Field",
		dt="Customer",
		fieldname="old_note",
		label="Old Note",
		fieldtype="Data",
		insert_after="tax_id",
	)
	return {"order": order.name}


def tune() -> dict:
	"""What an administrator changes after the install."""
	workflow = frappe.get_doc("Workflow", workflow_names()[0])
	workflow.transitions[0].allow_self_approval = 1 - workflow.transitions[0].allow_self_approval
	workflow.save()
	frappe.db.set_value("KAM Tier", "A", "title", "Best")
	rule = frappe.get_all("Custom DocPerm", {"parent": "Sales Order", "role": "KAM User"}, pluck="name")[0]
	frappe.db.set_value(
		"Custom DocPerm", rule, "export", 1 - frappe.db.get_value("Custom DocPerm", rule, "export")
	)
	frappe.db.set_single_value("KAM Settings", "enabled", 0)
	return tuned()


def tuned() -> dict:
	"""Everything that `tune` touches, as it is now."""
	return {
		"workflows": [frappe.get_doc("Workflow", name).as_json() for name in workflow_names()],
		"tiers": frappe.get_all("KAM Tier", fields=["name", "title", "rank", "color"], order_by="name"),
		"rules": frappe.get_all("Custom DocPerm", fields=["*"], order_by="name"),
		"enabled": frappe.db.get_single_value("KAM Settings", "enabled"),
	}


def workflow_names() -> list[str]:
	ours = frappe.get_all("DocType", {"module": "KAM Extension"}, pluck="name")
	return frappe.get_all("Workflow", {"document_type": ("in", ours)}, pluck="name", order_by="name")


def business() -> dict:
	"""A key account trades while the app is there."""
	for role in ("KAM User", "KAM Finance"):
		factories.make_user(role)
	factories.make_policy()
	account = factories.make_key_account(OLD_CUSTOMER)
	lines = [(SERVICE, 10, 95)]
	orders = [factories.make_sales_order(OLD_CUSTOMER, lines, submit=True).name for _ in range(2)]
	draft = factories.make_sales_order(OLD_CUSTOMER, lines).name
	factories.make_sales_invoice(sales_order=orders[0], submit=True)
	factories.make_visit_log(account.name)
	issue = serve(account)
	agreement = factories.make_rebate_agreement(account.name)
	price_list = frappe.db.get_value("Customer", OLD_CUSTOMER, "default_price_list")
	return {
		"orders": orders,
		"draft": draft,
		"agreement": agreement.name,
		"price_list": price_list,
		"issue": issue,
	}


def serve(account) -> str:
	"""Service levels, an issue under one of them, and a survey that the customer wants no more of."""
	company = frappe.get_doc("Company", account.company)
	if not company.default_holiday_list:
		days = {"holiday_list_name": "No Holidays", "from_date": "2020-01-01", "to_date": "2040-12-31"}
		company.db_set("default_holiday_list", factories.insert("Holiday List", **days).name)
	create_service_levels()
	issue = factories.insert("Issue", subject="Late again", customer=account.customer, kam_kind="Complaint")
	survey = factories.insert(
		"Satisfaction Survey", key_account=account.name, recipient="someone@example.com"
	)
	refusal = {"reference_doctype": survey.doctype, "reference_name": survey.name}
	factories.insert("Email Unsubscribe", email=survey.recipient, **refusal)
	return issue.name


def documents(made: str) -> dict:
	"""What can be done, after the uninstall, with the documents that were made before."""
	made = json.loads(made)
	invoiced, open_order = (frappe.get_doc("Sales Order", name) for name in made["orders"])
	open_order.cancel()
	amended = frappe.copy_doc(open_order)
	amended.amended_from = open_order.name
	amended.insert().submit()
	draft = frappe.get_doc("Sales Order", made["draft"]).submit()
	invoice = frappe.get_last_doc("Sales Invoice", {"customer": OLD_CUSTOMER})
	invoice.cancel()
	invoiced.reload()
	invoiced.cancel()
	issue = frappe.get_doc("Issue", made["issue"])
	issue.status = "Closed"
	issue.save()
	return {
		"amended": amended.docstatus,
		"issue": (issue.status, issue.service_level_agreement),
		"draft": draft.docstatus,
		"invoiced": invoiced.docstatus,
		"customer_price_list": frappe.db.get_value("Customer", OLD_CUSTOMER, "default_price_list"),
	}


STEPS = {step.__name__: step for step in (snapshot, seed, tune, tuned, business, documents)}


def main(step: str, site: str, path: str, *arguments: str) -> None:
	frappe.init(site=site)
	frappe.connect()
	findings = STEPS[step](*arguments)
	frappe.db.commit()
	frappe.destroy()
	Path(path).write_text(json.dumps(findings, default=str), encoding="utf-8")


if __name__ == "__main__":
	main(*sys.argv[1:])
