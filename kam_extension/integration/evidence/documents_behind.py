"""Which documents make a number of a Tier Review: asked from its form (R14, R18)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import cint

from kam_extension.integration.evidence.counted import MONEY, Breakdown, Column, CountedDocument, Link
from kam_extension.integration.evidence.ledger import LEDGER
from kam_extension.integration.evidence.sales import SALES
from kam_extension.integration.evidence.service import SERVICE
from kam_extension.integration.metrics import METRICS, Scope
from kam_extension.integration.money import company_currency
from kam_extension.integration.tiers.tier_evidence import what_counts
from kam_extension.policy.codes import COST_METRICS, Metric
from kam_extension.policy.money import ZERO, decimal
from kam_extension.setup.permissions import COST_LEVEL

BREAKDOWNS: dict[str, Breakdown] = {**SALES, **LEDGER, **SERVICE}
PAGE_LENGTH = 200
NAMES_AT_ONCE = 1000
NOTICEABLE = Decimal("0.005")


@frappe.whitelist()
def documents_behind(review: str, metric: str, start: int = 0) -> dict:
	"""The documents that a metric of a Tier Review counted as of its date, the largest first, PAGE_LENGTH from `start` on.

	Returns `explanation` (what the metric counts), `documents` (doctype, name, date, amounts) that the reader may read, `total` of them, `hidden` others,
	`columns` (label, unit, total over all documents for money), `value` as the documents give it today, `recorded`
	when the review holds another one, `currency`, and `link` to ERPNext's own list or report. Raises
	frappe.PermissionError for readers without right to the review, or to cost (R82), ValidationError for no metric.
	"""
	document = frappe.get_doc("Tier Review", review)
	document.check_permission("read")
	code = _metric(metric)
	_refuse_cost(code)
	scope = _scope_of(document)
	breakdown = BREAKDOWNS[code]
	documents = breakdown.read(scope)
	columns = breakdown.columns()
	readable = sorted(_readable(documents), key=_largest_first)
	value = METRICS[code](scope)[document.key_account]
	first = max(cint(start), 0)
	return {
		"explanation": what_counts(code, scope),
		"date_label": breakdown.date_label(),
		"documents": [_as_dict(row, columns) for row in readable[first : first + PAGE_LENGTH]],
		"page_length": PAGE_LENGTH,
		"total": len(readable),
		"hidden": len(documents) - len(readable),
		"columns": [_column(index, column, documents) for index, column in enumerate(columns)],
		"value": None if value is None else float(value),
		"recorded": _recorded(document, code, value),
		"currency": company_currency(document.company),
		"link": _link(breakdown, scope),
	}


def _metric(name: str) -> Metric:
	try:
		return Metric(name)
	except ValueError:
		frappe.throw(
			_("Metric {0} is unknown: choose one of the review's criteria.").format(frappe.bold(name)),
			title=_("Unknown Metric"),
		)


def _refuse_cost(metric: Metric) -> None:
	if metric in COST_METRICS and COST_LEVEL not in frappe.get_meta("Tier Review").get_permlevel_access():
		frappe.throw(
			_("What the gross margin is made of tells the cost, which is confidential."),
			frappe.PermissionError,
			title=_("Confidential"),
		)


def _scope_of(review) -> Scope:
	"""The review's own account, company, date and policy, whatever they are today."""
	return Scope(
		company=review.company,
		as_of_date=review.as_of_date,
		accounts={review.customer: review.key_account},
		base_price_list=frappe.db.get_value("KAM Policy", review.policy, "base_price_list"),
	)


def _readable(documents: Sequence[CountedDocument]) -> Iterator[CountedDocument]:
	"""Those that the session user may read, by Frappe's own rules for lists."""
	names = defaultdict(list)
	for row in documents:
		names[row.doctype].append(row.name)
	readable = {doctype: _readable_names(doctype, of_it) for doctype, of_it in names.items()}
	return (row for row in documents if row.name in readable[row.doctype])


def _readable_names(doctype: str, names: Sequence[str]) -> set[str]:
	if not frappe.has_permission(doctype, "read"):
		return set()
	chunks = (names[start : start + NAMES_AT_ONCE] for start in range(0, len(names), NAMES_AT_ONCE))
	return {
		name
		for chunk in chunks
		for name in frappe.get_list(doctype, {"name": ("in", chunk)}, pluck="name", limit_page_length=0)
	}


def _largest_first(row: CountedDocument) -> tuple:
	return (-max(abs(row.amount), abs(row.base)), str(row.date or ""), row.name)


def _as_dict(row: CountedDocument, columns: Sequence[Column]) -> dict:
	return {
		"doctype": row.doctype,
		"name": row.name,
		"date": row.date and str(row.date),
		"amounts": [float(amount) for amount in _amounts(row, len(columns))],
	}


def _amounts(row: CountedDocument, count: int) -> tuple[Decimal, ...]:
	return (row.amount, row.base)[:count]


def _column(index: int, column: Column, documents: Sequence[CountedDocument]) -> dict:
	amounts = (_amounts(row, 2)[index] for row in documents)
	total = float(sum(amounts, ZERO)) if column.unit == MONEY else None
	return {"label": column.label, "unit": column.unit, "total": total}


def _recorded(review, metric: Metric, value: Decimal | None) -> float | None:
	"""The review's figure where documents have changed it since; None where they agree or it was unknown."""
	row = next((row for row in review.points if row.metric == metric), None)
	if row is None or row.is_unknown or (value is not None and abs(decimal(row.value) - value) < NOTICEABLE):
		return None
	return row.value


def _link(breakdown: Breakdown, scope: Scope) -> dict | None:
	link = breakdown.link and breakdown.link(scope)
	if not link or not _may_follow(link):
		return None
	return {"doctype": link.doctype, "report": link.report, "filters": link.filters}


def _may_follow(link: Link) -> bool:
	if link.report:
		return bool(frappe.get_doc("Report", link.report).is_permitted())
	return bool(frappe.has_permission(link.doctype, "read"))
