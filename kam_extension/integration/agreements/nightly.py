"""Every night: agreements take the status of the day, and those that renew automatically go on (R9)."""

from datetime import date

import frappe
from frappe.utils import getdate

from kam_extension.integration.agreements.agreements import expiring_days
from kam_extension.integration.agreements.renewal import renew_by_themselves
from kam_extension.policy.codes import AgreementStatus

# The same rule as policy/agreements.py status_of, for all rows at once; a test holds them together.
_STATUS = """
	case
		when agreement.terminated_on <= %(today)s then %(terminated)s
		when agreement.valid_from > %(today)s then %(upcoming)s
		when agreement.valid_to is null then %(in_force)s
		when agreement.valid_to < %(today)s then %(expired)s
		when datediff(agreement.valid_to, %(today)s) <= %(days)s then %(expiring)s
		else %(in_force)s
	end
"""
_REFRESH = f"""
	update `tabKey Account Agreement` agreement
		join `tabKey Account` account on account.name = agreement.key_account
	set agreement.status = {_STATUS}, agreement.account_manager = account.account_manager
	where agreement.docstatus = 1 and (
		ifnull(agreement.status, '') != {_STATUS}
		or ifnull(agreement.account_manager, '') != ifnull(account.account_manager, '')
	)
"""


def nightly() -> None:
	"""Scheduled daily."""
	today = getdate()
	renew_by_themselves(today)
	refresh_statuses(today)


def refresh_statuses(today: date) -> None:
	"""Write status and present account manager where they differ; one statement, no row where nothing changed."""
	# The parts are constants; every value is a parameter.
	frappe.db.sql(
		_REFRESH,
		{
			"today": today,
			"days": expiring_days(),
			"terminated": AgreementStatus.TERMINATED,
			"upcoming": AgreementStatus.UPCOMING,
			"in_force": AgreementStatus.IN_FORCE,
			"expiring": AgreementStatus.EXPIRING,
			"expired": AgreementStatus.EXPIRED,
		},
	)
