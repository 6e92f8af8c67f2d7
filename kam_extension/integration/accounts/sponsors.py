"""A Group account has an executive sponsor out of the leadership (R7; S0)."""

import frappe
from frappe import _

from kam_extension.integration.security.roles import is_in_leadership
from kam_extension.policy.codes import AccountLevel


def check_sponsor(account) -> None:
	"""Refuse a Group account without a sponsor, or with one outside the leadership, when a person makes it so.

	A level that a review gives, and a file from before, are not refused for it: the form reminds of what is missing.
	"""
	if account.flags.kam_system or account.account_level != AccountLevel.GROUP:
		return
	if not (account.has_value_changed("account_level") or account.has_value_changed("executive_sponsor")):
		return
	if not account.executive_sponsor:
		frappe.throw(
			_(
				"Executive Sponsor is missing: a Group account is answered for by a member of the leadership. Choose one."
			),
			frappe.MandatoryError,
			title=_("Executive Sponsor"),
		)
	if not is_in_leadership(account.executive_sponsor):
		frappe.throw(
			_("{0} has neither the role {1} nor {2}. Choose a member of the leadership.").format(
				frappe.bold(account.executive_sponsor), _("KAM Director"), _("KAM Executive")
			),
			title=_("Executive Sponsor"),
		)
