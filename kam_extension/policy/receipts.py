"""Which cash stands for which row of a payment, and for which order of an invoice (R38). Exact, not rounded."""

from collections.abc import Hashable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

from kam_extension.policy.money import ZERO

Key = TypeVar("Key", bound=Hashable)


def cash_parts(cash: Decimal, pieces: Sequence[Decimal]) -> list[Decimal]:
	"""`cash` (positive received, negative paid back) spread over the pieces of its own sign, pro rata.

	Pieces of the other sign get nothing: an invoice that is settled partly by money and partly by a credit note
	received the money only, whether the credit note was reconciled before or within the payment. The parts add
	up to `cash`; without a fitting piece all are 0.
	"""
	fitting = [piece if piece * cash > 0 else ZERO for piece in pieces]
	whole = sum(fitting, ZERO)
	return [cash * piece / whole if piece else ZERO for piece in fitting]


def journal_cash(bank: Decimal, parties: Decimal) -> Decimal:
	"""The cash of a journal that moved between bank and parties: the smaller of both, 0 where their signs differ.

	`bank` is what bank and cash accounts gained, `parties` what the parties were credited for, company currency.
	"""
	if bank * parties <= 0:
		return ZERO
	return bank if abs(bank) < abs(parties) else parties


def invoice_shares(nets: Mapping[Key, Decimal]) -> dict[Key, Decimal]:
	"""The share of each key in an invoice of these net amounts; shares are never negative and add up to 1.

	Amounts against the sign of the total (a deducted down payment) lower the others pro rata. A total of zero is
	shared equally.
	"""
	total = sum(nets.values(), ZERO)
	if not total:
		return {key: Decimal(1) / len(nets) for key in nets}
	fitting = {key: net for key, net in nets.items() if net * total > 0}
	whole = sum(fitting.values(), ZERO)
	return {key: net / whole for key, net in fitting.items()}
