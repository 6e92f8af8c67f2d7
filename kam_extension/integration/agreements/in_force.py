"""Signed agreements that hold on a day (R9, R16)."""

from collections.abc import Sequence
from datetime import date

import frappe

from kam_extension.policy.codes import AgreementType

_STRATEGIC = """
	select key_account, count(*)
	from `tabKey Account Agreement`
	where docstatus = 1 and agreement_type = %(type)s and key_account in %(accounts)s
		and valid_from <= %(day)s and (valid_to is null or valid_to >= %(day)s)
		and (terminated_on is null or terminated_on > %(day)s)
	group by key_account
"""


def strategic_agreements(accounts: Sequence[str], day: date) -> dict[str, int]:
	"""Key account → number of its signed strategic cooperation agreements in force; accounts without are left out."""
	if not accounts:
		return {}
	values = {"type": AgreementType.STRATEGIC, "accounts": tuple(accounts), "day": day}
	return dict(frappe.db.sql(_STRATEGIC, values))
