"""What accounts earned in rebate programmes, less what was claimed (R72, R73).

A programme counts what has been claimed of each receipt, or is being claimed now: money that finance verified, once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from kam_extension.integration.rebates.claims import Claimed, ProgrammeKey, ProgrammeShare
from kam_extension.integration.rebates.open_receipts import OpenReceipt, OrderRebate
from kam_extension.integration.rebates.programme_claims import (
	OpenProgramme,
	claimed_shares,
	differences,
	total,
	with_lasting,
)
from kam_extension.integration.rebates.programme_goods import ALL_GOODS, LastYear, Mix, order_mixes
from kam_extension.integration.rebates.programme_grants import Grant, PeriodTerms, ProgrammeGrants
from kam_extension.integration.rebates.receipts import ReceiptKey
from kam_extension.policy.codes import ProgrammeKind, RebateBase
from kam_extension.policy.money import ZERO, Rounding
from kam_extension.policy.programme_scope import LADDER, Claimant, Paid, kept, shares_of
from kam_extension.policy.programmes import Earned, Slice, earned

NOTHING = Earned(ZERO, ZERO, {})


class ProgrammeRebates:
	"""Programmes of several accounts of one company; `customers` is customer → key account. Free without grants."""

	def __init__(
		self,
		company: str,
		customers: Mapping[str, str],
		grants: Iterable[Grant],
		orders: Mapping[str, OrderRebate],
		rounding: Rounding,
	):
		self.company, self.customers, self.rounding = company, customers, rounding
		self.grants = ProgrammeGrants(company, grants)
		self.orders = {name: order for name, order in orders.items() if order.programmes}
		self.mixes = self._read_mixes()
		self.shares: dict[tuple, dict[str, Decimal]] = {}

	def left_to_order(self, name: str, key_account: str, day: date, order: OrderRebate) -> OrderRebate:
		"""The order's own rebate on a receipt of `day`: exclusive programmes may leave it only a part."""
		if name not in self.orders or order.programmes_only:
			return order
		periods = self._periods(order, key_account, day)
		return order.on_share(self._shares(name, order, periods).get(LADDER, ZERO))

	def lines(
		self, rows: Sequence[OpenReceipt], claimed: Mapping[ReceiptKey, Claimed]
	) -> list[OpenProgramme]:
		"""Every period that counts something or has claims, if `rows` were claimed on top of `claimed`."""
		claimed_before = claimed_shares(claimed)
		if not (self.orders or claimed_before):
			return []
		account = _Verified(self, rows, claimed)
		last_year = LastYear(self.company, self.customers, account.growing(), self.rounding)
		return [
			self._line(one, account, last_year, claimed_before.get(one, {}))
			for one in sorted(account.slices.keys() | claimed_before.keys())
		]

	def _line(
		self,
		one: tuple[str, ProgrammeKey],
		verified: "_Verified",
		last_year: LastYear,
		before: dict[ReceiptKey, ProgrammeShare],
	) -> OpenProgramme:
		(key_account, key), period = one, verified.periods.get(one)
		parts = verified.slices.get(one, [])
		result = self._earned(key_account, period, parts, last_year) if period else NOTHING
		targets = {part.receipt: ProgrammeShare(part.base, result.parts[part.receipt]) for part in parts}
		targets = with_lasting(targets, before, verified.stayed, self.rounding)
		return OpenProgramme(
			key=key,
			key_account=key_account,
			period=period,
			result=result,
			receipt_count=sum(1 for part in parts if part.base),
			earned=total(targets.values()),
			claimed_before=total(before.values()),
			claims=tuple(differences(key, result.rate, targets, before, verified.dates)),
			is_touched=any(part.base and part.receipt in verified.claimed_now for part in parts),
		)

	def _earned(
		self, key_account: str, period: PeriodTerms, parts: list[Slice], last_year: LastYear
	) -> Earned:
		is_growth = period.programme.kind == ProgrammeKind.GROWTH
		before = last_year.received(key_account, period) if is_growth else ZERO
		bands = period.terms.bands_of(period.programme.programme)
		return earned(period.programme, bands, parts, before, self.rounding)

	def slices_of(self, paid: Paid, key_account: str) -> list[tuple[PeriodTerms, Slice]]:
		"""What each programme of the order counts of a receipt, also where that is nothing."""
		order = self.orders[paid.order]
		periods = self._periods(order, key_account, paid.on)
		shares = self._shares(paid.order, order, periods)
		return [
			(period, self._slice(paid, order, period, shares.get(period.programme.programme, ZERO)))
			for period in periods
		]

	def _slice(self, paid: Paid, order: OrderRebate, period: PeriodTerms, share: Decimal) -> Slice:
		with_tax = period.terms.rebate_base == RebateBase.GROSS_RECEIPTS
		base = paid.amount * share * (1 if with_tax else order.net_share)
		return Slice(paid.receipt, paid.on, paid.order, self.rounding.money(base), order.net)

	def _periods(self, order: OrderRebate, key_account: str, day: date) -> tuple[PeriodTerms, ...]:
		found = (self.grants.on(key_account, code, day) for code in order.programmes)
		return tuple(period for period in found if period)

	def _shares(self, name: str, order: OrderRebate, periods: tuple[PeriodTerms, ...]) -> dict[str, Decimal]:
		key = (name, tuple((period.terms.name, period.key) for period in periods))
		if key not in self.shares:
			self.shares[key] = shares_of(_claimants(order, periods), self.mixes.get(name, ALL_GOODS))
		return self.shares[key]

	def _read_mixes(self) -> dict[str, Mix]:
		"""Only where a programme asks for an item group."""
		codes = {code for order in self.orders.values() for code in order.programmes}
		scoped = any(
			programme.item_group and programme.programme in codes
			for _first, _last, terms in self.grants.timeline
			for programme in terms.rebate_programmes
		)
		return order_mixes(self.orders) if scoped else {}


class _Verified:
	"""Money that is claimed or is being claimed, cut into what each period of each programme counts."""

	def __init__(
		self,
		programmes: ProgrammeRebates,
		rows: Sequence[OpenReceipt],
		claimed: Mapping[ReceiptKey, Claimed],
	):
		self.claimed_now = {row.key for row in rows}
		self.accounts = {row.key: row.key_account for row in rows}
		self.accounts |= {key: entry.key_account for key, entry in claimed.items()}
		self.dates = {row.key: row.posting_date for row in rows}
		self.dates |= {key: entry.posting_date for key, entry in claimed.items()}
		self.stayed = {paid.receipt: paid for paid in kept(self._paid(rows, claimed))}
		self.periods: dict[tuple[str, ProgrammeKey], PeriodTerms] = {}
		self.slices: dict[tuple[str, ProgrammeKey], list[Slice]] = defaultdict(list)
		for paid in self.stayed.values():
			if paid.order in programmes.orders:
				self._add(programmes, paid, claimed.get(paid.receipt))

	def growing(self) -> list[tuple[str, PeriodTerms]]:
		"""(key account, period) of the growth programmes."""
		return [
			(key_account, period)
			for (key_account, _key), period in self.periods.items()
			if period.programme.kind == ProgrammeKind.GROWTH
		]

	def _paid(self, rows: Sequence[OpenReceipt], claimed: Mapping[ReceiptKey, Claimed]) -> list[Paid]:
		amounts: dict[ReceiptKey, Decimal] = defaultdict(Decimal)
		for key, entry in claimed.items():
			amounts[key] += entry.amount
		for row in rows:
			amounts[row.key] += row.collected
		return [
			Paid(key, self.dates[key], key.sales_order, amount) for key, amount in amounts.items() if amount
		]

	def _add(self, programmes: ProgrammeRebates, paid: Paid, entry: Claimed | None) -> None:
		key_account = self.accounts[paid.receipt]
		for period, part in programmes.slices_of(paid, key_account):
			if entry and _counts_elsewhere(entry, period.key):
				continue
			self.periods[key_account, period.key] = period
			self.slices[key_account, period.key].append(part)


def _counts_elsewhere(entry: Claimed, key: ProgrammeKey) -> bool:
	"""A receipt that was claimed in one period of a programme never counts in another one."""
	return any(
		other.programme == key.programme and other != key and (share.amount or share.rebate)
		for other, share in entry.programmes.items()
	)


def _claimants(order: OrderRebate, periods: Iterable[PeriodTerms]) -> list[Claimant]:
	found = [
		Claimant(
			one.programme.programme,
			one.programme.priority,
			one.programme.is_exclusive,
			one.programme.item_group,
		)
		for one in periods
	]
	if not order.programmes_only:
		found.append(Claimant(LADDER, order.terms.ladder_priority, order.terms.ladder_exclusive))
	return found
