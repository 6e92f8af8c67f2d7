"""Level by level, with deadlines, until a Risk Report is closed (R55; S0 article 8: 逐级上报制)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kam_extension.policy.codes import EscalationLevel, MeasureStatus, RiskLevel

ESCALATED = (RiskLevel.HIGH, RiskLevel.CRITICAL)
STEPS = tuple(EscalationLevel)


@dataclass(frozen=True)
class EscalationRules:
	"""Days at each step by risk level; fewer than 1 count as 1, so that nothing goes up twice in a night."""

	days: Mapping[RiskLevel, Sequence[int]]
	critical_needs_meeting: bool = True

	def due(self, level: str, step: str, since: date) -> date:
		"""Last day on which the report may be closed at this step."""
		days = self.days[RiskLevel(level)][STEPS.index(EscalationLevel(step))]
		return since + timedelta(days=max(days, 1))


def next_step(step: str) -> EscalationLevel:
	"""The step above; the last one stays and is reminded."""
	return STEPS[min(STEPS.index(EscalationLevel(step)) + 1, len(STEPS) - 1)]


def is_escalated(level: str | None) -> bool:
	return level in ESCALATED


def hindrances(
	level: str, measures: Sequence[tuple[str, bool]], meetings: int, rules: EscalationRules
) -> list[str]:
	"""Why a report can't be closed: codes `no_measure`, `open_measure`, `no_evidence`, `no_meeting`.

	`measures`: pairs of status and whether there is evidence.
	"""
	found = []
	if is_escalated(level) and not measures:
		found.append("no_measure")
	if any(status in (MeasureStatus.OPEN, MeasureStatus.REPORTED) for status, _evidence in measures):
		found.append("open_measure")
	elif not all(evidence for _status, evidence in measures):
		found.append("no_evidence")
	if level == RiskLevel.CRITICAL and rules.critical_needs_meeting and not meetings:
		found.append("no_meeting")
	return found
