"""What a document's currency is worth to the company, by the site's own look-up (R3, R23)."""

from dataclasses import dataclass
from decimal import Decimal

import frappe
from erpnext.setup.utils import get_exchange_rate
from frappe.utils import getdate

from kam_extension.integration.money import company_currency
from kam_extension.policy.money import ZERO, decimal

FAILURES = "kam_unknown_exchange_rates"
SECONDS_TO_REMEMBER_A_FAILURE = 300
"""An exchange rate service that does not answer is not asked again by every keystroke."""


@dataclass(frozen=True)
class JudgedRate:
	"""Company currency per unit of the document's currency as prices are judged by it.

	`share` is what the judged rate leaves of the document's own company-currency amounts, at most 1.
	"""

	rate: Decimal = Decimal(1)
	share: Decimal = Decimal(1)
	is_known: bool = True


def judged_rate(doc) -> JudgedRate:
	"""The lower of the document's rate and the site's rate of today.

	A client may send any `conversion_rate`; a higher one would make every price in company currency look better.
	The server's date decides, as for the policy (R13): a document's date is editable. A rate that the site does not
	know leaves the document's own in place, and `is_known` false.
	"""
	own = decimal(doc.conversion_rate) or Decimal(1)
	if doc.currency == company_currency(doc.company):
		return JudgedRate(own)
	site = site_rate(doc.currency, company_currency(doc.company))
	if not site:
		return JudgedRate(own, is_known=False)
	return JudgedRate(min(own, site), min(site / own, Decimal(1)))


def site_rate(currency: str, to_currency: str) -> Decimal:
	"""Today's selling rate as ERPNext finds it (Currency Exchange, else the rate service); 0 where it finds none."""
	failures = frappe.cache.get_value(FAILURES, expires=True) or []
	if [currency, to_currency, str(getdate())] in failures:
		return ZERO
	rate = decimal(get_exchange_rate(currency, to_currency, getdate(), args="for_selling"))
	if not rate:
		failures.append([currency, to_currency, str(getdate())])
		frappe.cache.set_value(FAILURES, failures, expires_in_sec=SECONDS_TO_REMEMBER_A_FAILURE)
	return rate


def forget_failures(currency_exchange=None, method: str | None = None) -> None:
	"""Event of Currency Exchange: what was unknown may be known now."""
	frappe.cache.delete_value(FAILURES)
