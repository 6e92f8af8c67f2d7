"""The level in a Tier Review: what the rules propose, what a person has to judge, what approval gives (R16, R18)."""

import frappe
from frappe import _

from kam_extension.policy.codes import Judgement
from kam_extension.policy.levels import is_higher

JUDGEMENT_FIELDS = ("level_judgement", "level_judgement_reason")


def note_judgement(review) -> None:
	"""Before a save: whoever says or changes the judgement answers for it; another proposal needs another one."""
	before = review.get_doc_before_save()
	if before is None:
		review.update({"level_judgement": None, "level_judgement_reason": None, "level_judged_by": None})
		return
	review.level_judged_by = before.level_judged_by
	if not review.level_needs_judgement or _proposal(review) != _proposal(before):
		review.update({"level_judgement": None, "level_judgement_reason": None, "level_judged_by": None})
	elif any((review.get(field) or None) != (before.get(field) or None) for field in JUDGEMENT_FIELDS):
		review.level_judged_by = frappe.session.user


def settle_level(review, level_now: str | None) -> None:
	"""Before the approval: `proposed_level` becomes the level that the account will have.

	Where the judgement is not confirmed, that is the one that holds without it. What was to stay stays, and a rule
	never lowers a level that rose meanwhile.
	"""
	_refuse_unjudged(review)
	proposed = review.proposed_level or None
	if review.level_needs_judgement and review.level_judgement == Judgement.NOT_CONFIRMED:
		proposed = review.level_without_judgement or None
	was_to_stay = proposed is None or proposed == (review.current_level or None)
	overtaken = bool(review.tier_run) and not is_higher(proposed, level_now)
	review.current_level = level_now
	review.proposed_level = level_now if was_to_stay or overtaken else proposed


def _proposal(review) -> tuple:
	return review.proposed_level or None, review.level_without_judgement or None, review.level_reason or None


def _refuse_unjudged(review) -> None:
	if not review.level_needs_judgement:
		return
	if not review.level_judgement or not (review.level_judgement_reason or "").strip():
		frappe.throw(
			_(
				"Judgement is missing: level {0} depends on long-term prospects. Choose Confirmed or Not Confirmed, say why under Grounds, and save."
			).format(frappe.bold(_(review.proposed_level, context="Key Account"))),
			title=_("Judgement Missing"),
		)
	if review.level_judged_by != frappe.session.user:
		frappe.throw(
			_(
				"The judgement was given by {0}. Whoever approves has to judge: choose again or change the grounds, and save."
			).format(frappe.bold(frappe.utils.get_fullname(review.level_judged_by))),
			title=_("Judgement Missing"),
		)
