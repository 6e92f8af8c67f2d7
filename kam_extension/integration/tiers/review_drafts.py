"""What a person may set on a Tier Review, and what is computed for them (R18, R70)."""

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.tiers.scorecards import Scorecard, score_account
from kam_extension.integration.tiers.tier_evidence import review_values
from kam_extension.policy.codes import ReviewType

COMPUTED_FIELDS = (
	"customer", "company", "review_type", "policy", "tier_run", "current_tier", "total_points", "points", "current_level",
	"level_reason", "level_needs_judgement", "level_without_judgement", "approved_by", "is_automatic",
	"previous_credit_review",
)  # fmt: skip
PROPOSAL_FIELDS = ("key_account", "as_of_date", "proposed_tier", "proposed_level")


def prepare_persons_review(review) -> None:
	"""A person gives account, date, proposed tier and level, and the reason; the server does the rest.

	Raises ValidationError for what is missing, and for a change of what the recompute proposed.
	"""
	before = review.get_doc_before_save()
	if before is None:
		review.update(
			{
				"tier_run": None,
				"approved_by": None,
				"is_automatic": 0,
				"review_type": str(ReviewType.TIER),
				"previous_credit_review": None,
			}
		)
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
	"""Points and evidence of a person's review, so that the approver sees what the scorecard says.

	The level is the person's own word, so no rule's judgement is asked for.
	"""
	persons = {field: review.get(field) or None for field in ("proposed_tier", "proposed_level", "reason")}
	review.update(review_values(_scorecard_of(review)))
	review.current_level = frappe.db.get_value("Key Account", review.key_account, "account_level") or None
	review.update(
		persons
		| {
			"proposed_level": persons["proposed_level"] or review.current_level,
			"level_reason": None,
			"level_needs_judgement": 0,
			"level_without_judgement": None,
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
