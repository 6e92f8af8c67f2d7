"""Credit reviews twice a year: what the present scorecard gives for credit, the tier itself left alone (R17; S2 6.2.4).

A Credit review is a Tier Review whose approval moves credit limit and overdue days only. They hold until the next
review, of either type. In months of tier reviews there are none, because a new tier brings its credit terms along.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import formatdate, get_first_day, get_last_day

from kam_extension.integration.attempts import attempt
from kam_extension.integration.tiers.automatic_changes import applies_by_itself
from kam_extension.integration.tiers.review_services import ACCOUNT_FIELDS, own_credit_tier
from kam_extension.integration.tiers.scorecards import Scorecard
from kam_extension.integration.tiers.tier_evidence import review_values
from kam_extension.policy.codes import ReviewType
from kam_extension.policy.terms import PolicyTerms

NO_LEVEL = {"current_level": None, "proposed_level": None, "level_reason": None, "level_needs_judgement": 0}


def write_credit_reviews(scorecards: Sequence[Scorecard], tier_run: str) -> list[str]:
	"""Draft a Credit review for each account whose credit terms differ from what its scorecard gives.

	Only in the policy's credit review months, once a month for an account; an open draft is brought up to date, or
	withdrawn where nothing differs any more. Reads a fixed number of times. Returns the accounts that failed, each
	undone alone and logged.
	"""
	if not scorecards or not _is_due(scorecards[0]):
		return []
	reviews = _reviews_by_account([card.key_account for card in scorecards])
	files = _files([card.key_account for card in scorecards])
	concerned = [card for card in scorecards if _may_change(card, files, reviews)]
	files = _files([card.key_account for card in concerned], lock=True)
	return [card.key_account for card in concerned if not _is_written(card, files, reviews, tier_run)]


def _may_change(card: Scorecard, files: dict, reviews: dict) -> bool:
	if card.key_account not in files:
		return False
	account = files[card.key_account]
	return bool(_open_drafts(reviews[card.key_account])) or _differs(card.terms, account, card.proposal.tier)


def _is_written(card: Scorecard, files: dict, reviews: dict, tier_run: str) -> bool:
	if card.key_account not in files:
		return True
	write = partial(_keep_in_step, card, files[card.key_account], reviews[card.key_account], tier_run)
	return attempt(write, _("Credit review of {0} could not be written").format(card.key_account))


def _is_due(card: Scorecard) -> bool:
	month = card.as_of_date.month
	return month in _months(card.terms.credit_review_months) - _months(card.terms.tier_review_months)


def _months(months: str) -> set[int]:
	return {int(month) for month in months.split(",") if month.strip()}


def _keep_in_step(card: Scorecard, account, reviews: Sequence, tier_run: str) -> None:
	drafts = _open_drafts(reviews)
	if not _differs(card.terms, account, card.proposal.tier):
		for row in drafts:
			_withdraw(row.name, card)
		return
	if any(_is_of_this_month(row, card) for row in reviews if row not in drafts):
		return
	_write(drafts[0].name if drafts else None, card, account, tier_run)


def _open_drafts(reviews: Sequence) -> list:
	return [row for row in reviews if row.docstatus == 0 and row.status == "Draft" and row.tier_run]


def _differs(terms: PolicyTerms, account, tier: str | None) -> bool:
	"""Whether another limit or other overdue days would hold; an own limit of the account stays whatever the tier."""
	now = terms.service_level(account.account_class, own_credit_tier(account))
	then = terms.service_level(account.account_class, tier)
	same_limit = bool(account.credit_limit_override) or now.credit_limit == then.credit_limit
	return not same_limit or now.max_overdue_days != then.max_overdue_days


def _is_of_this_month(row, card: Scorecard) -> bool:
	return get_first_day(card.as_of_date) <= row.as_of_date <= get_last_day(card.as_of_date)


def _write(draft: str | None, card: Scorecard, account, tier_run: str) -> None:
	review = frappe.get_doc("Tier Review", draft, for_update=True) if draft else frappe.new_doc("Tier Review")
	review.update(
		{
			**review_values(card),
			**NO_LEVEL,
			"review_type": str(ReviewType.CREDIT),
			"current_tier": own_credit_tier(account),
			"tier_run": tier_run,
		}
	)
	review.flags.account = account
	review.flags.kam_system = True
	# As for tier proposals: every value follows from the scorecard, and whoever started the run may see it scored.
	review.flags.ignore_permissions = True
	review.save()
	if applies_by_itself(review):
		review.submit()


def _withdraw(review: str, card: Scorecard) -> None:
	note = _("Credit review {0} was withdrawn: the scorecard as of {1} confirms the present credit terms.")
	frappe.delete_doc("Tier Review", review, ignore_permissions=True)
	account = frappe.get_doc("Key Account", card.key_account)
	account.add_comment("Info", note.format(review, formatdate(card.as_of_date)))


def _files(names: Sequence[str], lock: bool = False) -> dict[str, frappe._dict]:
	"""The accounts' files by name; locked, so that approvals wait for us, where something will be written."""
	if not names:
		return {}
	account = DocType("Key Account")
	query = (
		frappe.qb.from_(account)
		.select(*(account[field] for field in ACCOUNT_FIELDS))
		.where(account.name.isin(list(names)))
		.orderby(account.name)
	)
	return {row.name: row for row in (query.for_update() if lock else query).run(as_dict=True)}


def _reviews_by_account(key_accounts: Sequence[str]) -> dict[str, list]:
	"""Credit reviews, open or decided."""
	filters = {
		"key_account": ("in", key_accounts or [""]),
		"review_type": str(ReviewType.CREDIT),
		"docstatus": ("<", 2),
	}
	fields = ["name", "key_account", "as_of_date", "docstatus", "status", "tier_run"]
	reviews = defaultdict(list)
	for row in frappe.get_all("Tier Review", filters=filters, fields=fields, order_by="name"):
		reviews[row.key_account].append(row)
	return reviews
