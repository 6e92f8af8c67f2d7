"""What only the day of an order knew, from its KAM Decision (R29, R62).

Costs, prices, credit, quotations and exceptions change or are used up. Where an order was judged on its day, the
record says how they stood; where it was not, the documents and the master data of today have to do.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import getdate

from kam_extension.integration.exceptions.price_exceptions import read_approved
from kam_extension.policy.codes import CostSource, VerdictCode
from kam_extension.policy.exceptions import ApprovedException
from kam_extension.policy.facts import CreditFacts
from kam_extension.policy.money import decimal
from kam_extension.policy.rebates import Agreement
from kam_extension.policy.terms import PolicyTerms
from kam_extension.replay.frozen import thaw

_RECORDS = """
	select reference_name, policy, tier, verdict, decided_at, details from `tabKAM Decision`
	where reference_doctype = 'Sales Order' and reference_name in %(orders)s and verdict != 'Blocked'
	order by decided_at, creation
"""


@dataclass(frozen=True)
class Record:
	"""The latest judgement of an order that went through; `lines` as recorded, by (row, item)."""

	policy: str
	tier: str | None
	decided_on: date
	verdict: str
	terms: Mapping
	details: Mapping
	lines: Mapping[tuple, Mapping]
	exceptions: tuple[ApprovedException, ...] = field(default=())

	@property
	def was_exempt(self) -> bool:
		"""Whether the document was outside the rules, so that no facts of it were recorded."""
		return self.verdict == VerdictCode.NOT_APPLICABLE and not self.lines

	@property
	def agreement(self) -> str | None:
		return self.details.get("agreement")

	@property
	def reasons(self) -> set[str]:
		return {violation["reason"] for violation in self.details.get("violations") or ()}

	@property
	def credit(self) -> CreditFacts | None:
		return thaw(CreditFacts | None, self.details.get("credit"))

	def lists_as(self, terms: PolicyTerms) -> bool:
		"""Whether list prices were taken from where the policy takes them."""
		return self.terms.get("base_price_list") == terms.base_price_list

	def costs_as(self, terms: PolicyTerms) -> bool:
		"""Whether costs were taken from where the policy takes them."""
		is_listed = CostSource.COST_PRICE_LIST in terms.cost_sources
		same_list = self.terms.get("cost_price_list") == terms.cost_price_list
		return list(terms.cost_sources) == self.terms.get("cost_sources") and (same_list or not is_listed)


def read_records(orders: Sequence[str]) -> dict[str, Record]:
	"""{sales order: its record}. Three queries."""
	rows = {}
	for row in frappe.db.sql(_RECORDS, {"orders": tuple(orders)}, as_dict=True):
		details = frappe.parse_json(row.details or "{}")
		# Reopened, released or closed: there no price was judged.
		if not details.get("occasion"):
			rows[row.reference_name] = (row, details)
	covering = {
		violation["exception"]
		for _row, details in rows.values()
		for violation in details.get("violations") or ()
		if violation.get("exception")
	}
	exceptions = {exception.name: exception for exception in read_approved(covering)}
	return {order: _record(row, details, exceptions) for order, (row, details) in rows.items()}


def _record(row, details: Mapping, exceptions: Mapping[str, ApprovedException]) -> Record:
	names = dict.fromkeys(violation.get("exception") for violation in details.get("violations") or ())
	return Record(
		policy=row.policy,
		tier=row.tier or None,
		decided_on=getdate(row.decided_at),
		verdict=row.verdict,
		terms=details.get("terms") or {},
		details=details,
		lines={(line["row"], line["item_code"]): line for line in details.get("lines") or ()},
		exceptions=tuple(exceptions[name] for name in names if name in exceptions),
	)


def read_agreements(names: Iterable[str]) -> dict[str, Agreement]:
	"""{name: what it grants} of Rebate Agreements that were recorded, whatever became of them since."""
	wanted = {name for name in names if name}
	if not wanted:
		return {}
	fields = ["name", "rate_source", "special_rate", "priced_in_rate", "programmes_only"]
	rows = frappe.get_all("Rebate Agreement", filters={"name": ("in", list(wanted))}, fields=fields)
	return {
		row.name: Agreement(
			row.name,
			row.rate_source,
			decimal(row.special_rate),
			decimal(row.priced_in_rate),
			bool(row.programmes_only),
		)
		for row in rows
	}


def share_of(judged: Decimal, own: Decimal) -> Decimal:
	"""What a judged exchange rate leaves of amounts at the document's own."""
	return min(judged / own, Decimal(1)) if judged and own else Decimal(1)
