"""Entry by entry, what belongs to which voucher: ERPNext's rules of its Accounts Receivable. No database here."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

INVOICES = ("Sales Invoice", "Purchase Invoice")
SETTLING = ("Payment Entry", "Journal Entry")
Key = tuple[str, str, str, str]
"""Account (empty where accounts are put together), voucher type, voucher, party."""


@dataclass(frozen=True, slots=True)
class Entry:
	"""One entry: `amount` in the currency of the report, `base_amount` in the company's, which tells debit from credit.

	`returned` is the invoice that the return named by `against` takes back, when it was told to lower that one.
	"""

	account: str
	voucher_type: str
	voucher: str
	against_type: str
	against: str
	party: str
	base_amount: float
	amount_in_account_currency: float
	amount: float
	returned: str | None = None

	def own_key(self, ignore_accounts: bool = False) -> Key:
		return ("" if ignore_accounts else self.account, self.voucher_type, self.voucher, self.party)

	def target(self, ignore_accounts: bool = False) -> Key:
		"""The voucher that the entry settles: of a return that lowers its invoice, the invoice."""
		voucher = self.against
		if self.returned and self.against_type in INVOICES:
			voucher = self.returned
		return ("" if ignore_accounts else self.account, self.against_type, voucher, self.party)


@dataclass(slots=True)
class Balance:
	"""What a voucher comes to; outstanding = invoiced − paid − credit note."""

	invoiced: float = 0.0
	paid: float = 0.0
	credit_note: float = 0.0
	outstanding: float = 0.0
	in_account_currency: float = 0.0


def allocate(entries: Iterable[Entry], known: Set[Key], ignore_accounts: bool = False) -> dict[Key, Balance]:
	"""Balance of each voucher that the entries fall on.

	`known` are the vouchers in the ledger. What settles one that isn't there (an order, another company's cost center)
	stands on its own, under the voucher that posted it.
	"""
	balances: dict[Key, Balance] = {}
	for entry in entries:
		key = entry.target(ignore_accounts)
		if key not in known:
			key = entry.own_key(ignore_accounts)
		balance = balances.setdefault(key, Balance())
		column = column_of(entry, key[2])
		setattr(
			balance,
			column,
			getattr(balance, column) + (entry.amount if column == "invoiced" else -entry.amount),
		)
		balance.outstanding += entry.amount
		balance.in_account_currency += entry.amount_in_account_currency
	return balances


def column_of(entry: Entry, voucher: str) -> str:
	"""Whether the entry invoices, pays or credits; `voucher` is the one that it falls on."""
	if entry.base_amount > 0:
		is_payback = entry.voucher_type in SETTLING and entry.voucher != entry.against
		return "paid" if is_payback else "invoiced"
	if entry.voucher_type not in INVOICES or voucher == entry.voucher == entry.against:
		return "paid"
	return "credit_note"
