"""What an order still is after returns, credit notes and its early end: the net that its rebate rate follows
(R38)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from kam_extension.policy.money import ZERO


@dataclass(frozen=True)
class OrderRow:
	"""Net amounts of one row of an order, company currency.

	`invoiced` and `credited` are what submitted invoices took and their credit notes gave back. `delivered` is the
	value of the goods that the customer has, `returned` of those that came back and were not delivered again.
	"""

	ordered: Decimal
	invoiced: Decimal = ZERO
	credited: Decimal = ZERO
	delivered: Decimal = ZERO
	returned: Decimal = ZERO

	def standing(self, is_closed: bool) -> Decimal:
		"""What is left of the row. A row of negative amount (a deduction) is left in the same way."""
		if self.ordered < 0 or (not self.ordered and self.invoiced < 0):
			return -self._opposite().standing(is_closed)
		return self._invoiced_and_kept() if is_closed else self._ordered_and_kept()

	def _ordered_and_kept(self) -> Decimal:
		"""Goods that are returned and credited count once; what was invoiced anew is no longer credited."""
		missing = max(self.ordered - (self.invoiced - self.credited), ZERO)
		return self.ordered - max(min(self.credited, missing), self.returned)

	def _invoiced_and_kept(self) -> Decimal:
		"""Returned goods take from the invoices what no credit note took yet; goods never invoiced take nothing."""
		never_invoiced = max(self.delivered + self.returned - self.invoiced, ZERO)
		return self.invoiced - max(self.credited, self.returned - never_invoiced)

	def _opposite(self) -> "OrderRow":
		return OrderRow(-self.ordered, -self.invoiced, -self.credited, -self.delivered, -self.returned)


def standing_net(rows: Iterable[OrderRow], is_closed: bool, credited_apart: Decimal = ZERO) -> Decimal:
	"""The net amount that an order stands for (R38), never negative.

	An open order: what was ordered, less what came back or was credited and has not been delivered or invoiced
	again. A closed one: what was invoiced, less the same. `credited_apart` are credit notes on the order's
	invoices that name no row of it.
	"""
	return max(sum((row.standing(is_closed) for row in rows), ZERO) - credited_apart, ZERO)
