"""How large the book is."""

import os
from dataclasses import dataclass, fields

PREFIX = "KAM_BENCH_"


@dataclass(frozen=True)
class Size:
	"""Numbers of documents; each may be set in the environment as KAM_BENCH_ACCOUNTS and so on.

	Every invoice has one item row, one or two terms, one settling voucher and therefore two payment-ledger rows; every
	order has two item rows and one row of tax. Documents are spread evenly over the accounts and over three years.
	"""

	accounts: int = 20_000
	invoices: int = 1_000_000
	orders: int = 400_000
	items: int = 500

	def __post_init__(self):
		if self.invoices < 10 * self.accounts or self.orders < 10 * self.accounts:
			raise SystemExit("the book needs at least 10 invoices and 10 orders for each account")

	@classmethod
	def from_environment(cls) -> "Size":
		return cls(**cls.named_in_environment())

	@classmethod
	def named_in_environment(cls) -> dict[str, int]:
		named = {field.name: os.environ.get(PREFIX + field.name.upper()) for field in fields(cls)}
		return {name: int(value) for name, value in named.items() if value}

	def halved(self) -> "Size":
		"""The same accounts with half the documents."""
		return Size(self.accounts, self.invoices // 2, self.orders // 2, self.items)
