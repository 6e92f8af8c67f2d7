"""The part that is left of a document whose rest was given up (R25)."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from kam_extension.policy.facts import DocumentFacts, LineFacts
from kam_extension.policy.money import ZERO, Rounding

STORED_QUANTITY = Decimal("1e-9")
"""The decimals that the database keeps: what a share that is no finite decimal is rounded to."""


def remainder_of(document: DocumentFacts, shares: Mapping[int, Decimal]) -> DocumentFacts:
	"""`document` with only `shares` (row → part of it, 0 to 1) of its rows, at their rates.

	Charges, discounts and other costs fall on the rows by their share in net amount. No row is exempt: what was quoted
	or checked was the whole quantity. Credit is left out: nothing new is promised.
	"""
	rounding = document.rounding
	lines = tuple(
		_part_of(line, shares[line.row], rounding) for line in document.lines if shares.get(line.row)
	)
	whole = sum((line.net_amount for line in document.lines), ZERO)
	part = sum((line.net_amount for line in lines), ZERO) / whole if whole else ZERO
	return replace(
		document,
		lines=lines,
		net=rounding.money(document.net * part),
		gross=rounding.money(document.gross * part),
		other_costs=rounding.money(document.other_costs * part),
		commits=False,
		credit=None,
	)


def _part_of(line: LineFacts, share: Decimal, rounding: Rounding) -> LineFacts:
	return replace(
		line,
		quantity=(line.quantity * share).quantize(STORED_QUANTITY),
		stock_quantity=(line.stock_quantity * share).quantize(STORED_QUANTITY),
		net_amount=rounding.money(line.net_amount * share),
		is_exempt=False,
	)
