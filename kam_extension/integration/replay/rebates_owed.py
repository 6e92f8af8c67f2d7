"""What each policy would owe on the money that came in (R37, R38, R62)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import frappe

from kam_extension.integration.rebates.accruals import accounts_with_rebates
from kam_extension.integration.rebates.rebate_orders import order_rebates
from kam_extension.integration.rebates.receipt_sources import Scope
from kam_extension.integration.rebates.receipts import Receipt, receipts_on_orders
from kam_extension.integration.replay.order_rows import Selection
from kam_extension.integration.replay.sides import Policies
from kam_extension.policy.money import Rounding
from kam_extension.policy.terms import PolicyTerms

ACCOUNTS_AT_A_TIME = 200


@dataclass
class RebateTally:
	"""Rebates in company currency by the month of the receipt (such as 2026-06), and by key account."""

	months: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
	accounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

	def total(self) -> Decimal:
		return sum(self.months.values(), Decimal(0))


@dataclass
class Rebates:
	"""`tried` under the policy that is tried; `before` under the one compared with."""

	tried: RebateTally = field(default_factory=RebateTally)
	before: RebateTally = field(default_factory=RebateTally)

	def add(
		self, selection: Selection, accounts: dict[str, str], policies: Policies, rounding: Rounding
	) -> None:
		"""Count the receipts of some accounts, {customer: key account}. A fixed number of queries."""
		scope = Scope(selection.company, list(accounts), selection.to_date, selection.from_date)
		receipts = list(receipts_on_orders(scope).values())
		for tally, terms in ((self.tried, policies.tried), (self.before, policies.compared)):
			_count(tally, selection.company, accounts, receipts, terms, rounding)


def _count(
	tally: RebateTally,
	company: str,
	accounts: dict[str, str],
	receipts: Sequence[Receipt],
	terms: PolicyTerms | None,
	rounding: Rounding,
) -> None:
	"""Without `terms`, each order earns under the policy that judged it, else the one in force."""
	orders = {receipt.key.sales_order for receipt in receipts}
	earned = order_rebates(company, accounts.values(), orders, under=terms, unjudged_too=True)
	for receipt in receipts:
		order = earned.get(receipt.key.sales_order)
		if order:
			rebate = order.on(receipt.amount, rounding)
			tally.months[f"{receipt.posting_date:%Y-%m}"] += rebate
			tally.accounts[accounts[receipt.customer]] += rebate


def rebate_accounts(selection: Selection) -> Iterator[dict[str, str]]:
	"""{customer: key account} of the accounts in the selection that have an agreement, some at a time."""
	names = accounts_with_rebates(selection.company)
	for start in range(0, len(names), ACCOUNTS_AT_A_TIME):
		values = selection.values() | {"names": tuple(names[start : start + ACCOUNTS_AT_A_TIME])}
		yield dict(
			frappe.db.sql(
				f"""select account.customer, account.name from `tabKey Account` account
				where account.name in %(names)s and {selection.condition()}""",
				values,
			)
		)
