"""KAM Policy documents as the policy core's terms, and which of them is in force (R3, R13)."""

from collections.abc import Iterable
from datetime import date, timedelta

import frappe
from frappe.utils import getdate

from kam_extension.integration.questions import Question, Row
from kam_extension.policy.terms import PolicyTerms, terms_from

CACHE_KEY = "kam_submitted_policies"


def is_enabled() -> bool:
	"""Whether the app acts at all (R81)."""
	return bool(frappe.db.get_single_value("KAM Settings", "enabled", cache=True))


# The text columns of Singles may differ in collation from all others, so the value goes through the number.
IS_ENABLED = Question(
	(
		"""
	select 'enabled', null, cast(`value` as unsigned) from `tabSingles`
	where doctype = 'KAM Settings' and field = 'enabled'
""",
	),
	{},
)


def is_enabled_by(answers: Iterable[Row]) -> bool:
	"""As `is_enabled`, by the answer to `IS_ENABLED` among the `answers`."""
	return any(kind == "enabled" and value for kind, _subject, value in answers)


def terms_of(policy) -> PolicyTerms:
	"""A KAM Policy document as `PolicyTerms`."""
	return terms_from(policy.as_dict())


def policy_in_force(company: str, on_date: date | str | None = None) -> PolicyTerms | None:
	"""The submitted policy of `company` on `on_date` (default: the server's date), else the one for all companies."""
	day = getdate(on_date)
	in_force = [terms for terms in _submitted_policies() if _is_in_force(terms, company, day)]
	in_force.sort(key=lambda terms: (terms.company is not None, terms.valid_from), reverse=True)
	return in_force[0] if in_force else None


def policy_timeline(company: str) -> list[tuple[date, date | None, PolicyTerms]]:
	"""(first day, last day or None, terms) of what is in force for `company`, the earliest first; days without are left out."""
	ours = [terms for terms in _submitted_policies() if terms.company in (None, company)]
	starts = {terms.valid_from for terms in ours if terms.valid_from}
	starts |= {terms.valid_to + timedelta(days=1) for terms in ours if terms.valid_to}
	days = sorted(starts)
	if not days:
		return []
	stretches = zip(days, [*(day - timedelta(days=1) for day in days[1:]), None], strict=True)
	found = ((first, last, policy_in_force(company, first)) for first, last in stretches)
	return [(first, last, terms) for first, last, terms in found if terms]


def forget_policies() -> None:
	"""Drop the cached terms: now, and again when this transaction ends either way."""
	frappe.cache.delete_value(CACHE_KEY)
	for ending in (frappe.db.after_commit, frappe.db.after_rollback):
		ending.add(lambda: frappe.cache.delete_value(CACHE_KEY))


def _is_in_force(terms: PolicyTerms, company: str, day: date) -> bool:
	starts = terms.valid_from is None or terms.valid_from <= day
	ends = terms.valid_to is not None and terms.valid_to < day
	return terms.company in (None, company) and starts and not ends


def _submitted_policies() -> list[PolicyTerms]:
	return frappe.cache.get_value(CACHE_KEY, _load_submitted_policies)


def _load_submitted_policies() -> list[PolicyTerms]:
	names = frappe.get_all("KAM Policy", filters={"docstatus": 1}, pluck="name")
	return [terms_of(frappe.get_doc("KAM Policy", name)) for name in names]
