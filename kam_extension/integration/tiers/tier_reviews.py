"""Life of a Tier Review: preparing, approving, rejecting, what approval and cancelling do (R18, R70)."""

import frappe
from frappe import _

from kam_extension.integration.accounts.accounts import publish_account
from kam_extension.integration.accounts.visits import refresh_visit_dates
from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, require_other_person, require_role
from kam_extension.integration.tiers.review_drafts import prepare_persons_review
from kam_extension.integration.tiers.review_levels import note_judgement, settle_level
from kam_extension.integration.tiers.review_services import (
	ACCOUNT_FIELDS,
	account_row,
	own_credit_tier,
	refresh_comparison,
)
from kam_extension.integration.tiers.tier_history import TierChange, last_reviewed_change, record_tier_change
from kam_extension.policy.codes import COST_METRICS, ReviewType, TierChangeCause

REJECTED = "Rejected"


def values_without_cost(review) -> dict[str, float]:
	"""Metric → value of those points that tell nothing of cost: everybody who reads the review may see them (R82)."""
	return {row.metric: row.value for row in review.points if row.metric not in COST_METRICS}


def prepare(review) -> None:
	"""Before each save: a person gives account, date, proposal and reason; everything else is computed here."""
	if not review.flags.kam_system:
		prepare_persons_review(review)
	note_judgement(review)
	review.status = _status(review)
	_require_reason_of_rejection(review)
	if review.docstatus == 0:
		refresh_comparison(review, account_row(review))


def check_approval(review) -> None:
	"""Whether the session user may make this review take effect; settles what it gives. Raises ValidationError."""
	_refuse_rejected(review)
	_settle(review)
	review.is_automatic = int(bool(review.flags.kam_system))
	if review.is_automatic:
		return
	require_role(MANAGER_AND_ABOVE, review.doctype)
	# What the recompute proposes follows from the scorecard: whoever started it is not its author.
	if not review.tier_run:
		require_other_person(review.owner, review.doctype)
	review.approved_by = frappe.session.user


def apply_review(review) -> None:
	"""Give the account what was proposed, write its history and publish it, in the review's transaction."""
	cause = TierChangeCause.AUTOMATIC if review.is_automatic else TierChangeCause.REVIEW
	if review.review_type == ReviewType.CREDIT:
		_change_account(
			review, {"credit_tier": review.proposed_tier, "credit_review": review.name}, cause, review.reason
		)
		return
	values = {
		"tier": review.proposed_tier,
		"account_level": review.proposed_level,
		"credit_tier": None,
		"credit_review": None,
	}
	_change_account(review, values, cause, review.reason)


def revert_review(review) -> None:
	"""Give the account back what it had before the review. Raises ValidationError when it was changed since."""
	review.status = "Cancelled"
	review.db_set("status", review.status, update_modified=False)
	_refuse_changed_since(review)
	values = _credit_terms_before(review)
	if review.review_type == ReviewType.TIER:
		values |= {"tier": review.current_tier, "account_level": review.current_level}
	reason = _("Tier Review {0} was cancelled.").format(review.name)
	_change_account(review, values, TierChangeCause.REVIEW_CANCELLED, reason)


def _status(review) -> str:
	if review.docstatus == 1:
		return "Approved"
	return REJECTED if review.get("workflow_state") == REJECTED else "Draft"


def _require_reason_of_rejection(review) -> None:
	if review.status != REJECTED:
		review.rejection_reason = None if _was_rejected(review) else review.rejection_reason
	elif not (review.rejection_reason or "").strip():
		frappe.throw(
			_("Reason for the Rejection is missing: say why the proposal is not taken up."),
			title=_("Reason Missing"),
		)


def _was_rejected(review) -> bool:
	before = review.get_doc_before_save()
	return bool(before) and before.status == REJECTED


def _refuse_rejected(review) -> None:
	if _was_rejected(review):
		frappe.throw(
			_("This review was rejected. Revise it before it is approved."), title=_("Review Rejected")
		)


def _settle(review) -> None:
	"""The account may have moved since the review was drafted: what was to stay stays, and what cancelling restores is
	what holds now.
	"""
	account = frappe.db.get_value(
		"Key Account", review.key_account, ACCOUNT_FIELDS, as_dict=True, for_update=True
	)
	is_credit = review.review_type == ReviewType.CREDIT
	tier_now = own_credit_tier(account) if is_credit else account.tier or None
	if (review.proposed_tier or None) == (review.current_tier or None):
		review.proposed_tier = tier_now
	review.current_tier = tier_now
	review.previous_credit_review = account.credit_review
	settle_level(review, account.account_level or None)
	_refuse_unchanged(review)
	refresh_comparison(review, account)


def _refuse_unchanged(review) -> None:
	same_tier = (review.current_tier or None) == (review.proposed_tier or None)
	if same_tier and (review.current_level or None) == (review.proposed_level or None):
		frappe.throw(
			_("{0} has the proposed tier already: there is nothing to approve.").format(review.key_account),
			title=_("Tier Unchanged"),
		)


def _refuse_changed_since(review) -> None:
	account = frappe.db.get_value(
		"Key Account", review.key_account, ACCOUNT_FIELDS, as_dict=True, for_update=True
	)
	if _is_as_given(review, account):
		return
	frappe.throw(
		_(
			"{0} is in tier {1} by a later change, so this review can't be taken back. Make a new review instead."
		).format(review.key_account, account.tier or _("none")),
		title=_("Tier Changed Since"),
	)


def _is_as_given(review, account) -> bool:
	"""Whether the account still has what the review gave, and no other review decided about it since."""
	if review.review_type == ReviewType.CREDIT:
		return account.credit_review == review.name
	given = review.proposed_tier or None, review.proposed_level or None
	has = account.tier or None, account.account_level or None
	return given == has and not account.credit_review and last_reviewed_change(account.name) == review.name


def _credit_terms_before(review) -> dict:
	before = review.previous_credit_review
	tier = frappe.db.get_value("Tier Review", before, "proposed_tier") if before else None
	return {"credit_review": before, "credit_tier": tier}


def _change_account(review, values: dict, cause: TierChangeCause, reason: str) -> None:
	account = frappe.get_doc("Key Account", review.key_account)
	before = frappe._dict(tier=account.tier, account_level=account.account_level)
	account.db_set({field: value or None for field, value in values.items()}, notify=True)
	change = TierChange.of_file(before, account)
	record_tier_change(account.name, change, cause, reason, tier_review=review.name)
	publish_account(account)
	refresh_visit_dates(account)
