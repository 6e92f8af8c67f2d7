"""The way of a customer's need: identified, judged, responded to, tracked, fed back (R47; S1 六)."""

from collections.abc import Iterator

from kam_extension.policy.codes import Feasibility, NeedStatus

_ORDER = list(NeedStatus)
# Field → the first status in which it may not be empty.
_NEEDED_FROM = {"response": NeedStatus.RESPONDED, "feedback": NeedStatus.CLOSED}
_NEEDED_WHERE_REFUSED = ("customer_informed_on", "later_plan")
REFUSED = (Feasibility.NOT_FEASIBLE, Feasibility.PARTLY_FEASIBLE)


def missing_fields(need: dict) -> Iterator[str]:
	"""Names of the fields that a need's status asks for and that are empty.

	Feasibility is judged before anything else; what we can't meet, or not all of it, is closed only when the customer
	was told and there is a later plan.
	"""
	reached = _ORDER.index(NeedStatus(need["status"]))
	if reached >= _ORDER.index(NeedStatus.JUDGED) and need["feasibility"] == Feasibility.TO_BE_JUDGED:
		yield "feasibility"
	for field, status in _NEEDED_FROM.items():
		if reached >= _ORDER.index(status) and not (need.get(field) or "").strip():
			yield field
	if need["status"] == NeedStatus.CLOSED and need["feasibility"] in REFUSED:
		yield from (field for field in _NEEDED_WHERE_REFUSED if not need.get(field))
