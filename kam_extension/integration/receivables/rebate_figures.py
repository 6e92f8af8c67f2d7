"""Rebates of accounts on a day, as the Rebate Statement has them (R43)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe

from kam_extension.integration.rebates.rebate_sums import Standing, rebates_on
from kam_extension.policy.money import ZERO, decimal

_WITH_REBATES = """
	select key_account from `tabRebate Agreement` where docstatus = 1 and key_account in %(accounts)s
	union select key_account from `tabKAM Rebate Claim` where company = %(company)s and key_account in %(accounts)s
"""


@dataclass(frozen=True)
class RebateFigures:
	"""Company currency. `to_settle` is approved and still to be credited or paid: what was credited by hand before and
	is attached to the request (R74) is in the ledger already.
	"""

	accrued: Decimal = ZERO
	claimed: Decimal = ZERO
	settled: Decimal = ZERO
	to_settle: Decimal = ZERO


def rebate_figures(company: str, key_accounts: Sequence[str], day: date) -> dict[str, RebateFigures]:
	"""Figures by key account; accounts that never had an agreement or a claim are left out and cost nothing.

	A fixed number of queries. Whether the reader may see the accounts is decided by the caller.
	"""
	if not key_accounts:
		return {}
	values = {"company": company, "accounts": tuple(key_accounts)}
	accounts = [row[0] for row in frappe.db.sql(_WITH_REBATES, values)]
	standing = rebates_on(company, accounts, day)
	attached = _attached_to_unsettled(standing, day)
	return {
		name: RebateFigures(sums.open, sums.claimed, sums.settled, sums.approved - attached.get(name, ZERO))
		for name, sums in standing.accounts.items()
	}


def _attached_to_unsettled(standing: Standing, day: date) -> dict[str, Decimal]:
	unsettled = [one.name for one in standing.requests if one.is_approved(day) and not one.settlement_on(day)]
	return _attached(unsettled) if unsettled else {}


def _attached(requests: Iterable[str]) -> dict[str, Decimal]:
	rows = frappe.get_all(
		"Rebate Request",
		filters={"name": ("in", list(requests))},
		fields=["key_account", "sum(attached_total) as attached"],
		group_by="key_account",
	)
	return {row.key_account: decimal(row.attached) for row in rows}
