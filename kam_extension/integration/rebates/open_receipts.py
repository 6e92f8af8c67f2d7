"""What is still open of one receipt: money received less what was claimed of it (R38, R41). No database
here."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from kam_extension.integration.rebates.claims import Claim, Claimed, ClaimedShare
from kam_extension.integration.rebates.receipts import Receipt, ReceiptKey
from kam_extension.policy.money import ZERO, Rounding
from kam_extension.policy.rebates import rebate_on_receipt
from kam_extension.policy.terms import PolicyTerms

# As fine as the database keeps a percentage.
RATE_STEP = Decimal("1e-9")


@dataclass(frozen=True)
class OrderRebate:
	"""The rebate that an order earns as it stands now: rate in percent, gross and effective net in company currency.

	`programmes` are those that its agreement grants. `share` (0 to 1) is what they leave of a receipt to the order's
	own rate; `rate` is already lowered by it.
	"""

	rate: Decimal
	net_share: Decimal
	gross: Decimal
	agreement: str
	terms: PolicyTerms
	net: Decimal = ZERO
	programmes: tuple[str, ...] = ()
	programmes_only: bool = False
	share: Decimal = Decimal(1)

	def on_share(self, share: Decimal) -> "OrderRebate":
		"""The same order where only `share` of a receipt is left to its rate."""
		return (
			self if share == 1 else replace(self, share=share, rate=(self.rate * share).quantize(RATE_STEP))
		)

	def on(self, amount: Decimal, rounding: Rounding) -> Decimal:
		return rebate_on_receipt(amount, self.rate, self.net_share, self.terms, rounding)


@dataclass(frozen=True)
class OpenReceipt:
	"""A row that a request may claim. Money in company currency, rates in percent.

	`previous` is the claim that the row takes back or moves to another rate; a change of rate collects nothing.
	"""

	key: ReceiptKey
	key_account: str
	posting_date: date
	sales_invoice: str | None
	collected: Decimal
	rate: Decimal
	rebate: Decimal
	is_open_difference: bool = False
	order: OrderRebate | None = None
	previous: ClaimedShare | None = None
	is_rate_change: bool = False

	@property
	def identity(self) -> tuple:
		"""Tells the rows of one account apart; stable while nothing changes in the ledger."""
		previous = self.previous.rate if self.previous else None
		return self.key, self.is_rate_change, previous or None

	@property
	def is_divisible(self) -> bool:
		"""Whether a part may be claimed now and the rest later."""
		return self.previous is None and self.collected > 0

	@property
	def is_owed_back(self) -> bool:
		"""Whether the row takes money back from the customer: the next request has to net it (R41)."""
		return self.rebate < 0 or self.collected < 0

	def part(self, collected: Decimal, rounding: Rounding) -> "OpenReceipt":
		"""The same row for a smaller amount."""
		if collected == self.collected:
			return self
		return replace(self, collected=collected, rebate=self.order.on(collected, rounding))

	def claims(self) -> list[Claim]:
		"""What the ledger records when the row is claimed: a change of rate moves the amount between two rates."""
		if not self.is_rate_change:
			return [self._claim(self.collected, self.rate, self.rebate)]
		old = self.previous
		return [
			self._claim(-old.amount, old.rate, -old.rebate),
			self._claim(old.amount, self.rate, old.rebate + self.rebate),
		]

	def _claim(self, amount: Decimal, rate: Decimal, rebate: Decimal) -> Claim:
		return Claim(self.key, self.posting_date, self.sales_invoice, amount, rate, rebate)


def open_rows(
	receipt: Receipt | None,
	claimed: Claimed | None,
	order: OrderRebate | None,
	base: OpenReceipt,
	rounding: Rounding,
) -> Iterator[OpenReceipt]:
	"""The open rows of one receipt, without those of zero.

	`receipt` None: it has gone from the ledger. `order` None: the order earns no rebate (any more); then
	nothing new is owed and what was claimed is taken back only as far as the money went back. `base` carries
	what all rows share.
	"""
	shares = [replace(share) for share in claimed.shares if share.amount] if claimed else []
	difference = _target(receipt, claimed, order) - sum((share.amount for share in shares), ZERO)
	for share, amount, rebate in _take_back(shares, difference, rounding):
		yield replace(base, collected=amount, rate=share.rate, rebate=rebate, previous=share)
		difference -= amount
	if order is None:
		return
	if difference:
		yield replace(base, collected=difference, rate=order.rate, rebate=order.on(difference, rounding))
	yield from _rate_changes(shares, order, base, rounding)


def _target(receipt: Receipt | None, claimed: Claimed | None, order: OrderRebate | None) -> Decimal:
	current = receipt.amount if receipt else ZERO
	if order is not None:
		return current
	low, high = min(current, ZERO), max(current, ZERO)
	return min(max(claimed.amount if claimed else ZERO, low), high)


def _take_back(
	shares: list[ClaimedShare], difference: Decimal, rounding: Rounding
) -> Iterator[tuple[ClaimedShare, Decimal, Decimal]]:
	"""Spread a difference against the claims over them, the latest first; the shares keep what is left of them.

	Yields the share as it was, the amount and the rebate of the part, both with the difference's sign.
	"""
	for share in sorted(shares, key=lambda share: share.last_number, reverse=True):
		if not difference or (share.amount > 0) == (difference > 0):
			continue
		before = replace(share)
		amount = min(abs(share.amount), abs(difference)).copy_sign(difference)
		rebate = -_rebate_part(share, -amount, rounding)
		share.amount += amount
		share.rebate += rebate
		difference -= amount
		yield before, amount, rebate


def _rebate_part(share: ClaimedShare, amount: Decimal, rounding: Rounding) -> Decimal:
	"""The rebate on `amount` of a claim; all that is left of it for all of its amount."""
	if amount == share.amount:
		return share.rebate
	return rounding.money(share.rebate * amount / share.amount)


def _rate_changes(
	shares: list[ClaimedShare], order: OrderRebate, base: OpenReceipt, rounding: Rounding
) -> Iterator[OpenReceipt]:
	for share in shares:
		change = order.on(share.amount, rounding) - share.rebate
		if share.amount and share.rate != order.rate and change:
			yield replace(
				base, collected=ZERO, rate=order.rate, rebate=change, previous=share, is_rate_change=True
			)
