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

	@property
	def has_known_cost(self) -> bool:
		"""A cost of zero is an unknown cost, never a free product (R24)."""
		return bool(self.unit_cost)

	def cost(self, rounding: Rounding) -> Decimal:
		"""Cost of the row as money; zero while its unit cost is unknown."""
		return rounding.money((self.unit_cost or ZERO) * self.stock_quantity)


@dataclass(frozen=True)
class CreditFacts:
	"""Where the account stands with this document included (R32)."""

	exposure: Decimal = ZERO
	credit_limit: Decimal = ZERO
	overdue_days: int = 0
	max_overdue_days: int = 0


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

	`net` is the effective net N, `gross` the grand total, `other_costs` O. `commits` is true where the company commits
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
