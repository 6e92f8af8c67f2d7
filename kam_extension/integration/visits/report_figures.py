"""What a periodic account report says in numbers and quotes, for many accounts at once (R50)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from frappe.utils import getdate

from kam_extension.integration.metrics.collected import collected
from kam_extension.integration.metrics.orders import contract_amount
from kam_extension.integration.metrics.receivables import overdue_days_max, receivable_balance
from kam_extension.integration.metrics.scope import Scope
from kam_extension.integration.metrics.service import complaint_count
from kam_extension.integration.visits.figures import open_needs, visit_figures, visit_texts

MEASURED = {
	"ordered": contract_amount,
	"received": collected,
	"outstanding": receivable_balance,
	"days_overdue": overdue_days_max,
	"complaints": complaint_count,
}
FIGURES = (*MEASURED, "visits_held", "visits_missed", "open_needs")
QUOTES = ("needs", "competitor_news", "next_steps")


@dataclass(frozen=True)
class PeriodScope(Scope):
	"""What metrics measure, over a report's period instead of a year."""

	first_day: date | None = None

	@property
	def year_start(self) -> date:
		return self.first_day


def report_figures(company: str, first: date, last: date, accounts: Mapping[str, str]) -> dict[str, dict]:
	"""{account: `FIGURES` of the period, in company currency}; `accounts` maps customers to accounts."""
	scope = PeriodScope(company, last, accounts, first_day=first)
	names = list(accounts.values())
	measured = {field: metric(scope) for field, metric in MEASURED.items()}
	visits = visit_figures(names, first, last, getdate())
	needs = open_needs(names)
	return {
		name: {
			**{field: float(values.get(name) or 0) for field, values in measured.items()},
			"visits_held": visits[name].held,
			"visits_missed": visits[name].missed,
			"open_needs": len(needs.get(name, ())),
		}
		for name in names
	}


def report_quotes(first: date, last: date, names: list[str]) -> dict[str, dict]:
	"""{account: `QUOTES` from its visits of the period, one a line}."""
	needs, texts = open_needs(names), visit_texts(names, first, last)
	return {
		name: {
			"needs": "\n".join(needs.get(name, ())),
			"competitor_news": _lines(texts.get(name, ()), "competitor_news"),
			"next_steps": _lines(texts.get(name, ()), "next_step"),
		}
		for name in names
	}


def _lines(rows, field: str) -> str:
	return "\n".join(row[field] for row in rows if row[field])
