"""The claim ledger: what of each receipt was claimed, at which rate, by which request (R39, R41).

Entries are only ever added. A cancelled request adds the opposite of its entries. Every entry carries the
running number of its receipt; a unique index over receipt and number lets only one of two simultaneous
claims through.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import add_days, now

from kam_extension.exceptions import ReceiptAlreadyClaimed
from kam_extension.integration.rebates.receipts import ReceiptKey
from kam_extension.integration.turns import take_turn
from kam_extension.policy.money import ZERO, decimal

DOCTYPE = "KAM Rebate Claim"
CLAIM_TURN = "KAM Rebate Claim"


class ProgrammeKey(NamedTuple):
	"""One period of a rebate programme (R72)."""

	programme: str
	first: date
	last: date


@dataclass
class ProgrammeShare:
	"""What a receipt counts for a programme and earned there so far, net of reversals."""

	amount: Decimal = ZERO
	rebate: Decimal = ZERO


@dataclass
class ClaimedShare:
	"""What is claimed of a receipt at one rate (percent), net of reversals; money in company currency."""

	rate: Decimal
	amount: Decimal = ZERO
	rebate: Decimal = ZERO
	last_number: int = 0


@dataclass
class Claimed:
	"""All that is claimed of one receipt: its money at the rate of the order, and what it earned in programmes."""

	posting_date: date
	key_account: str
	shares: list[ClaimedShare] = field(default_factory=list)
	programmes: dict[ProgrammeKey, ProgrammeShare] = field(default_factory=dict)
	last_number: int = 0

	@property
	def amount(self) -> Decimal:
		return sum((share.amount for share in self.shares), ZERO)


@dataclass(frozen=True)
class Claim:
	"""One entry to be written; with a `programme`, the amount is what it counts and no money is claimed anew."""

	key: ReceiptKey
	posting_date: date
	sales_invoice: str | None
	amount: Decimal
	rate: Decimal
	rebate: Decimal
	programme: ProgrammeKey | None = None


def claimed_receipts(
	company: str, key_accounts: Sequence[str], for_update: bool = False, made_until: date | None = None
) -> dict[ReceiptKey, Claimed]:
	"""What is claimed of each receipt of these accounts, in one query; `made_until`: by entries written up to that day.

	`for_update` reads what others have committed meanwhile and holds the rows until this transaction ends.
	"""
	if not key_accounts:
		return {}
	claim = DocType(DOCTYPE)
	query = (
		frappe.qb.from_(claim)
		.select(
			claim.payment_document_type,
			claim.payment_document,
			claim.sales_order,
			claim.posting_date,
			claim.key_account,
			claim.rebate_rate,
			claim.claimed_amount,
			claim.rebate_amount,
			claim.claim_number,
			claim.programme,
			claim.programme_from,
			claim.programme_to,
		)
		.where(claim.company == company)
		.where(claim.key_account.isin(key_accounts))
		.orderby(claim.claim_number)
	)
	if made_until:
		query = query.where(claim.creation < add_days(made_until, 1))
	rows = (query.for_update() if for_update else query).run(as_dict=True)
	found: dict[ReceiptKey, Claimed] = {}
	for row in rows:
		key = ReceiptKey(row.payment_document_type, row.payment_document, row.sales_order)
		_add_entry(found.setdefault(key, Claimed(row.posting_date, row.key_account)), row)
	return found


def lock_claims(key_account: str) -> None:
	"""Let one transaction at a time decide on claims, and on the account's agreements; held until commit or rollback.

	Claims of all accounts wait for each other: locks on the places where two accounts' claims will be written
	overlap, so that two transactions would each wait for the other.
	"""
	take_turn(CLAIM_TURN)
	frappe.db.get_value("Key Account", key_account, "name", for_update=True)


def record_claims(request, claims: Iterable[Claim], taken: dict[ReceiptKey, Claimed]) -> None:
	"""Write the claims of a request; `taken` is the ledger as read under the account's lock."""
	_write(request, claims, taken, is_reversal=False)


def reverse_claims(request) -> None:
	"""Add the opposite of every entry of the request (R40: cancelling keeps the ledger true)."""
	lock_claims(request.key_account)
	taken = claimed_receipts(request.company, [request.key_account], for_update=True)
	_write(request, _opposites(request.name), taken, is_reversal=True)


def _programme_key(row) -> ProgrammeKey | None:
	return ProgrammeKey(row.programme, row.programme_from, row.programme_to) if row.programme else None


def _add_entry(claimed: Claimed, row) -> None:
	claimed.last_number = max(claimed.last_number, row.claim_number)
	if row.programme:
		part = claimed.programmes.setdefault(_programme_key(row), ProgrammeShare())
		part.amount += decimal(row.claimed_amount)
		part.rebate += decimal(row.rebate_amount)
		return
	rate = decimal(row.rebate_rate)
	share = next((share for share in claimed.shares if share.rate == rate), None)
	if share is None:
		share = ClaimedShare(rate)
		claimed.shares.append(share)
	share.amount += decimal(row.claimed_amount)
	share.rebate += decimal(row.rebate_amount)
	share.last_number = max(share.last_number, row.claim_number)


def _opposites(request: str) -> list[Claim]:
	rows = frappe.get_all(
		DOCTYPE,
		filters={"rebate_request": request, "is_reversal": 0},
		fields=[
			"payment_document_type", "payment_document", "sales_order", "sales_invoice", "posting_date",
			"claimed_amount", "rebate_rate", "rebate_amount", "programme", "programme_from", "programme_to",
		],
		order_by="claim_number",
	)  # fmt: skip
	return [
		Claim(
			key=ReceiptKey(row.payment_document_type, row.payment_document, row.sales_order),
			posting_date=row.posting_date,
			sales_invoice=row.sales_invoice,
			amount=-decimal(row.claimed_amount),
			rate=decimal(row.rebate_rate),
			rebate=-decimal(row.rebate_amount),
			programme=_programme_key(row),
		)
		for row in rows
	]


_COLUMNS = (
	"name", "creation", "modified", "owner", "modified_by", "company", "key_account", "rebate_request",
	"is_reversal", "posting_date", "payment_document_type", "payment_document", "sales_order", "sales_invoice",
	"claim_number", "claimed_amount", "rebate_rate", "rebate_amount", "programme", "programme_from",
	"programme_to",
)  # fmt: skip


def _write(request, claims: Iterable[Claim], taken: dict[ReceiptKey, Claimed], is_reversal: bool) -> None:
	numbers = defaultdict(int, {key: claimed.last_number for key, claimed in taken.items()})
	time, user = now(), frappe.session.user
	rows = []
	for claim in claims:
		numbers[claim.key] += 1
		rows.append(
			(
				frappe.generate_hash(length=10), time, time, user, user, request.company, request.key_account,
				request.name, int(is_reversal), claim.posting_date, *claim.key, claim.sales_invoice,
				numbers[claim.key], claim.amount, claim.rate, claim.rebate,
				*(claim.programme or (None, None, None)),
			)
		)  # fmt: skip
	if rows:
		_insert(rows)


def _insert(rows: list[tuple]) -> None:
	# Nobody may write claims through the app: the entries follow from a request whose rights were checked.
	try:
		frappe.db.bulk_insert(DOCTYPE, _COLUMNS, rows)
	except Exception as error:
		if not frappe.db.is_unique_key_violation(error):
			raise
		frappe.throw(
			_("Another request has just claimed the same receipts. Press Fetch Receipts and try again."),
			exc=ReceiptAlreadyClaimed,
			title=_("Receipt Already Claimed"),
		)
