"""How many agreements were renewed of those that were due in a period (R9, R57)."""

from collections.abc import Sequence
from datetime import date

import frappe

from kam_extension.policy.agreements import Renewals, renewals_by_account
from kam_extension.policy.codes import AgreementType

# A non-disclosure agreement says nothing about whether a customer stays.
COUNTED_TYPES = (AgreementType.STRATEGIC, AgreementType.SERVICE)

_DUE = """
	select key_account, renewed_by is not null
	from (
		select key_account, nullif(renewed_by, '') renewed_by,
			least(ifnull(terminated_on, valid_to), ifnull(valid_to, terminated_on)) ended_on
		from `tabKey Account Agreement`
		where docstatus = 1 and agreement_type in %(types)s
			and (valid_to is not null or terminated_on is not null)
	) ended
	where ended_on between %(from_date)s and %(to_date)s {of_accounts}
"""
_OF_ACCOUNTS = "and key_account in %(accounts)s"


def renewal_rate(from_date: date, to_date: date, accounts: Sequence[str] | None = None) -> Renewals:
	"""Due and renewed strategic and service agreements of `accounts` (None: all) that ended from `from_date` to
	`to_date`, both included. `.rate` is percent, None when none was due. Permissions are the caller's concern.
	"""
	found = renewals(from_date, to_date, accounts).values()
	return Renewals(sum(one.due for one in found), sum(one.renewed for one in found))


def renewals(from_date: date, to_date: date, accounts: Sequence[str] | None = None) -> dict[str, Renewals]:
	"""As `renewal_rate`, by account; accounts with nothing due are left out. One query."""
	if accounts is not None and not accounts:
		return {}
	# The parts are constants; every value is a parameter.
	statement = _DUE.format(of_accounts="" if accounts is None else _OF_ACCOUNTS)
	values = {"types": COUNTED_TYPES, "from_date": from_date, "to_date": to_date}
	rows = frappe.db.sql(statement, values | {"accounts": tuple(accounts or ())})
	return renewals_by_account(rows)
