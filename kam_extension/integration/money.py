"""The site's rounding, so that our figures equal the ledger's."""

from decimal import Decimal

import frappe
from frappe.utils import cint, get_number_format_info

from kam_extension.policy.money import Rounding

DEFAULT_NUMBER_FORMAT = "#,###.##"


def currency_precision(currency: str | None = None) -> int:
	"""Decimals of money on this site: what the ledger keeps, or the currency's smallest fraction where that is finer.

	A smallest fraction of 1.00 only rounds the totals to be paid: amounts keep their decimals in the ledger.
	"""
	setting = cint(frappe.db.get_default("currency_precision"))
	if setting:
		return setting
	fraction = (
		frappe.get_cached_value("Currency", currency, "smallest_currency_fraction_value")
		if currency
		else None
	)
	own = -Decimal(str(fraction)).normalize().as_tuple().exponent if fraction else 0
	return max(own, _ledger_precision())


def _ledger_precision() -> int:
	number_format = frappe.db.get_default("number_format") or DEFAULT_NUMBER_FORMAT
	return get_number_format_info(number_format)[-1]


def site_rounding(currency: str | None = None) -> Rounding:
	"""Rounding of money in `currency` by this site's rounding method."""
	method = frappe.get_system_settings("rounding_method")
	return Rounding(precision=currency_precision(currency), half_to_even=method == "Banker's Rounding")


def company_currency(company: str) -> str:
	return frappe.get_cached_value("Company", company, "default_currency")
