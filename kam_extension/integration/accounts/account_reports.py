"""When the next periodic report about an account is due (R50)."""

from datetime import date

from frappe.utils import getdate

from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.policies.policies import is_enabled, policy_in_force
from kam_extension.integration.visits.settings import visit_settings
from kam_extension.policy.checks import review_months
from kam_extension.policy.codes import AccountStatus
from kam_extension.policy.report_dates import ReportDates, report_deadlines

REPORTED_STATUSES = (AccountStatus.ACTIVE, AccountStatus.WATCH, AccountStatus.SUSPENDED)


def next_report(account, as_of: date | None = None) -> ReportDates | None:
	"""The next report of a Key Account (document or row) on `as_of` (default: today), by the tier that applies.

	None without a policy in force, where the policy asks for no reports, and for prospects and ended accounts.
	"""
	terms = policy_in_force(account.company, as_of) if account.company and is_enabled() else None
	if terms is None or account.status not in REPORTED_STATUSES:
		return None
	months = terms.service_level(account.account_class, effective_tier(account)).report_months
	settings = visit_settings()
	return report_deadlines(
		review_months(months), getdate(as_of), settings.report_days_to_manager, settings.report_days_to_deputy
	)
