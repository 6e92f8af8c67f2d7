"""The money of an account and of the group under it, as its form shows it (R6, R31)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import add_months

from kam_extension.integration.credit.exposures import credit_positions, exposures
from kam_extension.integration.credit.groups import members_below
from kam_extension.integration.receivables.open_items import OpenItem, open_items
from kam_extension.policy.money import ZERO, decimal, percent_of

_REVENUE = """
	select customer,
		sum(if(posting_date > %(year)s, base_net_total, 0)), sum(if(posting_date > %(year)s, 0, base_net_total))
	from `tabSales Invoice`
	where docstatus = 1 and company = %(company)s and customer in %(customers)s
		and is_internal_customer = 0 and is_opening != 'Yes'
		and posting_date > %(year_before)s and posting_date <= %(today)s
	group by customer
"""
_ORDERS = """
	select count(*) from `tabSales Order`
	where docstatus = 1 and company = %(company)s and customer in %(customers)s
		and is_internal_customer = 0 and transaction_date > %(year)s and transaction_date <= %(today)s
"""
_REBATES = """
	select sum(if(docstatus = 0, total_rebate, 0)), sum(if(docstatus = 1, amount_to_settle, 0)), count(*)
	from `tabRebate Request`
	where key_account = %(account)s and company = %(company)s and docstatus < 2
		and status not in ('Settled', 'Rejected')
"""


@dataclass(frozen=True)
class Books:
	"""What the books say of some customers of one company: revenue of this year and the one before, open items."""

	revenue: dict[str, tuple[Decimal, Decimal]]
	items: Sequence[OpenItem]
	today: date

	def figures(self, customers: Sequence[str]) -> dict:
		"""Company currency. Revenue is net, of the last twelve months and of the twelve before, as in the scorecard;
		what is owed is with tax, by the Payment Ledger.
		"""
		years = [self.revenue[customer] for customer in customers if customer in self.revenue]
		now, before = (sum(year, ZERO) for year in zip(*years, strict=True)) if years else (ZERO, ZERO)
		items = [item for item in self.items if item.customer in customers]
		return {
			"revenue": float(now),
			"revenue_before": float(before),
			"growth": round(float(percent_of(now - before, before)), 1) if before > 0 else None,
			"outstanding": float(sum((item.outstanding for item in items), ZERO)),
			"overdue": float(sum((item.overdue(self.today) for item in items), ZERO)),
			"days_overdue": max((item.days_overdue(self.today) for item in items), default=0),
		}


def money_blocks(account, today: date) -> dict:
	"""`money` of the account with its exposure and limit as the credit rule has them, and `group`: the same of the
	account and all below it in its home company, None where nobody is below it.
	"""
	members = members_below(account.name)
	customers = [member.customer for member in members] or [account.customer]
	books = _read_books(account.company, customers, today)
	position = credit_positions(account.company, [account])[account.name]
	money = {
		**books.figures([account.customer]),
		"exposure": float(position.exposure),
		"credit_limit": float(position.credit_limit),
		"limit_use": None if position.use is None else round(float(position.use), 1),
	}
	return {"money": money, "group": _group(account.company, customers, books) if members else None}


def rebate_block(account) -> dict | None:
	"""Rebates requested of the home company that are not settled: those `in_approval` and those approved, `to_settle`;
	None without any.
	"""
	values = {"account": account.name, "company": account.company}
	[(in_approval, to_settle, number)] = frappe.db.sql(_REBATES, values)
	return {"in_approval": float(in_approval), "to_settle": float(to_settle)} if number else None


def _group(company: str, customers: Sequence[str], books: Books) -> dict:
	[(orders,)] = frappe.db.sql(_ORDERS, _values(company, customers, books.today))
	return {
		"accounts": len(customers),
		**books.figures(customers),
		"exposure": float(sum(exposures(company, customers).values(), ZERO)),
		"orders": orders,
	}


def _read_books(company: str, customers: Sequence[str], today: date) -> Books:
	rows = frappe.db.sql(_REVENUE, _values(company, customers, today))
	revenue = {customer: (decimal(now), decimal(before)) for customer, now, before in rows}
	return Books(revenue, open_items(company, customers, today), today)


def _values(company: str, customers: Sequence[str], today: date) -> dict:
	return {
		"company": company,
		"customers": tuple(customers),
		"today": today,
		"year": add_months(today, -12),
		"year_before": add_months(today, -24),
	}
