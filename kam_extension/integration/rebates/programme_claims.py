"""The difference between what a programme's period earned and what was claimed in it, receipt by receipt (R73)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kam_extension.integration.rebates.claims import Claim, Claimed, ProgrammeKey, ProgrammeShare
from kam_extension.integration.rebates.programme_grants import PeriodTerms
from kam_extension.integration.rebates.receipts import ReceiptKey
from kam_extension.policy.money import ZERO, Rounding
from kam_extension.policy.programme_scope import Paid
from kam_extension.policy.programmes import Earned

Shares = Mapping[ReceiptKey, ProgrammeShare]


@dataclass(frozen=True)
class OpenProgramme:
	"""One period of a programme of one account, in company currency; `rebate` is the net difference that is open.

	`result` is what the receipts earn as granted now; `earned` has what stays of ended agreements besides. `period` is
	None where nobody grants the programme any more. `is_touched`: a receipt that is being claimed counts for it.
	"""

	key: ProgrammeKey
	key_account: str
	period: PeriodTerms | None
	result: Earned
	receipt_count: int
	earned: Decimal
	claimed_before: Decimal
	claims: tuple[Claim, ...]
	is_touched: bool

	@property
	def rebate(self) -> Decimal:
		return self.earned - self.claimed_before

	@property
	def is_owed_back(self) -> bool:
		"""The next request has to net it (R41)."""
		return self.rebate < 0


def claimed_shares(
	claimed: Mapping[ReceiptKey, Claimed],
) -> dict[tuple[str, ProgrammeKey], dict[ReceiptKey, ProgrammeShare]]:
	"""{(key account, period of a programme): {receipt: what is claimed}}, without what was reversed."""
	found: dict[tuple[str, ProgrammeKey], dict[ReceiptKey, ProgrammeShare]] = defaultdict(dict)
	for receipt, entry in claimed.items():
		for key, share in entry.programmes.items():
			if share.amount or share.rebate:
				found[entry.key_account, key][receipt] = share
	return dict(found)


def with_lasting(targets: Shares, before: Shares, stayed: Mapping[tuple, Paid], rounding: Rounding) -> Shares:
	"""`targets` and what lasts of claims on receipts that nobody grants any more.

	An agreement that ends takes nothing back, only money that goes back does: in proportion.
	"""
	lasting = {
		receipt: _lasting(share, stayed[receipt].amount, rounding)
		for receipt, share in before.items()
		if receipt not in targets and receipt in stayed and share.amount > 0
	}
	return {**lasting, **targets}


def differences(
	key: ProgrammeKey, rate: Decimal, targets: Shares, before: Shares, dates: Mapping[ReceiptKey, date]
) -> Iterator[Claim]:
	"""What the claim ledger records for each receipt; adds up to earned less claimed before."""
	nothing = ProgrammeShare()
	for receipt in sorted({*targets, *before}):
		target, old = targets.get(receipt, nothing), before.get(receipt, nothing)
		if target != old:
			yield Claim(
				key=receipt,
				posting_date=dates[receipt],
				sales_invoice=None,
				amount=target.amount - old.amount,
				rate=rate,
				rebate=target.rebate - old.rebate,
				programme=key,
			)


def total(shares: Iterable[ProgrammeShare]) -> Decimal:
	return sum((share.rebate for share in shares), ZERO)


def _lasting(share: ProgrammeShare, stayed: Decimal, rounding: Rounding) -> ProgrammeShare:
	part = min(stayed / share.amount, Decimal(1))
	return ProgrammeShare(rounding.money(share.amount * part), rounding.money(share.rebate * part))
