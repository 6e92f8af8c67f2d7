"""Tier Reviews that a recompute writes: one open proposal per account, kept in step with the scorecard (R17, R18)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import formatdate, get_first_day, get_last_day

from kam_extension.integration.attempts import attempt
from kam_extension.integration.tiers.scorecards import Scorecard
from kam_extension.integration.tiers.tier_evidence import review_values

REJECTED = "Rejected"
UPGRADES, ALL = "Upgrades", "All"


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
	concerned = _with_locked_tiers(concerned)
	drafts = _drafts_by_account(concerned)
	return [card.key_account for card in concerned if not _is_written(card, drafts, tier_run)]


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
		},
		pluck="key_account",
	)
	return [card for card in scorecards if card.key_account not in set(reviewed)]


def _is_written(card: Scorecard, drafts: dict[str, list], tier_run: str) -> bool:
	return attempt(
		lambda: _keep_in_step(card, drafts[card.key_account], tier_run),
		_("Tier review of {0} could not be written").format(card.key_account),
	)


def _drafts_by_account(cards: Sequence[Scorecard]) -> dict[str, list]:
	drafts = defaultdict(list)
	for row in _machine_drafts([card.key_account for card in cards], lock=True):
		drafts[row.key_account].append(row)
	return drafts


def _keep_in_step(card: Scorecard, drafts: Sequence, tier_run: str) -> None:
	pending = [row for row in drafts if row.status != REJECTED]
	if not card.differs:
		for row in pending:
			_withdraw(row.name, card)
		return
	if any(_was_rejected(row, card) for row in drafts):
		return
	_write(_draft(pending), card, tier_run)


def _draft(pending: Sequence):
	"""The open proposal, read locked so that what another recompute has just written is seen, or a new one."""
	if pending:
		return frappe.get_doc("Tier Review", pending[0].name, for_update=True)
	return frappe.new_doc("Tier Review")


def _write(review, card: Scorecard, tier_run: str) -> None:
	review.update({**review_values(card), "tier_run": tier_run})
	review.flags.kam_system = True
	# Whoever may start a recompute need not be allowed to write reviews: every value follows from the scorecard.
	review.flags.ignore_permissions = True
	review.save()
	if _applies_by_itself(review):
		review.submit()


def _applies_by_itself(review) -> bool:
	mode = frappe.get_cached_value("KAM Policy", review.policy, "automatic_tier_changes")
	return mode == ALL or (mode == UPGRADES and review.direction == "Upgrade")


def _was_rejected(row, card: Scorecard) -> bool:
	"""A person has said no to this very proposal."""
	same_day = row.as_of_date == card.as_of_date
	return row.status == REJECTED and same_day and (row.proposed_tier or None) == card.proposal.tier


def _withdraw(review: str, card: Scorecard) -> None:
	note = _("Tier Review {0} was withdrawn: the scorecard as of {1} confirms the present tier.")
	frappe.delete_doc("Tier Review", review, ignore_permissions=True)
	account = frappe.get_doc("Key Account", card.key_account)
	account.add_comment("Info", note.format(review, formatdate(card.as_of_date)))


def _with_locked_tiers(cards: Sequence[Scorecard]) -> list[Scorecard]:
	"""The same scorecards against the tiers as they are now; other recomputes and approvals wait for us."""
	account = DocType("Key Account")
	rows = (
		frappe.qb.from_(account)
		.select(account.name, account.tier)
		.where(account.name.isin([card.key_account for card in cards]))
		.orderby(account.name)
		.for_update()
	).run()
	tiers = {name: tier or None for name, tier in rows}
	return [
		replace(card, current_tier=tiers[card.key_account]) for card in cards if card.key_account in tiers
	]


def _machine_drafts(key_accounts: Sequence[str], lock: bool = False) -> list:
	"""Undecided or rejected reviews that a recompute made; those of people are theirs."""
	review = DocType("Tier Review")
	query = (
		frappe.qb.from_(review)
		.select(review.name, review.key_account, review.status, review.as_of_date, review.proposed_tier)
		.where(review.docstatus == 0)
		.where(review.key_account.isin(list(key_accounts)))
		.where(review.tier_run.isnotnull() & (review.tier_run != ""))
		.orderby(review.name)
	)
	return (query.for_update() if lock else query).run(as_dict=True)
