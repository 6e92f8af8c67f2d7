"""The statement of account as a page and as PDF, in the customer's language and under the company's letter head (R35).

Of rebates it shows those that are approved and not settled by then, and those settled in the period: nothing that
nobody approved (R44).
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.translate import print_language
from frappe.utils import flt, fmt_money, formatdate, getdate
from frappe.utils.pdf import get_pdf
from frappe.www.printview import get_letter_head

from kam_extension.integration.money import company_currency, currency_precision
from kam_extension.integration.rebates.request_dates import RequestDates, approved_requests
from kam_extension.integration.receivables.statement import CurrencyStatement, Period, statement
from kam_extension.policy.open_terms import AGEING_DAYS

TEMPLATE = "kam_extension/templates/statement_of_account.html"
PAGE = "kam_extension/templates/statement_page.html"


def statement_page(account, company: str, from_date: date, to_date: date) -> str:
	"""A whole page of HTML. `account` is a Key Account document whose reader was checked."""
	with print_language(customer_language(account.customer)):
		body = statement_body(account, company, from_date, to_date, with_letter_head=True)
		return frappe.render_template(
			PAGE,
			{"body": body, "title": _("Statement of Account"), "lang": frappe.local.lang},
		)


def statement_pdf(account, company: str, from_date: date, to_date: date) -> bytes:
	"""The same as an A4 PDF."""
	page = statement_page(account, company, from_date, to_date)
	return get_pdf(page, {"orientation": "Portrait", "page-size": "A4"})


def statement_body(
	account, company: str, from_date: date, to_date: date, with_letter_head: bool = False
) -> str:
	"""The statement in the present language, with or without the company's letter head."""
	period = Period(account.customer, company, from_date, to_date)
	context = {
		"customer": _customer(account.customer),
		"company": company,
		"from_date": formatdate(from_date),
		"to_date": formatdate(to_date),
		"printed_on": formatdate(getdate()),
		"letter_head": _letter_head(company) if with_letter_head else {},
		"sections": [_section(one) for one in statement(period)],
		"rebates": _rebates(account.name, period),
		"currency": company_currency(company),
	}
	return frappe.render_template(TEMPLATE, context)


def customer_language(customer: str) -> str:
	"""The customer's own language, else the site's."""
	return frappe.db.get_value("Customer", customer, "language") or frappe.db.get_default("lang") or "en"


def file_name(account, to_date: date) -> str:
	name = frappe.scrub(account.customer_name or account.customer).replace("_", "-").replace("/", "-")
	return f"{name}-{to_date:%Y-%m-%d}.pdf"


def _letter_head(company: str) -> dict:
	own = frappe.get_cached_value("Company", company, "default_letter_head")
	return get_letter_head(frappe._dict(), no_letterhead=False, letterhead=own) or {}


def _customer(name: str) -> dict:
	fields = ("name", "customer_name", "tax_id", "primary_address")
	return frappe.db.get_value("Customer", name, fields, as_dict=True)


def _section(one: CurrencyStatement) -> dict:
	money = _money_in(one.currency)
	return {
		"currency": one.currency,
		"opening": money(one.opening),
		"closing": money(one.closing),
		"overdue": money(one.overdue) if one.overdue else "",
		"rows": [
			{
				"date": formatdate(row.posting_date),
				"document": _document_name(row),
				"number": row.voucher_no,
				"due_date": formatdate(row.due_date) if row.due_date and row.debit else "",
				"debit": money(row.debit) if row.debit else "",
				"credit": money(row.credit) if row.credit else "",
				"balance": money(row.balance),
			}
			for row in one.movements
		],
		"debits": money(sum((row.debit for row in one.movements), Decimal(0))),
		"credits": money(sum((row.credit for row in one.movements), Decimal(0))),
		"ageing": list(zip(_bucket_names(), map(money, (*one.buckets, one.credits)), strict=True)),
	}


def _document_name(row) -> str:
	if row.voucher_type == "Sales Invoice":
		return _("Invoice", context="Statement") if row.debit else _("Credit Note", context="Statement")
	if row.voucher_type == "Payment Entry":
		return _("Refund", context="Statement") if row.debit else _("Payment", context="Statement")
	return _("Booking", context="Statement")


def _bucket_names() -> list[str]:
	first, second, third = AGEING_DAYS
	return [
		_("Not Due", context="Statement"),
		_("{0} to {1} days overdue").format(1, first),
		_("{0} to {1} days overdue").format(first + 1, second),
		_("{0} to {1} days overdue").format(second + 1, third),
		_("More than {0} days overdue").format(third),
		_("Unapplied Credits"),
	]


def _rebates(key_account: str, period: Period) -> list[dict]:
	money = _money_in(company_currency(period.company))
	return [
		{
			"number": one.name,
			"receipts": _("{0} to {1}").format(formatdate(one.period_start), formatdate(one.period_end)),
			"amount": money(one.rebate),
			"state": _state(one, period.to_date),
		}
		for one in approved_requests(period.company, [key_account], period.to_date)
		if one.is_approved(period.to_date) and not _was_settled_before(one, period)
	]


def _was_settled_before(one: RequestDates, period: Period) -> bool:
	settlement = one.settlement_on(period.to_date)
	return settlement is not None and settlement.start < period.from_date


def _state(one: RequestDates, day: date) -> str:
	settlement = one.settlement_on(day)
	if settlement is None:
		return _("Approved, not settled yet")
	if settlement.document is None:
		return _("Settled on {0} by earlier credits").format(formatdate(settlement.start))
	return _("Settled on {0} by {1}").format(formatdate(settlement.start), settlement.document)


def _money_in(currency: str) -> Callable[[Decimal], str]:
	"""Amounts without the currency's name: the page says it once."""
	precision = currency_precision(currency)

	def money(amount: Decimal) -> str:
		return fmt_money(flt(amount), precision=precision)

	return money
