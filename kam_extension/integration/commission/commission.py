"""What a month gives to account managers: settled months from their entries, others from the ledger (R60)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import getdate

from kam_extension.integration.commission.manager_history import ManagerHistory
from kam_extension.integration.commission.verification import verified_on
from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.rebates.receipt_sources import Scope
from kam_extension.integration.rebates.receipts import ReceiptKey, receipts_on_orders
from kam_extension.policy.commission import (
	CommissionLine,
	PaidCommission,
	VerifiedReceipt,
	commission_lines,
	cut_off,
	first_day,
	month_before,
)
from kam_extension.policy.money import ZERO, decimal

MONTH, ENTRY = "KAM Commission Month", "KAM Commission Entry"


@dataclass(frozen=True)
class AccountLine:
	"""A line of a month and the key account whose receipt it is."""

	key_account: str
	line: CommissionLine


def commission_rate(company: str, month: date) -> Decimal:
	"""Percent of verified receipts by the policy in force on the month's cut-off day; 0 without a policy."""
	terms = policy_in_force(company, cut_off(month))
	return terms.commission_rate if terms else ZERO


def lines_of_open_month(company: str, month: date) -> list[AccountLine]:
	"""What `month` gives as of now, by receipt. A fixed number of queries, however many accounts and receipts."""
	month = first_day(getdate(month))
	accounts = _account_of_customer()
	paid = _paid(company, month, set(accounts.values()))
	receipts = _receipts(company, month, accounts)
	by_key = {key: receipt for key, (_account, receipt) in receipts.items()}
	account_of = {key: account for key, (account, _receipt) in receipts.items()}
	account_of |= {key: account for key, (account, _paid) in paid.items()}
	lines = commission_lines(
		month,
		by_key,
		{key: commission for key, (_account, commission) in paid.items()},
		commission_rate(company, month),
		site_rounding(company_currency(company)),
	)
	return [AccountLine(account_of[line.key], line) for line in lines]


def settled_months(company: str) -> list[date]:
	"""First days of the months that are settled, the earliest first."""
	return frappe.get_all(MONTH, filters={"company": company}, pluck="month", order_by="month")


def _receipts(
	company: str, month: date, accounts: Mapping[str, str]
) -> dict[ReceiptKey, tuple[str, VerifiedReceipt]]:
	first = next(iter(settled_months(company)), month)
	scope = Scope(company, tuple(accounts), _last_day_before(month), month_before(min(first, month)))
	found = receipts_on_orders(scope)
	verified = verified_on({(key.payment_document_type, key.payment_document) for key in found})
	history = ManagerHistory({accounts[receipt.customer] for receipt in found.values()})
	receipts = {}
	for key, receipt in found.items():
		account, day = accounts[receipt.customer], getdate(receipt.posting_date)
		receipts[key] = (
			account,
			VerifiedReceipt(
				posting_date=day,
				verified_on=verified.get((key.payment_document_type, key.payment_document)),
				amount=receipt.amount,
				account_manager=history.manager_on(account, day),
			),
		)
	return receipts


def _last_day_before(month: date) -> date:
	return getdate(frappe.utils.add_days(first_day(month), -1))


def _account_of_customer() -> dict[str, str]:
	rows = frappe.get_all("Key Account", fields=["customer", "name"])
	return {row.customer: row.name for row in rows}


def _paid(company: str, month: date, key_accounts: set[str]) -> dict[ReceiptKey, tuple[str, PaidCommission]]:
	"""What the months before `month` paid, by receipt; of accounts that were deleted nothing is asked back."""
	paid: dict[ReceiptKey, tuple[str, PaidCommission]] = {}
	for row in _entries_before(company, month):
		key = ReceiptKey(row.payment_document_type, row.payment_document, row.sales_order)
		before = paid[key][1] if key in paid else None
		if row.key_account in key_accounts:
			paid[key] = (
				row.key_account,
				PaidCommission(
					posting_date=row.receipt_date,
					amount=decimal(row.received_amount) + (before.amount if before else ZERO),
					commission=decimal(row.commission) + (before.commission if before else ZERO),
					rate=decimal(row.commission_rate),
					account_manager=row.account_manager,
				),
			)
	return paid


def _entries_before(company: str, month: date) -> Sequence:
	return frappe.get_all(
		ENTRY,
		filters={"company": company, "month": ("<", month)},
		fields=[
			"key_account", "payment_document_type", "payment_document", "sales_order", "receipt_date",
			"received_amount", "commission", "commission_rate", "account_manager",
		],
		order_by="month, creation",
	)  # fmt: skip
