"""Amounts of a settlement in the currency of the customer's account (R40)."""

from decimal import Decimal

import frappe
from erpnext.setup.utils import get_exchange_rate
from frappe import _
from frappe.utils import flt, formatdate

from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.rebates.settlement.settings import currency_of
from kam_extension.policy.money import decimal


def rate_of_the_day(account: str, company: str, day) -> Decimal:
	"""Company currency for one unit of the account's currency on `day`; 1 where they are the same."""
	currency, base = currency_of(account), company_currency(company)
	if currency == base:
		return Decimal(1)
	rate = flt(get_exchange_rate(currency, base, day, "for_selling"))
	if not rate:
		frappe.throw(
			_("There is no exchange rate from {0} to {1} for {2}. Add a Currency Exchange.").format(
				currency, base, formatdate(day)
			),
			title=_("Missing Exchange Rate"),
		)
	return decimal(rate)


def in_account_currency(amount: Decimal, account: str, company: str, day) -> Decimal:
	"""`amount` of company currency in the account's currency, at the rate of `day`."""
	rounding = site_rounding(currency_of(account))
	return rounding.money(amount / rate_of_the_day(account, company, day))


def exact_rate(amount: Decimal, converted: Decimal) -> Decimal:
	"""The rate that leads from `converted` back to `amount`, to the cent."""
	return amount / converted if converted else Decimal(1)
