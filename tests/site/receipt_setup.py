"""What the receipt tests share: what was received, journals, reconciliation, accounts of the company."""

import frappe
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from erpnext.accounts.doctype.unreconcile_payment.unreconcile_payment import (
	create_unreconcile_doc_for_selection,
)
from frappe.utils import getdate, nowdate

from kam_extension.integration.rebates.receipt_sources import Scope
from kam_extension.integration.rebates.receipts import receipts_on_orders
from tests.site.factories import bank_account, company, insert, make_payment_entry, unique


def received(*customers: str, until=None, since=None) -> dict:
	"""{(payment, order): amount} as floats."""
	scope = Scope(company(), customers, getdate(until), getdate(since) if since else None)
	return {
		(key.payment_document, key.sales_order): float(receipt.amount)
		for key, receipt in receipts_on_orders(scope).items()
	}


def default_account(field: str) -> str:
	return frappe.db.get_value("Company", company(), field)


def receivable() -> str:
	return default_account("default_receivable_account")


def write_off_account() -> str:
	return default_account("write_off_account")


def cost_center() -> str:
	return default_account("cost_center")


def make_account(beside: str, **fields):
	"""An account in the group of another account."""
	parent = frappe.db.get_value("Account", beside, ["parent_account", "root_type"], as_dict=True)
	values = {"account_name": unique("Account"), "company": company(), **parent}
	return insert("Account", **values | fields).name


def make_journal(voucher_type: str, rows: list[dict], **fields):
	values = {
		"voucher_type": voucher_type,
		"company": company(),
		"posting_date": nowdate(),
		"cheque_no": "1",
		"cheque_date": nowdate(),
		"accounts": [{"cost_center": cost_center()} | row for row in rows],
	}
	return insert("Journal Entry", submit=True, **values | fields)


def credit_row(customer: str, amount: float, reference=None, **fields) -> dict:
	return {"credit_in_account_currency": amount} | _party_row(customer, reference) | fields


def debit_party_row(customer: str, amount: float, reference=None, **fields) -> dict:
	return {"debit_in_account_currency": amount} | _party_row(customer, reference) | fields


def _party_row(customer: str, reference) -> dict:
	row = {"account": receivable(), "party_type": "Customer", "party": customer}
	if reference is None:
		return row
	return row | {"reference_type": reference.doctype, "reference_name": reference.name}


def debit_row(account: str, amount: float) -> dict:
	return {"account": account, "debit_in_account_currency": amount}


def account_credit_row(account: str, amount: float) -> dict:
	return {"account": account, "credit_in_account_currency": amount}


def make_invoice_of(orders: list, **fields):
	"""One submitted invoice of all rows of several orders."""
	rows = [
		{
			"item_code": row.item_code,
			"qty": row.qty,
			"rate": row.rate,
			"sales_order": order.name,
			"so_detail": row.name,
		}
		for order in orders
		for row in order.items
	]
	values = {"customer": orders[0].customer, "company": company(), "items": rows}
	return insert("Sales Invoice", submit=True, **values | fields)


def make_credit_note(invoice, quantity: float | None = None, submit: bool = True, **fields):
	"""A return of the invoice that keeps its own balance; `quantity` of the first row only, else all."""
	credit_note = make_sales_return(invoice.name)
	credit_note.update({"update_outstanding_for_self": 1} | fields)
	if quantity:
		credit_note.items = credit_note.items[:1]
		credit_note.items[0].qty = -quantity
	credit_note.insert()
	return credit_note.submit() if submit else credit_note


def pay(reference, change, **fields):
	"""A payment for `reference` that `change(payment)` alters before it is submitted."""
	payment = make_payment_entry(reference, submit=False, **fields)
	change(payment)
	payment.save()
	return payment.submit()


def set_cash(amount: float):
	def change(payment):
		payment.paid_amount = payment.received_amount = amount

	return change


def with_deduction(cash: float, amount: float, account: str | None = None):
	"""The bank gets `cash`, the rest goes to an expense (or, negative, comes from an income)."""

	def change(payment):
		set_cash(cash)(payment)
		row = {"account": account or write_off_account(), "cost_center": cost_center(), "amount": amount}
		payment.append("deductions", row)

	return change


def reconcile(customer: str, account: str | None = None, only=None, **fields) -> None:
	"""Everything open of the customer, oldest first, by Payment Reconciliation; `only(payment row)` narrows it."""
	tool = frappe.get_doc(
		{
			"doctype": "Payment Reconciliation",
			"company": company(),
			"party_type": "Customer",
			"party": customer,
			"receivable_payable_account": account or receivable(),
		}
		| fields
	)
	tool.get_unreconciled_entries()
	tool.allocate_entries(
		{
			"invoices": [row.as_dict() for row in tool.invoices],
			"payments": [row.as_dict() for row in tool.payments if only is None or only(row)],
		}
	)
	tool.reconcile()


def unreconcile(payment, against) -> None:
	create_unreconcile_doc_for_selection(
		frappe.as_json(
			[
				{
					"company": company(),
					"voucher_type": payment.doctype,
					"voucher_no": payment.name,
					"against_voucher_type": against.doctype,
					"against_voucher_no": against.name,
				}
			]
		)
	)


def cash_mode() -> str:
	"""The mode of payment Cash with an account of the company."""
	mode = frappe.get_doc("Mode of Payment", "Cash")
	if not any(row.company == company() for row in mode.accounts):
		mode.append("accounts", {"company": company(), "default_account": bank_account()})
		mode.save()
	return mode.name


def sell_for_cash(invoice, amount: float, account: str | None = None, mode: str | None = None, **fields):
	"""Submit a draft invoice with money paid on the spot."""
	account = account or bank_account()
	invoice.update({"is_pos": 1, "account_for_change_amount": bank_account()} | fields)
	invoice.append("payments", {"mode_of_payment": mode or cash_mode(), "amount": amount, "account": account})
	invoice.save()
	return invoice.submit()
