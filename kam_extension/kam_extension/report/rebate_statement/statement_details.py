"""The requests behind the Rebate Statement (R43)."""

from collections.abc import Iterator
from datetime import date

from frappe import _

from kam_extension.integration.rebates.rebate_sums import Standing
from kam_extension.integration.rebates.request_dates import RequestDates


def request_rows(standing: Standing, until: date, since: date | None) -> Iterator[dict]:
	"""One row for each approved request of the statement; those that `since` is behind of are left out."""
	for one in standing.requests:
		if since is None or _ended_on(one, until) is None or _ended_on(one, until) >= since:
			yield _row(one, until)


def _ended_on(one: RequestDates, until: date) -> date | None:
	"""The day on which nothing was left to do about it."""
	settlement = one.settlement_on(until)
	return settlement.start if settlement else one.cancelled_on


def _row(one: RequestDates, until: date) -> dict:
	settlement = one.settlement_on(until)
	is_approved = one.is_approved(until)
	claimed = float(one.rebate) if is_approved else 0.0
	settled = claimed if settlement else 0.0
	return {
		"key_account": one.key_account,
		"rebate_request": one.name,
		"period_start": one.period_start,
		"period_end": one.period_end,
		"approved_on": one.approved_on,
		"claimed": claimed,
		"approved": claimed - settled,
		"settled": settled,
		"cancelled": 0.0 if is_approved else float(one.rebate),
		"settled_on": settlement.start if settlement else None,
		"settlement_document_type": settlement.document_type if settlement else None,
		"settlement_document": settlement.document if settlement else None,
		"state": _state(is_approved, bool(settlement)),
	}


def _state(is_approved: bool, is_settled: bool) -> str:
	if not is_approved:
		return _("Cancelled")
	return _("Settled", context="Rebate Statement") if is_settled else _("Approved, Not Settled")
