"""The Journal Entry that settles a request (R40).

Credit Customer: Dr rebate expense, Cr receivable of the customer, against the named invoices as far as there are any.
Pay Customer: the same, then Dr receivable, Cr bank in the same entry, so that expense, customer and bank all show and
the customer's balance stays. A negative balance that is charged is the first one the other way round (R73).
"""

from dataclasses import dataclass
from decimal import Decimal

import frappe
from erpnext.accounts.party import get_party_account
from frappe import _
from frappe.utils import nowdate

from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.rebates.settlement.currencies import exact_rate, in_account_currency
from kam_extension.integration.rebates.settlement.dimensions import (
	Share,
	default_dimensions,
	shares_by_dimension,
)
from kam_extension.integration.rebates.settlement.offsets import Offset, offsets_of
from kam_extension.integration.rebates.settlement.settings import (
	PAY,
	SettlementSettings,
	currency_of,
	payment_account_of,
)
from kam_extension.policy.money import ZERO
from kam_extension.policy.shares import share_out

JOURNAL = "Journal Entry"


@dataclass(frozen=True)
class Line:
	"""One row of the entry. Amounts are positive for a debit: company currency, and the account's own."""

	account: str
	amount: Decimal
	dimensions: dict[str, str]
	account_amount: Decimal
	is_party: bool = False
	exchange_rate: Decimal = Decimal(1)
	invoice: str | None = None


def journal_values(request, amount: Decimal, settings: SettlementSettings) -> dict:
	"""Values of the entry that posts `amount` (company currency; negative: the customer owes it)."""
	lines = _lines(request, amount, settings)
	base = company_currency(request.company)
	return {
		"doctype": JOURNAL,
		"voucher_type": "Credit Note" if amount > 0 else "Debit Note",
		"company": request.company,
		"posting_date": posting_date_of(request),
		"multi_currency": int(any(currency_of(line.account) != base for line in lines)),
		"user_remark": remark_of(request),
		"mode_of_payment": request.mode_of_payment if _is_paid_out(request, amount) else None,
		"kam_rebate_request": request.name,
		"accounts": [row_of(line, request.customer) for line in lines],
	}


def posting_date_of(request) -> str:
	"""The date that finance set, else today."""
	return str(request.settlement_date or nowdate())


def remark_of(request) -> str:
	return _("Rebate {0} of {1}, receipts from {2} to {3}; tax included").format(
		request.name,
		request.customer_name or request.customer,
		frappe.format(request.period_start, "Date"),
		frappe.format(request.period_end, "Date"),
	)


def receivable_account_of(request) -> str:
	"""The customer's receivable account in the company."""
	account = get_party_account("Customer", request.customer, request.company)
	if not account:
		frappe.throw(
			_("Set Default Receivable Account of company {0}, or an account of customer {1}.").format(
				request.company, request.customer
			),
			title=_("Missing Account"),
		)
	return account


def offset_lines(offsets: list[Offset]) -> list[Line]:
	"""Credits against invoices, each at its invoice's own exchange rate."""
	return [
		Line(
			account=offset.account,
			amount=-offset.amount,
			dimensions=offset.dimensions,
			account_amount=-offset.account_amount,
			is_party=True,
			exchange_rate=offset.exchange_rate,
			invoice=offset.invoice,
		)
		for offset in offsets
	]


def exchange_difference(lines: list[Line], company: str, dimensions: dict[str, str]) -> list[Line]:
	"""The row that balances invoices of another day's exchange rate; nothing where they balance."""
	difference = -sum((line.amount for line in lines), ZERO)
	if not difference:
		return []
	account = frappe.get_cached_value("Company", company, "exchange_gain_loss_account")
	if not account:
		frappe.throw(
			_("Set Exchange Gain / Loss Account of company {0}: the invoices have another rate.").format(
				company
			),
			title=_("Missing Account"),
		)
	return [Line(account, difference, dimensions, difference)]


def _lines(request, amount: Decimal, settings: SettlementSettings) -> list[Line]:
	shares = shares_by_dimension(request, amount, settings)
	defaults = default_dimensions(request, settings)
	lines = [Line(settings.expense_account, share.amount, share.dimensions, share.amount) for share in shares]
	offsets = offsets_of(request, amount)
	if offsets:
		lines += _lines_with_offsets(request, amount, offsets, lines, defaults)
	else:
		lines += _party_lines(request, [Share(-share.amount, share.dimensions) for share in shares])
	if _is_paid_out(request, amount):
		lines += _party_lines(request, [Share(amount, defaults)])
		lines.append(Line(payment_account_of(request, settings), -amount, defaults, -amount))
	return lines


def _lines_with_offsets(
	request, amount: Decimal, offsets: list[Offset], expenses: list[Line], defaults: dict[str, str]
) -> list[Line]:
	rest = amount - sum((offset.value for offset in offsets), ZERO)
	lines = offset_lines(offsets)
	if rest > 0:
		lines += _party_lines(request, [Share(-rest, defaults)])
	return lines + exchange_difference([*expenses, *lines], request.company, defaults)


def _is_paid_out(request, amount: Decimal) -> bool:
	return amount > 0 and request.settlement_method == PAY


def _party_lines(request, shares: list[Share]) -> list[Line]:
	"""`shares` (debits positive) on the customer's account, in one row where one is too small for its currency."""
	account, total = receivable_account_of(request), sum((share.amount for share in shares), ZERO)
	converted = in_account_currency(total, account, request.company, posting_date_of(request))
	if not converted:
		return []
	parts = share_out(converted, [share.amount for share in shares], site_rounding(currency_of(account)))
	if not all(parts):
		shares, parts = [Share(total, shares[0].dimensions)], [converted]
	return [
		Line(account, share.amount, share.dimensions, part, True, exact_rate(share.amount, part))
		for share, part in zip(shares, parts, strict=True)
	]


def row_of(line: Line, customer: str) -> dict:
	"""The entry's row of a line."""
	side = "debit" if line.account_amount > 0 else "credit"
	row = line.dimensions | {
		"account": line.account,
		f"{side}_in_account_currency": float(abs(line.account_amount)),
		"exchange_rate": float(line.exchange_rate),
	}
	if line.is_party:
		row |= {"party_type": "Customer", "party": customer}
	if line.invoice:
		# Cost center and project are those of the invoice where it has any, so that its receivable falls by them.
		row |= {"reference_type": "Sales Invoice", "reference_name": line.invoice}
	return row
