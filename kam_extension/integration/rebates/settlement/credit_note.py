"""The credit note that settles a request where the rebate reduces sales tax (R40).

A return of no invoice, with one service row for each set of dimensions. The rows are priced with tax, so that the total
is the rebate to the cent. It is no receipt.
"""

from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, fmt_money

from kam_extension.integration.money import company_currency, currency_precision, site_rounding
from kam_extension.integration.rebates.settlement.currencies import exact_rate, in_account_currency
from kam_extension.integration.rebates.settlement.dimensions import (
	Share,
	default_dimensions,
	shares_by_dimension,
)
from kam_extension.integration.rebates.settlement.journal import (
	JOURNAL,
	Line,
	exchange_difference,
	offset_lines,
	posting_date_of,
	receivable_account_of,
	remark_of,
	row_of,
)
from kam_extension.integration.rebates.settlement.offsets import Offset
from kam_extension.integration.rebates.settlement.settings import PAY, SettlementSettings, currency_of
from kam_extension.policy.money import ZERO
from kam_extension.policy.shares import share_out

INVOICE = "Sales Invoice"


def credit_note_values(request, amount: Decimal, settings: SettlementSettings) -> dict:
	"""Values of the credit note over `amount` (company currency, tax included)."""
	_refuse_payout(request)
	account = receivable_account_of(request)
	total = in_account_currency(amount, account, request.company, posting_date_of(request))
	return default_dimensions(request, settings) | {
		"doctype": INVOICE,
		"is_return": 1,
		"company": request.company,
		"customer": request.customer,
		"posting_date": posting_date_of(request),
		"set_posting_time": 1,
		"due_date": posting_date_of(request),
		"currency": currency_of(account),
		"conversion_rate": float(exact_rate(amount, total)),
		"debit_to": account,
		"update_stock": 0,
		"ignore_pricing_rule": 1,
		"disable_rounded_total": 1,
		"taxes_and_charges": settings.tax_template,
		"taxes": _taxes(settings),
		"items": _items(request, amount, total, settings),
		"remarks": remark_of(request),
		"kam_rebate_request": request.name,
	}


def check_total(invoice, request) -> None:
	"""The credit note is the rebate to the cent, whatever its taxes."""
	precision = currency_precision(request.currency)
	if flt(-invoice.base_grand_total, precision) != flt(request.amount_to_settle, precision):
		frappe.throw(
			_(
				"Rebate Tax Template: the credit note comes to {0} in place of {1}. Use percentages of net totals."
			).format(
				fmt_money(-invoice.base_grand_total, currency=request.currency),
				fmt_money(request.amount_to_settle, currency=request.currency),
			),
			title=_("Wrong Amount"),
		)


def matching_journal_values(request, invoice, offsets: list[Offset]) -> dict:
	"""The entry by which ERPNext sets a credit note off against invoices; cancelled together with the note."""
	account, rate = invoice.debit_to, Decimal(str(invoice.conversion_rate))
	rounding = site_rounding(company_currency(request.company))
	dimensions = {"cost_center": invoice.cost_center, "project": invoice.project}
	lines = offset_lines(offsets)
	used = sum((offset.value for offset in offsets), ZERO)
	account_amount = min(
		in_account_currency(used, account, request.company, invoice.posting_date),
		Decimal(str(-invoice.outstanding_amount)),
	)
	amount = rounding.money(account_amount * rate)
	lines.append(Line(account, amount, dimensions, account_amount, True, rate, invoice.name))
	lines += exchange_difference(lines, request.company, dimensions)
	return {
		"doctype": JOURNAL,
		"voucher_type": "Credit Note",
		"company": request.company,
		"posting_date": invoice.posting_date,
		"multi_currency": int(
			any(currency_of(line.account) != company_currency(request.company) for line in lines)
		),
		"is_system_generated": 1,
		"user_remark": remark_of(request),
		"accounts": [row_of(line, request.customer) for line in lines],
	}


def _refuse_payout(request) -> None:
	if request.settlement_method == PAY:
		frappe.throw(
			_(
				"Settlement Method: company {0} settles rebates by credit notes that reduce tax. Choose Credit "
				"Customer, and pay the credit note out by a Payment Entry."
			).format(request.company),
			title=_("Settlement Method"),
		)


def _taxes(settings: SettlementSettings) -> list[dict]:
	template = frappe.get_cached_doc("Sales Taxes and Charges Template", settings.tax_template)
	fields = ("charge_type", "account_head", "description", "rate", "row_id")
	return [
		{field: row.get(field) for field in fields}
		| {"included_in_print_rate": 1, "cost_center": row.cost_center or settings.cost_center}
		for row in template.taxes
	]


def _items(request, amount: Decimal, total: Decimal, settings: SettlementSettings) -> list[dict]:
	shares = shares_by_dimension(request, amount, settings)
	parts = share_out(
		total, [share.amount for share in shares], site_rounding(currency_of(receivable_account_of(request)))
	)
	if any(part <= 0 for part in parts):
		shares, parts = [Share(amount, default_dimensions(request, settings))], [total]
	return [
		share.dimensions
		| {
			"item_code": settings.item,
			"qty": -1,
			"rate": float(part),
			"price_list_rate": float(part),
			"income_account": settings.expense_account,
		}
		for share, part in zip(shares, parts, strict=True)
	]
