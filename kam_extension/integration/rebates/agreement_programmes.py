"""The rebate programmes that a Rebate Agreement names: known to the policy, and meant for such an account (R72)."""

import frappe
from frappe import _
from frappe.utils import flt, getdate

from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.policy.codes import RateSource
from kam_extension.policy.programme_terms import RebateProgramme
from kam_extension.policy.terms import PolicyTerms


def check_programmes(agreement) -> None:
	"""Refuse programmes that the policy hasn't or that are for others; note their titles and what prices bear for them.

	The policy in force decides, up to the approval; what was granted then stays granted (R79).
	"""
	_read_programmes(agreement)
	agreement.priced_in_rate = flt(sum(flt(row.priced_in_rate) for row in agreement.programmes), 6)
	_check_programmes_only(agreement)


def grantable_programmes(
	key_account: str, company: str, valid_from: str | None = None
) -> list[RebateProgramme]:
	"""Programmes of the policy that an agreement of the account may name, by priority."""
	terms = _policy_of(company, valid_from)
	account = _account(key_account)
	rows = terms.rebate_programmes if terms else ()
	fitting = [row for row in rows if not _unfit_reason(row, account)]
	return sorted(fitting, key=lambda row: row.priority)


def _read_programmes(agreement) -> None:
	terms = _policy_of(agreement.company, agreement.valid_from)
	account = _account(agreement.key_account) if agreement.programmes else None
	seen: set[str] = set()
	for row in agreement.programmes:
		programme = terms.programme(row.programme) if terms else None
		reason = _row_reason(row, programme, seen) or _unfit_reason(programme, account)
		if reason:
			frappe.throw(
				_("Programmes, row {0}: {1}").format(row.idx, reason), title=_("Programme Not Granted")
			)
		seen.add(row.programme)
		row.title, row.priced_in_rate = programme.title, float(programme.priced_in_rate)


def _policy_of(company: str, valid_from) -> PolicyTerms | None:
	"""The policy in force when the agreement begins, or today where it began earlier."""
	return policy_in_force(company, max(getdate(valid_from), getdate()))


def _account(key_account: str):
	fields = ["account_class", "tier", "tier_override", "tier_override_until"]
	return frappe.db.get_value("Key Account", key_account, fields, as_dict=True) or frappe._dict()


def _row_reason(row, programme: RebateProgramme | None, seen: set[str]) -> str | None:
	if programme is None:
		return _("{0} is no programme of the policy in force. Choose one of the list.").format(row.programme)
	if row.programme in seen:
		return _("{0} is named twice. Remove one row.").format(row.programme)
	return None


def _unfit_reason(programme: RebateProgramme, account) -> str | None:
	if programme.account_class and programme.account_class != account.account_class:
		return _("{0} is for accounts of class {1}. Choose another programme.").format(
			programme.programme, _(programme.account_class, context="KAM Policy Rebate Programme")
		)
	if programme.tier and programme.tier != effective_tier(account):
		return _("{0} is for accounts of tier {1}. Choose another programme.").format(
			programme.programme, programme.tier
		)
	return None


def _check_programmes_only(agreement) -> None:
	if not agreement.programmes_only:
		return
	if agreement.rate_source == RateSource.SPECIAL:
		frappe.throw(
			_("Programmes Only: the order itself earns nothing then. Clear it, or choose Policy Ladder."),
			title=_("Programmes Only"),
		)
	if not agreement.priced_in_rate:
		frappe.throw(
			_(
				"Programmes Only: name programmes with a priced-in rate. Orders that priced no rebate in earn none, so "
				"nothing would ever be owed."
			),
			title=_("Programmes Only"),
		)
