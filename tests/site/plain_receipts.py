"""What was received on each order, document by document and in fractions: the slow way to check the fast one (R38).

The cash of a document is what its own ledger entries moved on bank and cash accounts.
"""

from collections import defaultdict
from fractions import Fraction

import frappe

Amounts = dict[str, Fraction]


def fraction(value) -> Fraction:
	return Fraction(str(value or 0))


def bank_cash(doctype: str, name: str) -> Fraction:
	"""What the document moved on bank and cash accounts, from its ledger entries."""
	total = Fraction(0)
	for entry in frappe.get_all(
		"GL Entry",
		{"voucher_type": doctype, "voucher_no": name, "is_cancelled": 0},
		["account", "debit", "credit"],
	):
		if frappe.get_cached_value("Account", entry.account, "account_type") in ("Bank", "Cash"):
			total += fraction(entry.debit) - fraction(entry.credit)
	return total


def plain_receipts(customers: tuple[str, ...]) -> dict[tuple[str, str], Fraction]:
	"""{(payment, order): amount in company currency, not rounded}, without those of zero."""
	found: dict[tuple[str, str], Fraction] = defaultdict(Fraction)
	for name in frappe.get_all("Payment Entry", {"docstatus": 1, "party": ("in", customers)}, pluck="name"):
		add(found, name, of_payment(frappe.get_doc("Payment Entry", name)))
	for name in frappe.get_all("Journal Entry", {"docstatus": 1}, pluck="name"):
		add(found, name, of_journal(frappe.get_doc("Journal Entry", name), customers))
	for name in frappe.get_all(
		"Sales Invoice", {"docstatus": 1, "is_pos": 1, "customer": ("in", customers)}, pluck="name"
	):
		add(found, name, spread(bank_cash("Sales Invoice", name), shares_of_invoice(name)))
	return {key: amount for key, amount in found.items() if amount}


def add(found: dict, payment: str, amounts: Amounts) -> None:
	for order, amount in amounts.items():
		found[(payment, order)] += amount


def of_payment(payment) -> Amounts:
	cash = bank_cash("Payment Entry", payment.name)
	exchange = frappe.get_cached_value("Company", payment.company, "exchange_gain_loss_account")
	deducted = sum(
		(fraction(row.amount) for row in payment.deductions if row.account != exchange), Fraction(0)
	)
	cash += min(deducted, 0) if payment.payment_type == "Receive" else max(-deducted, 0)
	sign = 1 if payment.payment_type == "Receive" else -1
	settled = [(row, fraction(row.allocated_amount)) for row in payment.references]
	if sign < 0:
		settled = [(row, -abs(amount)) for row, amount in settled]
	settled = [(row, amount) for row, amount in settled if amount * sign > 0]
	whole = sum((amount for _row, amount in settled), sign * fraction(payment.unallocated_amount))
	amounts: Amounts = defaultdict(Fraction)
	for row, amount in settled:
		for order, share in orders_of(row).items():
			amounts[order] += cash * amount / whole * share
	return amounts


def of_journal(journal, customers: tuple[str, ...]) -> Amounts:
	if journal.voucher_type not in ("Journal Entry", "Bank Entry") or journal.is_opening == "Yes":
		return {}
	parties = [(row, fraction(row.credit) - fraction(row.debit)) for row in journal.accounts if row.party]
	bank, owed = bank_cash("Journal Entry", journal.name), sum(amount for _row, amount in parties)
	if bank * owed <= 0:
		return {}
	cash = min(bank, owed, key=abs)
	parties = [(row, amount) for row, amount in parties if amount * cash > 0]
	whole = sum(amount for _row, amount in parties)
	amounts: Amounts = defaultdict(Fraction)
	for row, amount in parties:
		if row.party in customers:
			for order, share in orders_of(row, journal.reversal_of).items():
				amounts[order] += cash * amount / whole * share
	return amounts


def orders_of(row, reversal_of: str | None = None) -> Amounts:
	"""{order: share} of a row of a payment or journal."""
	doctype = row.get("reference_doctype") or row.get("reference_type")
	if not doctype and reversal_of:
		return orders_of_reversed(frappe.get_doc("Journal Entry", reversal_of), row.party)
	if doctype == "Sales Order":
		return {row.reference_name: Fraction(1)}
	if doctype != "Sales Invoice":
		return {}
	shares = shares_of_invoice(row.reference_name)
	advance = row.advance_voucher_no if row.advance_voucher_type == "Sales Order" else None
	return {advance: Fraction(1)} if advance and (advance in shares or not shares) else shares


def orders_of_reversed(journal, party: str) -> Amounts:
	rows = [row for row in journal.accounts if row.party == party and row.credit > row.debit]
	rows = [row for row in rows if row.reference_type in (None, "", "Sales Order")]
	whole = sum(fraction(row.credit) for row in rows)
	amounts: Amounts = defaultdict(Fraction)
	for row in rows:
		if row.reference_name:
			amounts[row.reference_name] += fraction(row.credit) / whole
	return amounts


def shares_of_invoice(name: str) -> Amounts:
	invoice = frappe.get_doc("Sales Invoice", name)
	nets: Amounts = defaultdict(Fraction)
	for row in invoice.items:
		nets[row.sales_order or ""] += fraction(row.base_net_amount)
	sign = sum(nets.values())
	nets = {order: net for order, net in nets.items() if net * sign > 0}
	shares = {order: net / sum(nets.values()) for order, net in nets.items() if order}
	return shares or (shares_of_invoice(invoice.return_against) if invoice.return_against else {})


def spread(amount: Fraction, shares: Amounts) -> Amounts:
	return {order: amount * share for order, share in shares.items()}
