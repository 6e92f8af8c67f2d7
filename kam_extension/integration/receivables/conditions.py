"""Which ledger entries count: SQL conditions of the filters and of the reader's rights.

Every value is a parameter; names of columns are the ledger's own, checked by ERPNext when a dimension is made.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

import frappe
from frappe import _
from frappe.desk.reportview import build_match_conditions
from frappe.permissions import get_role_permissions

from kam_extension.integration.receivables.filters import Filters, with_descendants

LEDGER = "tabPayment Ledger Entry"
NOBODY = ("",)
# MariaDB makes a table of a list of a thousand values and joins it; an index takes each value as it is. It sorts the
# places of wide rows and then looks each row up once more; the columns may come along.
LARGE_READS = "set statement in_predicate_conversion_threshold = 0, max_length_for_sort_data = 8192 for "


@dataclass
class Conditions:
	"""Conditions on `tabPayment Ledger Entry` and their parameters; `text()` joins them for a WHERE."""

	parts: list[str] = field(default_factory=list)
	values: dict[str, object] = field(default_factory=dict)
	sales_person: str = ""

	def add(self, part: str, **values: object) -> None:
		self.parts.append(part)
		self.values.update(values)

	def text(self, with_sales_person: bool = True) -> str:
		parts = [*self.parts, self.sales_person] if with_sales_person and self.sales_person else self.parts
		return " and ".join(parts)


def entry_conditions(filters: Filters, parties: Iterable[str] | None) -> Conditions:
	"""Conditions of the entries that the reader may see; `parties` None stands for every customer whom he may read."""
	conditions = Conditions()
	_add_scope(conditions, filters)
	_add_parties(conditions, filters, parties)
	_add_dimensions(conditions, filters)
	_add_sales_person(conditions, filters)
	require_rights("Payment Ledger Entry")
	if allowed := build_match_conditions("Payment Ledger Entry"):
		conditions.add(allowed)
	return conditions


def require_rights(doctype: str) -> None:
	"""Refuse who has no role to read `doctype`: one shared document isn't a right to a report over all of them."""
	rights = get_role_permissions(frappe.get_meta(doctype))
	if not (rights.get("read") or rights.get("select")):
		frappe.throw(_("No permission to read {0}").format(_(doctype)), frappe.PermissionError)


def _add_scope(conditions: Conditions, filters: Filters) -> None:
	conditions.add("delinked = 0 and party_type = 'Customer'")
	conditions.add("company = %(company)s", company=filters.company)
	conditions.add("account in %(accounts)s", accounts=_accounts(filters))
	conditions.values["report_date"] = filters.report_date
	if filters.is_on("show_future_payments"):
		conditions.add(
			"(posting_date <= %(report_date)s or (voucher_no = against_voucher_no and creation < %(next_day)s))",
			next_day=filters.report_date + timedelta(days=1),
		)
	else:
		conditions.add("posting_date <= %(report_date)s")


def _accounts(filters: Filters) -> tuple[str, ...]:
	if "party_account" in filters.links:
		return (filters.links["party_account"],)
	wanted = {"account_type": "Receivable", "company": filters.company}
	return tuple(frappe.get_all("Account", filters=wanted, pluck="name")) or NOBODY


def _add_parties(conditions: Conditions, filters: Filters, parties: Iterable[str] | None) -> None:
	if parties is not None:
		conditions.add("party in %(parties)s", parties=tuple(parties) or NOBODY)
	elif asked := filters.lists.get("party"):
		conditions.add("party in %(parties)s", parties=tuple(asked))
	if wanted := _customer_conditions(filters, conditions.values, is_restricted=parties is None):
		conditions.parts.append(f"party in (select name from `tabCustomer` where {' and '.join(wanted)})")


def _customer_conditions(filters: Filters, values: dict, is_restricted: bool) -> list[str]:
	trees = {
		"customer_group": filters.lists.get("customer_group"),
		"territory": [filters.links["territory"]] if "territory" in filters.links else None,
	}
	found = []
	for column, names in trees.items():
		if names:
			doctype = frappe.unscrub(column)
			values[f"customer_{column}"] = tuple(with_descendants(doctype, names))
			found.append(f"{column} in %(customer_{column})s")
	for name, column in (
		("payment_terms_template", "payment_terms"),
		("sales_partner", "default_sales_partner"),
	):
		if name in filters.links:
			values[name] = filters.links[name]
			found.append(f"{column} = %({name})s")
	if is_restricted:
		require_rights("Customer")
		if allowed := build_match_conditions("Customer"):
			found.append(allowed)
	return found


def _add_dimensions(conditions: Conditions, filters: Filters) -> None:
	if "finance_book" in filters.links:
		conditions.add("finance_book = %(finance_book)s", finance_book=filters.links["finance_book"])
	if names := filters.lists.get("cost_center"):
		conditions.add(
			"cost_center in %(cost_centers)s", cost_centers=tuple(with_descendants("Cost Center", names))
		)
	if names := filters.lists.get("project"):
		conditions.add("project in %(projects)s", projects=tuple(names))
	for column, names in filters.dimensions.items():
		conditions.add(
			f"`{LEDGER}`.`{column}` in %(dimension_{column})s", **{f"dimension_{column}": tuple(names)}
		)


def _add_sales_person(conditions: Conditions, filters: Filters) -> None:
	"""Customers and invoices of the person's team. What settles another's invoice stays with that invoice."""
	if "sales_person" not in filters.links:
		return
	people = with_descendants("Sales Person", [filters.links["sales_person"]])
	conditions.values["sales_people"] = tuple(people)
	served = (
		"select parent from `tabSales Team` where parenttype = '{0}' and sales_person in %(sales_people)s"
	)
	conditions.sales_person = f"(party in ({served.format('Customer')}) or against_voucher_no in ({served.format('Sales Invoice')}))"
