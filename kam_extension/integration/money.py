"""The site's rounding, so that our figures equal the ledger's."""

from decimal import Decimal

import frappe
from frappe.utils import cint

from kam_extension.policy.money import Rounding

DEFAULT_PRECISION = 2


def currency_precision(currency: str | None = None) -> int:
	"""Decimals of money on this site: the system setting, else the currency's smallest fraction, else two."""
	setting = frappe.db.get_default("currency_precision")
	if setting not in (None, ""):
		return cint(setting)
	fraction = (
		frappe.get_cached_value("Currency", currency, "smallest_currency_fraction_value")
		if currency
		else None
	)
	return max(-Decimal(str(fraction)).normalize().as_tuple().exponent, 0) if fraction else DEFAULT_PRECISION


def site_rounding(currency: str | None = None) -> Rounding:
	"""Rounding of money in `currency` by this site's rounding method."""
	method = frappe.get_system_settings("rounding_method")
	return Rounding(precision=currency_precision(currency), half_to_even=method == "Banker's Rounding")


def company_currency(company: str) -> str:
	return frappe.get_cached_value("Company", company, "default_currency")
