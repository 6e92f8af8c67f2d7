"""What nobody may change of an entry that settles a request: its accounts, its customer and the amounts on them."""

import json
from collections import defaultdict
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, fmt_money

from kam_extension.integration.money import currency_precision
from kam_extension.policy.money import decimal


def terms_of(entry) -> str:
	"""The entry's debits less credits by account and customer as JSON; dates, dimensions and remarks stay free."""
	read = _journal_terms if entry.doctype == "Journal Entry" else _invoice_terms
	sums: dict[str, Decimal] = defaultdict(Decimal)
	for account, party, amount, account_amount in read(entry):
		key = f"{entry.company} / {account} / {party or ''}"
		sums[key] += decimal(flt(amount, currency_precision()))
		sums[f"{key} / "] += decimal(flt(account_amount, currency_precision()))
	return json.dumps({key: f"{value:.6f}" for key, value in sorted(sums.items()) if value})


def refuse_other_terms(entry, request: str) -> None:
	"""Refuse an entry that doesn't post what was approved."""
	stored = frappe.db.get_value(
		"Rebate Request", request, ["settlement_terms", "amount_to_settle", "currency"], as_dict=True
	)
	if stored.settlement_terms and terms_of(entry) != stored.settlement_terms:
		frappe.throw(
			_(
				"This entry settles {0}, so its total has to stay {1}, on the same accounts and customer. To settle "
				"another amount, cancel the request and make a new one."
			).format(request, fmt_money(stored.amount_to_settle, currency=stored.currency)),
			title=_("Wrong Amount"),
		)


def _journal_terms(journal):
	for row in journal.accounts:
		yield (
			row.account,
			row.party,
			flt(row.debit) - flt(row.credit),
			flt(row.debit_in_account_currency) - flt(row.credit_in_account_currency),
		)


def _invoice_terms(invoice):
	"""Of a credit note: negative totals credit the customer."""
	yield invoice.debit_to, invoice.customer, invoice.base_grand_total, invoice.grand_total
	for row in invoice.items:
		yield row.income_account, None, -flt(row.base_net_amount), -flt(row.net_amount)
	for row in invoice.taxes:
		yield (
			row.account_head,
			None,
			-flt(row.base_tax_amount_after_discount_amount),
			-flt(row.tax_amount_after_discount_amount),
		)
