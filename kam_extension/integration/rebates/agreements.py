"""Which approved Rebate Agreement covers a document (R37)."""

from collections.abc import Iterable

import frappe
from frappe.utils import getdate

from kam_extension.policy.money import decimal
from kam_extension.policy.rebates import Agreement


def agreement_for(
	key_account: str, company: str, references: Iterable[tuple[str, str]], on_date=None
) -> Agreement | None:
	"""The approved agreement in force on `on_date` (default: server date) for a document.

	`references` are (DocType, name) of the document and of those it came from. An agreement that names one of them
	beats one for all orders; the youngest wins among equals. One query.
	"""
	wanted = set(references)
	fitting = [
		row
		for row in _agreements_in_force(key_account, company, getdate(on_date))
		if not row.reference_name or (row.reference_doctype, row.reference_name) in wanted
	]
	if not fitting:
		return None
	best = max(fitting, key=lambda row: (bool(row.reference_name), row.creation))
	return Agreement(best.name, best.rate_source, decimal(best.special_rate))


def _agreements_in_force(key_account: str, company: str, day) -> list:
	"""Plain SQL: every judgement runs it, and building the same query anew costs more than the database takes."""
	return frappe.db.sql(
		"""
		select agreement.name, agreement.creation, agreement.rate_source, agreement.special_rate,
			document.reference_doctype, document.reference_name
		from `tabRebate Agreement` agreement
			left join `tabRebate Agreement Order` document on document.parent = agreement.name
		where agreement.docstatus = 1 and agreement.key_account = %(key_account)s and agreement.company = %(company)s
			and agreement.valid_from <= %(day)s and (agreement.valid_to is null or agreement.valid_to >= %(day)s)
		""",
		{"key_account": key_account, "company": company, "day": day},
		as_dict=True,
	)
