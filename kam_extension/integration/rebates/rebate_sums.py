"""Rebates of accounts as they stood on a day (R43): earned = claimed + open, claimed = approved + settled.

What was claimed, cancelled and settled by then is known from the dates of the claim ledger and of the settlements. What
was received is what the ledger says now of receipts dated up to the day.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import frappe
from frappe.query_builder import Case, DocType
from frappe.query_builder.functions import Max, Sum
from frappe.utils import add_days

from kam_extension.integration.rebates.claims import DOCTYPE as CLAIM
from kam_extension.integration.rebates.claims import claimed_receipts
from kam_extension.integration.rebates.rebates import OpenRebates
from kam_extension.integration.rebates.request_dates import RequestDates, approved_requests
from kam_extension.policy.money import ZERO, decimal

IN_PROGRESS = ("Draft", "Pending")


@dataclass
class RebateSums:
	"""Company currency. `taken_back` (negative) is part of `claimed`; `cancelled` was claimed once and is free again.

	`pending` is what requests without all their approvals ask for: nobody is promised that, so it is in no other sum.
	"""

	collected: Decimal = ZERO
	open: Decimal = ZERO
	claimed: Decimal = ZERO
	settled: Decimal = ZERO
	taken_back: Decimal = ZERO
	cancelled: Decimal = ZERO
	pending: Decimal = ZERO

	@property
	def earned(self) -> Decimal:
		return self.claimed + self.open

	@property
	def approved(self) -> Decimal:
		return self.claimed - self.settled

	@property
	def balance(self) -> Decimal:
		"""What the customer has not got yet of what was earned."""
		return self.earned - self.settled


@dataclass
class Standing:
	"""The state of one day: sums by account, by account and programme ("" is the order's rate), and the requests."""

	accounts: dict[str, RebateSums] = field(default_factory=lambda: defaultdict(RebateSums))
	programmes: dict[tuple[str, str], RebateSums] = field(default_factory=lambda: defaultdict(RebateSums))
	requests: list[RequestDates] = field(default_factory=list)

	def add(self, key_account: str, programme: str, **amounts: Decimal) -> None:
		for sums in (self.accounts[key_account], self.programmes[key_account, programme]):
			for name, amount in amounts.items():
				setattr(sums, name, getattr(sums, name) + amount)


def rebates_on(company: str, key_accounts: Sequence[str], day: date) -> Standing:
	"""How the rebates of the accounts stood at the end of `day`. A fixed number of queries.

	Whether the reader may see the accounts is decided by the caller.
	"""
	standing = Standing()
	if key_accounts:
		standing.requests = approved_requests(company, key_accounts, day)
		_add_open(standing, company, key_accounts, day)
		_add_claims(standing, _claims(company, key_accounts, day), day)
		_add_pending(standing, company, key_accounts, day)
	return standing


def _add_open(standing: Standing, company: str, key_accounts: Sequence[str], day: date) -> None:
	rebates = OpenRebates(company, key_accounts, day)
	claimed = claimed_receipts(company, key_accounts, made_until=day)
	rows = rebates.rows(day, claimed)
	for row in rows:
		standing.add(row.key_account, "", open=row.rebate)
	for line in rebates.programmes(rows, claimed):
		standing.add(line.key_account, line.key.programme, open=line.rebate)
	for receipt in rebates.receipts.values():
		if receipt.key.sales_order in rebates.orders:
			account = rebates.account_of_customer[receipt.customer]
			standing.accounts[account].collected += receipt.amount


def _claims(company: str, key_accounts: Sequence[str], day: date) -> list:
	claim = DocType(CLAIM)
	amount = claim.rebate_amount
	is_taken_back = (amount < 0) & (claim.is_reversal == 0)
	return (
		frappe.qb.from_(claim)
		.select(
			claim.rebate_request,
			claim.key_account,
			claim.programme,
			Sum(amount).as_("claimed"),
			Sum(Case().when(claim.is_reversal == 1, -amount).else_(0)).as_("cancelled"),
			Sum(Case().when(is_taken_back, amount).else_(0)).as_("taken_back"),
			Max(claim.is_reversal).as_("is_cancelled"),
		)
		.where(claim.company == company)
		.where(claim.key_account.isin(list(key_accounts)))
		.where(claim.creation < add_days(day, 1))
		.groupby(claim.rebate_request, claim.key_account, claim.programme)
	).run(as_dict=True)


def _add_claims(standing: Standing, rows: Iterable, day: date) -> None:
	settled = {one.name for one in standing.requests if one.settlement_on(day)}
	for row in rows:
		claimed, cancelled = decimal(row.claimed), decimal(row.cancelled)
		standing.add(
			row.key_account,
			row.programme or "",
			claimed=claimed,
			cancelled=cancelled,
			taken_back=ZERO if row.is_cancelled else decimal(row.taken_back),
			settled=claimed if row.rebate_request in settled else ZERO,
		)


def _add_pending(standing: Standing, company: str, key_accounts: Sequence[str], day: date) -> None:
	rows = frappe.get_all(
		"Rebate Request",
		filters={
			"company": company,
			"key_account": ("in", list(key_accounts)),
			"docstatus": 0,
			"status": ("in", IN_PROGRESS),
			"creation": ("<", add_days(day, 1)),
		},
		fields=["key_account", "sum(total_rebate) as pending"],
		group_by="key_account",
	)
	for row in rows:
		standing.accounts[row.key_account].pending += decimal(row.pending)
