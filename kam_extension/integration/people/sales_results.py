"""What accounts brought in a month: the sales result of their manager and of their unit (R59)."""

from calendar import monthrange
from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import getdate

from kam_extension.integration.commission.manager_history import ManagerHistory
from kam_extension.integration.metrics.collected import collected
from kam_extension.integration.metrics.invoices import revenue
from kam_extension.integration.metrics.orders import contract_amount
from kam_extension.integration.plans.periods import period_scope
from kam_extension.policy.codes import SalesBasis
from kam_extension.policy.money import ZERO

_METRIC = {
	SalesBasis.ORDERS: contract_amount,
	SalesBasis.INVOICES: revenue,
	SalesBasis.RECEIPTS: collected,
}


def month_start(day) -> date:
	return getdate(day).replace(day=1)


def month_end(day) -> date:
	first = month_start(day)
	return first.replace(day=monthrange(first.year, first.month)[1])


def results_by_manager(company: str, month: date, managers: Collection[str]) -> dict[str, Decimal]:
	"""{user: sales result in company currency} of a month: accounts count for who managed them at its end.

	A fixed number of queries, however many managers and accounts.
	"""
	history = _Managers(company, month)
	wanted = {customer: name for customer, name in history.accounts.items() if history.of(name) in managers}
	totals = dict.fromkeys(managers, ZERO)
	for name, amount in _amounts(company, month, wanted).items():
		totals[history.of(name)] += amount or ZERO
	return totals


def result_of_unit(company: str, unit: str, month: date) -> Decimal:
	"""Sales result of the accounts whose responsible unit is `unit`, in company currency."""
	return sum(_amounts(company, month, _accounts(company, responsible_unit=unit)).values(), ZERO)


class _Managers:
	"""Who managed the accounts of a company at the end of a month."""

	def __init__(self, company: str, month: date):
		self.accounts = _accounts(company)
		self._history = ManagerHistory(self.accounts.values())
		self._day = month_end(month)

	def of(self, key_account: str) -> str:
		return self._history.manager_on(key_account, self._day)


def _accounts(company: str, **filters) -> dict[str, str]:
	rows = frappe.get_all("Key Account", filters={"company": company, **filters}, fields=["customer", "name"])
	return {row.customer: row.name for row in rows}


def _amounts(company: str, month: date, accounts: Mapping[str, str]) -> dict[str, Decimal | None]:
	if not accounts:
		return {}
	basis = SalesBasis(
		frappe.get_cached_doc("KAM Settings").get("scorecard_sales_basis") or SalesBasis.ORDERS
	)
	return _METRIC[basis](period_scope(company, accounts, month_start(month), month_end(month)))
