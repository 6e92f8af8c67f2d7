"""What the tests of settling share: options of the company, cost centers, credits given by hand, the ledger."""

import frappe

from tests.site.factories import company, insert, make_item, make_sales_invoice, unique
from tests.site.rebate_setup import acting_as


def set_options(**fields) -> None:
	"""Change the company's row of KAM Settings."""
	settings = frappe.get_doc("KAM Settings")
	settings.companies[0].update(fields)
	settings.save()


def make_cost_center() -> str:
	parent = frappe.db.get_value("Cost Center", {"company": company(), "is_group": 1}, "name")
	return insert(
		"Cost Center", cost_center_name=unique("CC"), company=company(), parent_cost_center=parent
	).name


def make_project() -> str:
	return insert("Project", project_name=unique("Project"), company=company()).name


def receivable_account() -> str:
	return frappe.db.get_value("Company", company(), "default_receivable_account")


def make_foreign_receivable() -> str:
	return insert(
		"Account",
		account_name=unique("EUR receivable"),
		company=company(),
		parent_account=frappe.db.get_value("Account", receivable_account(), "parent_account"),
		account_type="Receivable",
		account_currency="EUR",
	).name


def make_tax_account(rate: float = 13) -> str:
	parent = frappe.get_all(
		"Account", {"company": company(), "root_type": "Liability", "is_group": 1}, pluck="name"
	)
	return insert(
		"Account",
		account_name=unique("VAT"),
		company=company(),
		parent_account=parent[-1],
		account_type="Tax",
		tax_rate=rate,
	).name


def make_tax_template(account: str, rate: float = 13, charge_type: str = "On Net Total") -> str:
	row = {"charge_type": charge_type, "account_head": account, "rate": rate, "description": "VAT"}
	return insert(
		"Sales Taxes and Charges Template", title=unique("VAT"), company=company(), taxes=[row]
	).name


def reduce_tax(account: str, **fields) -> None:
	item = make_item(item_code=unique("Rebate")).name
	set_options(
		tax_treatment="Reduce Tax", rebate_item=item, rebate_tax_template=make_tax_template(account), **fields
	)


def journal_rows(customer: str, expense: str, amount: float) -> list[dict]:
	"""Rows of a credit of `amount` to the customer, not posted by this app."""
	cost_center = frappe.get_cached_value("Company", company(), "cost_center")
	return [
		{"account": expense, "debit_in_account_currency": amount, "cost_center": cost_center},
		{
			"account": receivable_account(),
			"party_type": "Customer",
			"party": customer,
			"credit_in_account_currency": amount,
			"cost_center": cost_center,
		},
	]


def give_credit(customer: str, expense: str, amount: float, submit: bool = True, **fields):
	"""A journal that credits the customer by hand."""
	values = {
		"voucher_type": "Credit Note",
		"company": company(),
		"posting_date": frappe.utils.nowdate(),
		"accounts": journal_rows(customer, expense, amount),
	}
	return insert("Journal Entry", submit=submit, **values | fields)


def give_credit_note(customer: str, amount: float):
	"""A credit note by hand that returns no invoice; the rules of prices are off."""
	item = make_item().name
	return make_sales_invoice(customer, [(item, -1, amount)], submit=True, is_return=1, update_stock=0)


def open_invoice(customer: str, amount: float, due_date: str | None = None, **fields):
	due = {"due_date": due_date} if due_date else {}
	return make_sales_invoice(customer, [(make_item().name, 1, amount)], submit=True, **due, **fields)


def outstanding_of(invoice) -> float:
	return frappe.db.get_value("Sales Invoice", invoice.name, "outstanding_amount")


def ledger(voucher: str, *fields: str) -> list[tuple]:
	"""(account, debit − credit, *fields) of a voucher's ledger entries, sorted."""
	rows = frappe.get_all(
		"GL Entry",
		{"voucher_no": voucher, "is_cancelled": 0},
		["account", "debit", "credit", *fields],
	)
	return sorted(
		(row.account, flt2(row.debit - row.credit), *(row[field] for field in fields)) for row in rows
	)


def flt2(value: float) -> float:
	return frappe.utils.flt(value, 2)


def entry_of(request):
	request = frappe.get_doc("Rebate Request", request.name)
	return frappe.get_doc(request.settlement_document_type, request.settlement_document)


def change(request, user: str = "Administrator", **fields):
	"""The stored request with other fields, saved by `user`."""
	with acting_as(user):
		stored = frappe.get_doc("Rebate Request", request.name)
		stored.update(fields)
		return stored.save()


def open_claims(request) -> float:
	"""Rebate claimed by the request less what was reversed."""
	return sum(frappe.get_all("KAM Rebate Claim", {"rebate_request": request.name}, pluck="rebate_amount"))
