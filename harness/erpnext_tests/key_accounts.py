"""Makes every customer a key account: those that are there, and each new one the moment it is saved.

Part of the test run, not of the app. Runs in the bench's Python.
"""

import json
from collections import Counter
from functools import wraps

import frappe
from frappe.model.document import Document

from harness.shell import CHECKOUT

ACCOUNTS, POLICY = "Key Account", "KAM Policy"
GUARDED = ("Quotation", "Sales Order", "Sales Invoice", "Delivery Note", "POS Invoice")
seen = Counter()


def put_policy_in_force(action: str) -> None:
	"""Submit the shipped default policy for all companies, with every rule doing `action`."""
	values = json.loads((CHECKOUT / "fixtures" / "policies" / "default.json").read_text(encoding="utf-8"))
	values["cost_sources"] = [
		row if isinstance(row, dict) else {"source": row} for row in values.get("cost_sources", ())
	]
	rules = [
		field.fieldname for field in frappe.get_meta(POLICY).fields if field.fieldname.endswith("_action")
	]
	values |= dict.fromkeys(rules, action) | {"title": "ERPNext's tests", "valid_from": "2000-01-01"}
	frappe.get_doc({"doctype": POLICY, **values}).insert().submit()


def follow_documents(with_accounts: bool) -> None:
	"""Have this process make new customers key accounts, and count what the policy judges.

	Beside the document events, because Frappe takes handlers of those from installed apps only.
	"""
	for customer in frappe.get_all("Customer", pluck="name") if with_accounts else ():
		open_account(customer)
	run_events = Document.run_method

	@wraps(run_events)
	def followed(self, method, *args, **kwargs):
		if with_accounts and self.doctype == "Customer" and method == "on_trash":
			close_account(self.name)
		result = run_events(self, method, *args, **kwargs)
		if self.doctype in GUARDED and method == "on_submit":
			count_judged(self)
		if with_accounts and self.doctype == "Customer" and method == "on_change" and self.flags.in_insert:
			open_account(self.name)
			# The caller's document takes over what the account wrote to its customer.
			self.reload()
		return result

	Document.run_method = followed


def count_judged(doc: Document) -> None:
	if doc.get("kam_verdict"):
		seen[f"documents {doc.kam_verdict}"] += 1


def open_account(customer: str) -> None:
	"""An ordinary account without tier: rules apply, prices stay the list's own, as the tests expect them."""
	name = frappe.db.get_value(ACCOUNTS, {"customer": customer})
	account = frappe.get_doc(ACCOUNTS, name) if name else frappe.new_doc(ACCOUNTS)
	account.update(
		{
			"customer": customer,
			"company": frappe.get_all("Company", pluck="name", order_by="creation", limit=1)[0],
			"status": "Active",
			"account_class": "Ordinary",
			"account_manager": "Administrator",
		}
	)
	account.save(ignore_permissions=True)
	seen["key accounts made"] += 1


def close_account(customer: str) -> None:
	"""A customer with a key account can't be deleted, and the tests don't know of accounts to delete first."""
	for name in frappe.get_all(ACCOUNTS, {"customer": customer}, pluck="name"):
		frappe.delete_doc(ACCOUNTS, name, ignore_permissions=True)
