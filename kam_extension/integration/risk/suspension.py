"""How a suspension for a critical risk ends: by a report, not by the account's form (R54, R70)."""

import frappe
from frappe import _

from kam_extension.integration.accounts.risk_levels import latest_level
from kam_extension.policy.codes import AccountStatus, RiskLevel

FREE = (AccountStatus.PROSPECT, AccountStatus.ACTIVE, AccountStatus.WATCH)


def refuse_lifting(account, method: str | None = None) -> None:
	"""Event validate of Key Account: a critical account stays suspended until a report says otherwise."""
	before = account.get_doc_before_save()
	if account.flags.kam_system or not before or before.status == account.status:
		return
	if account.status not in FREE or latest_level(account.name) != RiskLevel.CRITICAL:
		return
	frappe.throw(
		_(
			"The account is suspended because of a critical risk. Submit a new Risk Report with a lower level, its "
			"reason and Lift the Suspension."
		),
		title=_("Suspended"),
	)
