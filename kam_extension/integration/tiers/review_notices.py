"""Who is told of an approved review: its account manager, and finance where the credit terms move (S2 6.2.4)."""

import frappe
from frappe import _

from kam_extension.integration.notices import notify, users_with_role
from kam_extension.integration.tiers.review_services import CREDIT_SERVICES
from kam_extension.setup.roles import KAM_FINANCE


def tell_of_approval(review) -> None:
	"""Sent when the transaction is committed; not to whoever approved."""
	told = {frappe.db.get_value("Key Account", review.key_account, "account_manager")}
	if _moves_credit(review):
		told.update(users_with_role(KAM_FINANCE))
	told -= {frappe.session.user, "Administrator", None}
	if told:
		notify(sorted(told), review, _subject(review), review.reason or "")


def _moves_credit(review) -> bool:
	credit = {str(service) for service in CREDIT_SERVICES}
	return any(row.current_value != row.proposed_value for row in review.services if row.service in credit)


def _subject(review) -> str:
	return _("Tier Review of {0} took effect: tier {1}, before {2}").format(
		frappe.bold(frappe.utils.escape_html(review.customer_name or review.key_account)),
		review.proposed_tier or _("none"),
		review.current_tier or _("none"),
	)
