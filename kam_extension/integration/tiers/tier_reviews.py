"""Life of a Tier Review: what people may change, who may approve it, what approval and cancelling do (R18, R70)."""

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.accounts.accounts import publish_account
from kam_extension.integration.security.roles import MANAGER_AND_ABOVE, require_other_person, require_role
from kam_extension.integration.tiers.scorecards import Scorecard, score_account
from kam_extension.integration.tiers.tier_evidence import direction, review_values
from kam_extension.integration.tiers.tier_history import record_tier_change
from kam_extension.policy.codes import Metric

COMPUTED_FIELDS = (
	"customer", "company", "policy", "tier_run", "current_tier", "total_points", "direction", "points", "approved_by",
)  # fmt: skip
COST_METRICS = (Metric.GROSS_MARGIN,)
PROPOSAL_FIELDS = ("key_account", "as_of_date", "proposed_tier")


def values_without_cost(review) -> dict[str, float]:
	"""Metric → value of those points that tell nothing of cost: everybody who reads the review may see them (R82)."""
	return {row.metric: row.value for row in review.points if row.metric not in COST_METRICS}


def prepare(review) -> None:
	"""Before each save: a person gives account, date, proposed tier and reason; everything else is computed here."""
	if not review.flags.kam_system:
		_prepare_persons_review(review)
	review.status = _status(review)


def check_approval(review) -> None:
	"""Whether the session user may make this review take effect; notes who did. Raises ValidationError."""
	_refuse_rejected(review)
	_refuse_unchanged(review)
	if review.flags.kam_system:
		return
	require_role(MANAGER_AND_ABOVE, review.doctype)
	require_other_person(review.owner, review.doctype)
	review.approved_by = frappe.session.user


def apply_review(review) -> None:
	"""Give the account the proposed tier, write its history and publish it, in the review's transaction."""
	_set_tier(review, review.proposed_tier or None, review.reason)


def revert_review(review) -> None:
	"""Give the account back the tier from before the review. Raises ValidationError when it was changed since."""
	review.status = "Cancelled"
	review.db_set("status", review.status, update_modified=False)
	_refuse_changed_since(review)
	reason = _("Tier Review {0} was cancelled.").format(review.name)
	_set_tier(review, review.current_tier or None, reason)


def _prepare_persons_review(review) -> None:
	before = review.get_doc_before_save()
	if before is None:
		review.update({"tier_run": None, "approved_by": None})
		_fill_from_scorecard(review)
	else:
		_keep_computed(review, before)
	if not (review.reason or "").strip():
		frappe.throw(_("Reason is missing: say why the tier should change."), title=_("Reason Missing"))


def _keep_computed(review, before) -> None:
	changed = [field for field in PROPOSAL_FIELDS if _differs(review, before, field)]
	if changed and before.tier_run:
		labels = ", ".join(_(review.meta.get_label(field)) for field in changed)
		frappe.throw(
			_(
				"{0} of this review comes from the recompute. To propose something else, make a new review."
			).format(labels),
			title=_("Proposal Is Fixed"),
		)
	for field in COMPUTED_FIELDS:
		review.set(field, before.get(field))
	if changed:
		_fill_from_scorecard(review)


def _differs(review, before, field: str) -> bool:
	new, old = review.get(field) or None, before.get(field) or None
	return getdate(new) != getdate(old) if field == "as_of_date" else new != old


def _fill_from_scorecard(review) -> None:
	"""Points and evidence of a person's review, so that the approver sees what the scorecard says."""
	scorecard = _scorecard_of(review)
	proposed = review.proposed_tier or None
	review.update(
		review_values(scorecard)
		| {
			"proposed_tier": proposed,
			"direction": direction(scorecard, scorecard.current_tier, proposed),
			"reason": review.reason,
		}
	)


def _scorecard_of(review) -> Scorecard:
	if not review.key_account or not frappe.db.exists("Key Account", review.key_account):
		frappe.throw(
			_("Key Account is missing: choose whose tier is reviewed."), title=_("Key Account Missing")
		)
	review.as_of_date = getdate(review.as_of_date)
	if review.as_of_date > getdate():
		frappe.throw(_("As of Date lies in the future: choose today or a day before."), title=_("Wrong Date"))
	scorecard = score_account(review.key_account, review.as_of_date)
	if scorecard is None:
		frappe.throw(
			_("No KAM Policy is in force for the home company of {0}: submit one first.").format(
				review.key_account
			),
			title=_("No Policy in Force"),
		)
	return scorecard


def _status(review) -> str:
	if review.docstatus == 1:
		return "Approved"
	return "Rejected" if review.get("workflow_state") == "Rejected" else "Draft"


def _refuse_rejected(review) -> None:
	before = review.get_doc_before_save()
	if before and before.status == "Rejected":
		frappe.throw(
			_("This review was rejected. Revise it before it is approved."), title=_("Review Rejected")
		)


def _refuse_unchanged(review) -> None:
	"""The tier may have moved since the review was drafted; what cancelling restores is the tier of now."""
	review.current_tier = frappe.db.get_value("Key Account", review.key_account, "tier", for_update=True)
	if (review.current_tier or None) == (review.proposed_tier or None):
		frappe.throw(
			_("{0} has the proposed tier already: there is nothing to approve.").format(review.key_account),
			title=_("Tier Unchanged"),
		)


def _refuse_changed_since(review) -> None:
	tier = frappe.db.get_value("Key Account", review.key_account, "tier", for_update=True)
	if (tier or None) == (review.proposed_tier or None) and _is_last_change(review):
		return
	frappe.throw(
		_(
			"{0} is in tier {1} by a later change, so this review can't be taken back. Make a new review instead."
		).format(review.key_account, tier or _("none")),
		title=_("Tier Changed Since"),
	)


def _is_last_change(review) -> bool:
	last = frappe.get_all(
		"KAM Tier Change",
		filters={"key_account": review.key_account},
		pluck="tier_review",
		order_by="changed_on desc, creation desc",
		limit=1,
	)
	return last == [review.name]


def _set_tier(review, tier: str | None, reason: str) -> None:
	account = frappe.get_doc("Key Account", review.key_account)
	previous = account.tier or None
	account.db_set("tier", tier, notify=True)
	record_tier_change(account.name, previous, tier, reason, tier_review=review.name)
	publish_account(account)
