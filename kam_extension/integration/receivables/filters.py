"""What is asked of the receivables report: ERPNext's filters by their names, and ours."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import frappe
from frappe import _
from frappe.utils import cint, getdate
from frappe.utils.nestedset import get_descendants_of

from kam_extension.integration.money import company_currency, currency_precision

DEFAULT_RANGE = "30, 60, 90, 120"
LISTS = ("party", "cost_center", "customer_group", "project")
LINKS = (
	"finance_book", "party_account", "payment_terms_template", "sales_partner", "sales_person", "territory", "tier",
	"account_manager",
)  # fmt: skip
CHECKS = (
	"based_on_payment_terms", "show_future_payments", "show_delivery_notes", "show_sales_person", "show_remarks",
	"for_revaluation_journals", "ignore_accounts", "in_party_currency", "all_customers", "group_by_account",
)  # fmt: skip
AGEING = ("Due Date", "Posting Date")


@dataclass(frozen=True)
class Filters:
	"""The filters, checked. Lists are empty and links None where nothing is asked; trees are not yet unfolded."""

	company: str
	report_date: date
	age_as_on: date
	is_aged_by_due_date: bool
	ranges: tuple[int, ...]
	lists: dict[str, list[str]] = field(default_factory=dict)
	links: dict[str, str] = field(default_factory=dict)
	checks: frozenset[str] = frozenset()
	dimensions: dict[str, list[str]] = field(default_factory=dict)

	def is_on(self, check: str) -> bool:
		return check in self.checks

	@property
	def is_in_account_currency(self) -> bool:
		"""Whether amounts are in the currency of the receivable account instead of the company's."""
		return self.is_on("in_party_currency") or "party_account" in self.links

	@property
	def is_partial(self) -> bool:
		"""Whether the filters leave out a part of what an account owes, or state it in another currency."""
		narrowing = {"finance_book", "party_account", "sales_person"} & self.links.keys()
		narrowing |= {"cost_center", "project"} & self.lists.keys()
		return bool(narrowing or self.dimensions or self.is_in_account_currency)

	@cached_property
	def currency(self) -> str:
		return company_currency(self.company)

	@cached_property
	def precision(self) -> int:
		"""Decimals to which ERPNext's report rounds what is outstanding."""
		return currency_precision() or 2

	@property
	def ranges_shown(self) -> int:
		return len(self.ranges) + 1


def read_filters(values: dict | None) -> Filters:
	"""Filters from what the desk or an API client sends. Raises a ValidationError that names the wrong one."""
	values = frappe._dict(values or {})
	_require_company(values.company)
	report_date = getdate(values.report_date)
	by_report_date = values.calculate_ageing_with != "Today Date"
	links = {name: values[name] for name in LINKS if values.get(name)}
	return Filters(
		company=values.company,
		report_date=report_date,
		age_as_on=report_date if by_report_date else getdate(),
		is_aged_by_due_date=_ageing(values.ageing_based_on) == "Due Date",
		ranges=_ranges(values.range or DEFAULT_RANGE),
		lists={name: _names(values[name]) for name in LISTS if values.get(name)},
		links=links,
		checks=frozenset(name for name in CHECKS if cint(values.get(name))),
		dimensions=_dimensions(values),
	)


def _require_company(company: str | None) -> None:
	if not company or not frappe.db.exists("Company", company):
		frappe.throw(_("Choose a company: receivables are stated in its currency."), title=_("Company"))


def _ageing(value: str | None) -> str:
	if value and value not in AGEING:
		frappe.throw(
			_("{0} is none of: {1}.").format(frappe.bold(value), ", ".join(_(option) for option in AGEING)),
			title=_("Ageing Based On"),
		)
	return value or AGEING[0]


def _ranges(text: str) -> tuple[int, ...]:
	parts = [part.strip() for part in str(text).split(",") if part.strip()]
	days = tuple(int(part) for part in parts if part.isdecimal())
	if len(days) < len(parts) or list(days) != sorted(set(days)):
		frappe.throw(
			_("Write days in rising order with commas between them, for example {0}.").format(DEFAULT_RANGE),
			title=_("Ageing Range"),
		)
	return days


def _names(value: object) -> list[str]:
	"""A list, its JSON, or names with commas between them."""
	if isinstance(value, str):
		value = frappe.parse_json(value) if value.startswith("[") else value.split(",")
	return [str(name).strip() for name in value if str(name).strip()]


def _dimensions(values: frappe._dict) -> dict[str, list[str]]:
	"""Custom accounting dimensions asked for, trees with their descendants."""
	# The module needs a database connection when it is imported.
	from erpnext.accounts.doctype.accounting_dimension.accounting_dimension import get_accounting_dimensions

	asked = (row for row in get_accounting_dimensions(as_list=False) or () if values.get(row.fieldname))
	return {
		row.fieldname: with_descendants(row.document_type, _names(values[row.fieldname])) for row in asked
	}


def with_descendants(doctype: str, names: list[str]) -> list[str]:
	"""The names and everything below them in the tree; unchanged where the DocType is none."""
	missing = [name for name in names if not frappe.db.exists(doctype, name)]
	if missing:
		frappe.throw(
			_("{0} {1} does not exist.").format(_(doctype), frappe.bold(missing[0])), title=_(doctype)
		)
	if not frappe.get_meta(doctype).is_tree:
		return names
	below = (get_descendants_of(doctype, name, ignore_permissions=True) for name in names)
	return sorted({*names, *(name for found in below for name in found)})
