"""Tier Reviews that a recompute writes: one open proposal per account, kept in step with the scorecard (R17, R18)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import flt, formatdate, get_first_day, get_last_day

from kam_extension.integration.attempts import attempt
from kam_extension.integration.tiers.automatic_changes import applies_by_itself
from kam_extension.integration.tiers.review_services import ACCOUNT_FIELDS
from kam_extension.integration.tiers.scorecards import Scorecard
from kam_extension.integration.tiers.tier_evidence import review_values
from kam_extension.policy.codes import ReviewType

REJECTED = "Rejected"
COMPARED_DIGITS = 6


def write_proposals(scorecards: Sequence[Scorecard], tier_run: str) -> list[str]:
	"""Propose where the result differs, withdraw open proposals where it does no more.

	Returns the accounts whose proposal could not be written; each failure is undone alone and logged.
	Reads a fixed number of times; writes only for accounts that differ or had an open proposal.
	"""
	if not scorecards:
		return []
	open_for = {row.key_account for row in _machine_drafts([card.key_account for card in scorecards])}
	concerned = [card for card in scorecards if card.differs or card.key_account in open_for]
	if not concerned:
		return []
	accounts = _locked_accounts(concerned)
	drafts = _drafts_by_account(concerned)
	return [
		card.key_account
		for card in concerned
		if card.key_account in accounts
		and not _is_written(
			_against(card, accounts[card.key_account]), accounts[card.key_account], drafts, tier_run
		)
	]


def without_review_this_month(scorecards: Sequence[Scorecard]) -> list[Scorecard]:
	"""The scorecards of accounts that have no review, open or decided, as of a day in the as-of date's month."""
	if not scorecards:
		return []
	as_of_date = scorecards[0].as_of_date
	reviewed = frappe.get_all(
		"Tier Review",
		filters={
			"key_account": ("in", [card.key_account for card in scorecards]),
			"as_of_date": ("between", (get_first_day(as_of_date), get_last_day(as_of_date))),
			"docstatus": ("<", 2),
			"review_type": ReviewType.TIER,
		},
		pluck="key_account",
	)
	return [card for card in scorecards if card.key_account not in set(reviewed)]


def _is_written(card: Scorecard, account, drafts: dict[str, list], tier_run: str) -> bool:
	return attempt(
		lambda: _keep_in_step(card, account, drafts[card.key_account], tier_run),
		_("Tier review of {0} could not be written").format(card.key_account),
	)


def _drafts_by_account(cards: Sequence[Scorecard]) -> dict[str, list]:
	drafts = defaultdict(list)
	for row in _machine_drafts([card.key_account for card in cards], lock=True):
		drafts[row.key_account].append(row)
	return drafts


def _keep_in_step(card: Scorecard, account, drafts: Sequence, tier_run: str) -> None:
	pending = [row for row in drafts if row.status != REJECTED]
	if not card.differs:
		for row in pending:
			_withdraw(row.name, card)
		return
	if any(_was_rejected(row, card) for row in drafts):
		return
	review = _draft(pending)
	review.flags.account = account
	_write(review, card, tier_run)


def _draft(pending: Sequence):
	"""The open proposal, read locked so that what another recompute has just written is seen, or a new one."""
	if pending:
		return frappe.get_doc("Tier Review", pending[0].name, for_update=True)
	return frappe.new_doc("Tier Review")


def _write(review, card: Scorecard, tier_run: str) -> None:
	"""Save a proposal; one that says the same already keeps its text and only names the new run."""
	values = review_values(card) | {"customer_name": card.customer_name}
	review.flags.kam_system = True
	# Whoever may start a recompute need not be allowed to write reviews: every value follows from the scorecard.
	review.flags.ignore_permissions = True
	# Every link was read from the database a moment ago; looking each up again costs more than the insert.
	review.flags.ignore_links = True
	if not review.is_new() and _says(review, values):
		frappe.db.set_value(review.doctype, review.name, "tier_run", tier_run, update_modified=False)
	else:
		review.update(values | {"tier_run": tier_run}).save()
	if applies_by_itself(review):
		review.submit()


def _says(review, values: dict) -> bool:
	"""Whether the stored review has these values, child rows compared field by field."""
	return all(_same(review.get(field), value) for field, value in values.items())


def _same(stored: object, value: object) -> bool:
	if isinstance(value, list):
		return len(stored or ()) == len(value) and all(
			_same(row.get(field), row_value)
			for row, row_values in zip(stored, value, strict=True)
			for field, row_value in row_values.items()
		)
	if isinstance(value, float):
		return flt(stored, COMPARED_DIGITS) == flt(value, COMPARED_DIGITS)
	return (stored or None) == (value or None)


def _was_rejected(row, card: Scorecard) -> bool:
	"""A person has said no to this very proposal."""
	if row.status != REJECTED:
		return False
	values = review_values(card)
	fields = ("as_of_date", "proposed_tier", "proposed_level")
	return all(_same(row.get(field), values.get(field)) for field in fields)


def _withdraw(review: str, card: Scorecard) -> None:
	note = _("Tier Review {0} was withdrawn: the scorecard as of {1} confirms the present tier.")
	frappe.delete_doc("Tier Review", review, ignore_permissions=True)
	account = frappe.get_doc("Key Account", card.key_account)
	account.add_comment("Info", note.format(review, formatdate(card.as_of_date)))


def _locked_accounts(cards: Sequence[Scorecard]) -> dict[str, frappe._dict]:
	"""The files of the accounts as they are now; other recomputes and approvals wait for us."""
	account = DocType("Key Account")
	rows = (
		frappe.qb.from_(account)
		.select(account.customer_name, *(account[field] for field in ACCOUNT_FIELDS))
		.where(account.name.isin([card.key_account for card in cards]))
		.orderby(account.name)
		.for_update()
	).run(as_dict=True)
	return {row.name: row for row in rows}


def _against(card: Scorecard, account) -> Scorecard:
	"""The same scorecard against the tier and level that the account has now."""
	return replace(card, current_tier=account.tier or None, current_level=account.account_level or None)


def _machine_drafts(key_accounts: Sequence[str], lock: bool = False) -> list:
	"""Undecided or rejected reviews that a recompute made; those of people are theirs."""
	review = DocType("Tier Review")
	query = (
		frappe.qb.from_(review)
		.select(
			review.name,
			review.key_account,
			review.status,
			review.as_of_date,
			review.proposed_tier,
			review.proposed_level,
		)
		.where(review.docstatus == 0)
		.where(review.review_type == ReviewType.TIER)
		.where(review.key_account.isin(list(key_accounts)))
		.where(review.tier_run.isnotnull() & (review.tier_run != ""))
		.orderby(review.name)
	)
	return (query.for_update() if lock else query).run(as_dict=True)
