"""One past order under both policies (R62)."""

from dataclasses import dataclass

from kam_extension.integration.replay.order_facts import PastOrder
from kam_extension.integration.replay.sides import Policies
from kam_extension.policy.codes import VerdictCode
from kam_extension.policy.exceptions import apply_exceptions
from kam_extension.policy.facts import DocumentFacts
from kam_extension.policy.judge import judge
from kam_extension.policy.terms import PolicyTerms
from kam_extension.policy.verdict import Verdict

SAME, NEWLY_BLOCKED, NO_LONGER_BLOCKED = "Same", "Newly Blocked", "No Longer Blocked"
OTHER_VERDICT, OTHER_FIGURES = "Other Verdict", "Other Figures"


@dataclass(frozen=True)
class Judged:
	"""What a policy says of an order; `facts` None where the order is outside the rules (R25)."""

	terms: PolicyTerms
	facts: DocumentFacts | None
	verdict: Verdict


@dataclass(frozen=True)
class Compared:
	"""An order under the policy that is tried and, where there is one, under the one compared with."""

	order: PastOrder
	tried: Judged
	before: Judged | None

	@property
	def change(self) -> str:
		if self.before is None:
			return SAME
		now, then = self.tried.verdict, self.before.verdict
		if now.is_blocked != then.is_blocked:
			return NEWLY_BLOCKED if now.is_blocked else NO_LONGER_BLOCKED
		if now.code != then.code:
			return OTHER_VERDICT
		return SAME if (now.margin, now.violations) == (then.margin, then.violations) else OTHER_FIGURES


def compare(order: PastOrder, policies: Policies) -> Compared:
	recorded, before = policies.recorded(order), policies.before(order)
	tried = judge_past(order, policies.tried, recorded)
	if before is None or before is policies.tried:
		return Compared(order, tried, tried if before else None)
	return Compared(order, tried, judge_past(order, before, recorded))


def judge_past(order: PastOrder, terms: PolicyTerms, recorded_terms: PolicyTerms | None) -> Judged:
	"""The verdict as enforcement would have given it, exceptions that covered the order that day included."""
	if order.is_outside_rules:
		return Judged(terms, None, Verdict(VerdictCode.NOT_APPLICABLE))
	facts = order.facts(terms, recorded_terms)
	verdict = judge(facts, terms)
	if verdict.violations and order.record and order.record.exceptions:
		verdict = apply_exceptions(verdict, facts, order.record.exceptions, order.record.decided_on)
	return Judged(terms, facts, verdict)
