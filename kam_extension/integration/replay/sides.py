"""The two policies that are compared: the one that is tried, and the one that it is compared with (R62)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import frappe

from kam_extension.integration.policies.policies import policy_timeline, terms_of
from kam_extension.integration.replay.order_facts import PastOrder
from kam_extension.policy.terms import PolicyTerms


@dataclass
class Policies:
	"""Terms by the policies' names, and what was in force when. Read before the replay begins, without any cache."""

	tried: PolicyTerms
	compared: PolicyTerms | None
	timeline: list[tuple[date, date | None, PolicyTerms]]
	known: dict[str, PolicyTerms] = field(default_factory=dict)

	@classmethod
	def of(cls, replay) -> "Policies":
		"""Of a Policy Replay. Policies are taken as they are saved."""
		known = {name: terms_of(frappe.get_doc("KAM Policy", name)) for name in _names(replay.company)}
		for name in (replay.policy, replay.compared_with):
			if name and name not in known:
				known[name] = terms_of(frappe.get_doc("KAM Policy", name))
		compared = known[replay.compared_with] if replay.compared_with else None
		return cls(known[replay.policy], compared, policy_timeline(replay.company), known)

	def before(self, order: PastOrder) -> PolicyTerms | None:
		"""The policy to compare with: the chosen one, else the one that judged the order, else that of its day."""
		if self.compared:
			return self.compared
		recorded = self.recorded(order)
		return recorded or self.known.get(order.head.kam_policy) or self.in_force(order.day)

	def recorded(self, order: PastOrder) -> PolicyTerms | None:
		return self.known.get(order.record.policy) if order.record else None

	def in_force(self, day: date) -> PolicyTerms | None:
		for first, last, terms in self.timeline:
			if first <= day and (last is None or day <= last):
				return terms
		return None

	def price_lists(self) -> frozenset[str]:
		return self._all(lambda terms: (terms.base_price_list, terms.cost_price_list))

	def cost_sources(self) -> frozenset[str]:
		return self._all(lambda terms: terms.cost_sources)

	def _all(self, read: Callable) -> frozenset:
		chosen = [self.tried, self.compared] if self.compared else self.known.values()
		return frozenset(value for terms in chosen for value in read(terms) if value)


def _names(company: str) -> list[str]:
	"""Policies that were ever submitted for the company or for all: one of them judged each recorded order."""
	return frappe.get_all(
		"KAM Policy", filters={"docstatus": ("!=", 0), "company": ("in", ("", company))}, pluck="name"
	)
