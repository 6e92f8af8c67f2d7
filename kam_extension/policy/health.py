"""Health of an account: one score from parts that people can see (R77). Readings in, score and band out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from kam_extension.policy.codes import HealthAction, HealthBand, HealthPart
from kam_extension.policy.money import HUNDRED, ZERO

POINT_DIGITS = Decimal("0.1")
BANDS = tuple(HealthBand)


@dataclass(frozen=True)
class PartTerms:
	"""How much a part counts, and at which values it gets all of its 100 points and none of them.

	Between both it is a straight line. `full_at` below `zero_at`: less is better. Both equal: all points up to there.
	A weight of 0 leaves the part out.
	"""

	weight: Decimal
	full_at: Decimal
	zero_at: Decimal


@dataclass(frozen=True)
class HealthTerms:
	"""Settings of the score. A score of at least `fair_below` is good, one below `poor_below` poor.

	A better band is reached only `recovery` points above its threshold, so that an account at a threshold doesn't fall
	every other night.
	"""

	parts: Mapping[HealthPart, PartTerms]
	fair_below: int
	poor_below: int
	recovery: int = 0
	fair_action: HealthAction = HealthAction.NONE
	poor_action: HealthAction = HealthAction.NONE

	def action_of(self, band: HealthBand) -> HealthAction:
		"""What starts when an account falls into `band`."""
		if band == HealthBand.GOOD:
			return HealthAction.NONE
		return self.fair_action if band == HealthBand.FAIR else self.poor_action


@dataclass(frozen=True)
class Reading:
	"""What was measured of a part, and the day of the newest document that it rests on."""

	value: Decimal
	evidence_date: date | None = None


@dataclass(frozen=True)
class ScoredPart:
	"""`points` 0–100 to one decimal; `weight` is the part's share of the score in percent."""

	part: HealthPart
	value: Decimal
	points: Decimal
	weight: Decimal
	evidence_date: date | None


@dataclass(frozen=True)
class Health:
	"""A score of 0–100 and the parts with data that it is made of."""

	score: int
	parts: tuple[ScoredPart, ...]


def assess(readings: Mapping[HealthPart, Reading], terms: HealthTerms) -> Health | None:
	"""The score of the parts that have a reading; their weights share what the others leave. None without any."""
	counted = [
		(part, readings[part], terms.parts[part])
		for part in HealthPart
		if part in readings and part in terms.parts and terms.parts[part].weight > 0
	]
	total = sum((part_terms.weight for _part, _reading, part_terms in counted), ZERO)
	if not total:
		return None
	parts, weighted = [], ZERO
	for part, reading, part_terms in counted:
		points = points_of(reading.value, part_terms)
		weighted += points * part_terms.weight
		share = (part_terms.weight * HUNDRED / total).quantize(POINT_DIGITS, ROUND_HALF_UP)
		shown = points.quantize(POINT_DIGITS, ROUND_HALF_UP)
		parts.append(ScoredPart(part, reading.value, shown, share, reading.evidence_date))
	return Health(int((weighted / total).quantize(Decimal(1), ROUND_HALF_UP)), tuple(parts))


def points_of(value: Decimal, terms: PartTerms) -> Decimal:
	"""0–100 on the line between the value of no points and that of all."""
	span = terms.full_at - terms.zero_at
	if not span:
		return HUNDRED if value <= terms.full_at else ZERO
	return min(max((value - terms.zero_at) * HUNDRED / span, ZERO), HUNDRED)


def band_of(score: int, terms: HealthTerms, previous: HealthBand | None = None) -> HealthBand:
	"""The band of a score. Coming from a worse one takes `recovery` points more than the threshold."""
	plain = _plain_band(score, terms)
	if previous is None or not is_worse(previous, plain):
		return plain
	recovered = _plain_band(score - terms.recovery, terms)
	return previous if is_worse(recovered, previous) else recovered


def is_worse(band: HealthBand, other: HealthBand) -> bool:
	return BANDS.index(band) > BANDS.index(other)


def _plain_band(score: int, terms: HealthTerms) -> HealthBand:
	if score < terms.poor_below:
		return HealthBand.POOR
	return HealthBand.FAIR if score < terms.fair_below else HealthBand.GOOD
