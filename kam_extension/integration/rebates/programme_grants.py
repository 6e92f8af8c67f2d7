"""Which agreement grants which rebate programme, and whose terms hold for a period of it (R72, R79)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder import DocType

from kam_extension.integration.policies.policies import policy_timeline
from kam_extension.integration.rebates.claims import ProgrammeKey
from kam_extension.policy.programme_scope import Span, period_of
from kam_extension.policy.programme_terms import RebateProgramme
from kam_extension.policy.terms import PolicyTerms


@dataclass(frozen=True)
class Grant:
	"""A programme that an approved agreement names."""

	agreement: str
	key_account: str
	programme: str
	valid_from: date
	valid_to: date | None


@dataclass(frozen=True)
class PeriodTerms:
	"""One period of a programme, under the policy that decides it."""

	terms: PolicyTerms
	programme: RebateProgramme
	span: Span

	@property
	def key(self) -> ProgrammeKey:
		return ProgrammeKey(self.programme.programme, self.span.first, self.span.last)


def granted_programmes(company: str, key_accounts: Sequence[str]) -> list[Grant]:
	"""Programmes of the approved agreements of these accounts, in one query."""
	if not key_accounts:
		return []
	agreement, row = DocType("Rebate Agreement"), DocType("Rebate Agreement Programme")
	found = (
		frappe.qb.from_(row)
		.inner_join(agreement)
		.on(agreement.name == row.parent)
		.select(
			agreement.name.as_("agreement"),
			agreement.key_account,
			row.programme,
			agreement.valid_from,
			agreement.valid_to,
		)
		.where(agreement.docstatus == 1)
		.where(agreement.company == company)
		.where(agreement.key_account.isin(key_accounts))
	).run(as_dict=True)
	return [Grant(**one) for one in found]


def by_agreement(grants: Iterable[Grant]) -> dict[str, tuple[str, ...]]:
	"""{agreement: codes of the programmes that it grants}."""
	codes: dict[str, list[str]] = defaultdict(list)
	for grant in grants:
		codes[grant.agreement].append(grant.programme)
	return {agreement: tuple(sorted(found)) for agreement, found in codes.items()}


class ProgrammeGrants:
	"""The granted programmes of several accounts of one company, day by day."""

	def __init__(self, company: str, grants: Iterable[Grant]):
		self.grants: dict[tuple[str, str], list[Grant]] = defaultdict(list)
		for grant in grants:
			self.grants[grant.key_account, grant.programme].append(grant)
		self.timeline = policy_timeline(company) if self.grants else []
		self.found: dict[tuple[str, str, date], PeriodTerms | None] = {}

	def on(self, key_account: str, programme: str, day: date) -> PeriodTerms | None:
		"""The programme's period that holds `day`, None where the programme isn't in force then.

		Its terms are those of the policy in force on the period's first day, or when the agreement began where that is
		later; else of the first policy after it that has the programme. A later policy changes no period that has begun.
		"""
		key = (key_account, programme, day)
		if key not in self.found:
			self.found[key] = self._search(*key)
		return self.found[key]

	def _search(self, key_account: str, code: str, day: date) -> PeriodTerms | None:
		for first, last, terms in self.timeline:
			programme = terms.programme(code)
			span = period_of(programme, day) if programme else None
			if span is None or first > span.last:
				continue
			if last is None or last >= self._begins(key_account, code, span):
				return PeriodTerms(terms, programme, span)
		return None

	def _begins(self, key_account: str, code: str, span: Span) -> date:
		days = [
			grant.valid_from
			for grant in self.grants[key_account, code]
			if grant.valid_from <= span.last and (grant.valid_to is None or grant.valid_to >= span.first)
		]
		return max([span.first, *sorted(days)[:1]])
