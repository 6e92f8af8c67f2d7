"""What the core needs to know of a document: amounts in company currency, already read and converted."""

from dataclasses import dataclass, field
from decimal import Decimal

from kam_extension.policy.codes import AccountClass, AccountStatus
from kam_extension.policy.money import ZERO, Rounding
from kam_extension.policy.rebates import Agreement


@dataclass(frozen=True)
class LineFacts:
	"""One item row. Rates are per unit of the document, costs per stock unit; both net of tax."""

	row: int
	item_code: str
	quantity: Decimal
	stock_quantity: Decimal
	net_rate: Decimal
	net_amount: Decimal
	list_rate: Decimal | None = None
	unit_cost: Decimal | None = None
	is_free: bool = False
	is_exempt: bool = False
	item_name: str = ""

	@property
	def has_known_cost(self) -> bool:
		"""A cost of zero is an unknown cost, never a free product (R24)."""
		return bool(self.unit_cost)

	def cost(self, rounding: Rounding) -> Decimal:
		"""Cost of the row as money; zero while its unit cost is unknown.

		A negative quantity lowers the net by its amount, and never the cost: nothing came back yet, and what is given
		for it would pay for the rest of the document.
		"""
		return rounding.money((self.unit_cost or ZERO) * max(self.stock_quantity, ZERO))


@dataclass(frozen=True)
class GroupFacts:
	"""An account above the document's own, with the exposure of everybody below it (R31)."""

	account: str
	exposure: Decimal
	credit_limit: Decimal


@dataclass(frozen=True)
class InstalmentFacts:
	"""What the terms of an order made due by today and nobody has paid (R32)."""

	order: str
	unpaid: Decimal


@dataclass(frozen=True)
class CreditFacts:
	"""Where the account stands with this document included: company currency, tax included (R31, R32)."""

	exposure: Decimal = ZERO
	credit_limit: Decimal = ZERO
	overdue_days: int = 0
	max_overdue_days: int = 0
	groups: tuple[GroupFacts, ...] = ()
	instalments: tuple[InstalmentFacts, ...] = ()


@dataclass(frozen=True)
class AccountFacts:
	"""The key account behind the document."""

	name: str = ""
	customer: str = ""
	account_class: str = AccountClass.ORDINARY
	tier: str | None = None
	status: str = AccountStatus.ACTIVE


@dataclass(frozen=True)
class DocumentFacts:
	"""One selling document before tax: the terms N, C, O and B of section D are read from here.

	`net` is the effective net N, `gross` the grand total, `other_costs` O. `exchange_rate` is what a unit of the
	document's currency was counted as; an unknown one was taken from the document itself. `commits` is true where the company commits
	itself to deliver (order, delivery): there the account's status and credit count.
	"""

	account: AccountFacts
	lines: tuple[LineFacts, ...]
	net: Decimal
	gross: Decimal
	other_costs: Decimal = ZERO
	agreement: Agreement | None = None
	is_dealer_led: bool = False
	is_unreferenced_credit: bool = False
	commits: bool = False
	credit: CreditFacts | None = None
	rounding: Rounding = field(default_factory=Rounding)
	exchange_rate: Decimal = Decimal(1)
	is_exchange_rate_known: bool = True
