"""Open quotations and draft orders that are close to the next rebate band (R76, R37)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import frappe
from frappe.query_builder import DocType

from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.rebates.agreements import agreement_for
from kam_extension.integration.security.roles import has_any_role
from kam_extension.integration.tiers.watch_list import shown_of_account
from kam_extension.policy.codes import RateSource
from kam_extension.policy.money import decimal
from kam_extension.policy.watch import BandDistance, Direction, next_band
from kam_extension.setup.roles import COST_READERS

REBATE_BAND = "Rebate Band"
OPEN_QUOTATION = ("Draft", "Open", "Replied")
FIELDS = ("name", "kam_key_account", "kam_tier", "company", "kam_effective_net")


def band_rows(accounts: Mapping[str, Mapping], today: date) -> Iterator[dict]:
	"""One row for each document of `accounts` (by name) below a better band of its company's rebate ladder.

	Open quotations that have not expired and draft orders, as far as the session's user may read them; only those that
	an approved agreement on the ladder covers, for without one nothing is owed. Amounts are effective nets in the
	currency of the document's company. Rates are for those who may read them on documents.
	"""
	documents = [*_quotations(list(accounts), today), *_orders(list(accounts))]
	agreements = _agreements({row.kam_key_account for row in documents}, today)
	for row in documents:
		terms = policy_in_force(row.company, today)
		if terms is None or not _earns_by_ladder(row, agreements.get(row.kam_key_account, ())):
			continue
		distance = next_band(terms.rebate_bands, decimal(row.kam_effective_net), row.kam_tier or None)
		if distance:
			account = frappe._dict(accounts[row.kam_key_account], company=row.company)
			yield shown_of_account(account, today) | _shown(row, distance, today)


def _shown(row, distance: BandDistance, today: date) -> dict:
	shown = {
		"subject": REBATE_BAND,
		"direction": str(Direction.BETTER),
		"document_type": row.doctype,
		"document": row.name,
		"value": float(row.kam_effective_net),
		"threshold": float(distance.from_amount),
		"gap": float(distance.missing),
		"closeness": float(distance.closeness),
		"until": row.get("valid_till"),
		"as_of": today,
	}
	if has_any_role(COST_READERS):
		shown |= {"rate": float(distance.rate), "next_rate": float(distance.next_rate)}
	return shown


def _quotations(accounts: list[str], today: date) -> list:
	if not accounts or not frappe.has_permission("Quotation", "read"):
		return []
	rows = frappe.get_list(
		"Quotation",
		filters={
			"kam_key_account": ("in", accounts),
			"docstatus": ("<", 2),
			"status": ("in", OPEN_QUOTATION),
			"kam_effective_net": (">", 0),
		},
		or_filters=[["valid_till", "is", "not set"], ["valid_till", ">=", today]],
		fields=[*FIELDS, "valid_till"],
		limit_page_length=0,
	)
	return [row.update(doctype="Quotation", origins=()) or row for row in rows]


def _orders(accounts: list[str]) -> list:
	if not accounts or not frappe.has_permission("Sales Order", "read"):
		return []
	rows = frappe.get_list(
		"Sales Order",
		filters={
			"kam_key_account": ("in", accounts),
			"docstatus": 0,
			"kam_effective_net": (">", 0),
		},
		fields=list(FIELDS),
		limit_page_length=0,
	)
	origins = _quotations_behind([row.name for row in rows])
	return [row.update(doctype="Sales Order", origins=origins[row.name]) or row for row in rows]


def _quotations_behind(orders: list[str]) -> dict[str, list[str]]:
	found = defaultdict(list)
	if orders:
		filters = {"parent": ("in", orders), "parenttype": "Sales Order", "prevdoc_docname": ("is", "set")}
		fields = ["parent", "prevdoc_docname"]
		for row in frappe.get_all("Sales Order Item", filters=filters, fields=fields, distinct=True):
			found[row.parent].append(row.prevdoc_docname)
	return found


def _earns_by_ladder(row, agreements: Iterable) -> bool:
	references = [(row.doctype, row.name), *(("Quotation", name) for name in row.origins)]
	agreement = agreement_for(frappe._dict(agreements=agreements), row.company, references)
	return agreement is not None and agreement.rate_source == RateSource.POLICY_LADDER


def _agreements(accounts: set[str], today: date) -> dict[str, list]:
	"""{key account: rows as `account_file.Account.agreements` has them} of the agreements in force; one query."""
	found = defaultdict(list)
	if not accounts:
		return found
	agreement, named = DocType("Rebate Agreement"), DocType("Rebate Agreement Order")
	rows = (
		frappe.qb.from_(agreement)
		.left_join(named)
		.on(named.parent == agreement.name)
		.select(
			agreement.key_account,
			agreement.name.as_("agreement_name"),
			agreement.creation.as_("agreement_creation"),
			agreement.company.as_("agreement_company"),
			agreement.rate_source.as_("agreement_rate_source"),
			agreement.special_rate.as_("agreement_special_rate"),
			named.reference_doctype,
			named.reference_name,
		)
		.where(agreement.docstatus == 1)
		.where(agreement.key_account.isin(list(accounts)))
		.where(agreement.valid_from <= today)
		.where(agreement.valid_to.isnull() | (agreement.valid_to >= today))
	).run(as_dict=True)
	for row in rows:
		found[row.key_account].append(row)
	return found
