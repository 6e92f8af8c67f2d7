"""Price Exceptions (特批): made from a judgement, approved by authority, found for a document and its chain (R27)."""

import json
from collections.abc import Iterable

import frappe
from frappe.model.docstatus import DocStatus
from frappe.query_builder import DocType
from frappe.utils import getdate

from kam_extension.integration.documents.earlier_rows import earlier_documents
from kam_extension.integration.exceptions.exception_use import used_lines
from kam_extension.integration.security.authorship import LONGEST_AMENDMENT_CHAIN
from kam_extension.policy.authority import approving_roles
from kam_extension.policy.exceptions import (
	ApprovedException,
	ApprovedLine,
	ApprovedViolation,
	stock_rate,
)
from kam_extension.policy.money import decimal
from kam_extension.policy.verdict import Violation


def approved_exceptions(doc) -> list[ApprovedException]:
	"""Approved exceptions of the document, of what it amends and of what it came from."""
	references = _chain({(doc.doctype, doc.name or "")} | _amended(doc) | earlier_documents(doc))
	exception = DocType("Price Exception")
	names = {name for _doctype, name in references if name}
	if not names:
		return []
	rows = (
		frappe.qb.from_(exception)
		.select(exception.name, exception.reference_doctype, exception.reference_name)
		.where(exception.docstatus == 1)
		.where(exception.key_account == doc.kam_key_account)
		.where(exception.reference_name.isin(list(names)))
		.orderby(exception.modified, order=frappe.qb.desc)
	).run(as_dict=True)
	fitting = [row for row in rows if (row.reference_doctype, row.reference_name) in references]
	used = used_lines(doc, fitting)
	return [
		_as_approved(frappe.get_doc("Price Exception", row.name), used.get(row.name, ())) for row in fitting
	]


def read_approved(names: Iterable[str]) -> list[ApprovedException]:
	"""Submitted exceptions by name, what others used of them left aside. Two queries."""
	wanted = {"name": ("in", list(names)), "docstatus": 1}
	if not wanted["name"][1]:
		return []
	exceptions = frappe.get_all(
		"Price Exception", filters=wanted, fields=["name", "valid_until", "snapshot", "creation"]
	)
	rows = frappe.get_all(
		"Price Exception Violation",
		filters={"parent": ("in", [exception.name for exception in exceptions])},
		fields=["parent", "rule", "reason_code", "item_code", "required", "approved", "subject"],
		order_by="parent, idx",
	)
	for exception in exceptions:
		exception.violations = [row for row in rows if row.parent == exception.name]
	return [_as_approved(exception, ()) for exception in exceptions]


def make_exception(
	doc, judgement, sentences: list[str], reason: str, valid_until
) -> "frappe.model.document.Document":
	"""Draft a Price Exception for the uncovered violations of a judged, saved document, with a snapshot.

	`sentences` say what each of them is, in their order.
	"""
	exception = frappe.new_doc("Price Exception")
	exception.update({"reason": reason, "valid_until": valid_until})
	fill_exception(exception, doc, judgement, sentences)
	return exception.insert()


def fill_exception(exception, doc, judgement, sentences: list[str]) -> None:
	"""Take everything but reason and date from the judged document, whatever the exception held before."""
	wanted = [violation for violation in judgement.verdict.violations if violation.awaits_exception]
	roles = approving_roles(wanted, judgement.terms.authorities)
	exception.update(
		{
			"reference_doctype": doc.doctype,
			"reference_name": doc.name,
			"key_account": judgement.account.name,
			"customer": judgement.account.customer,
			"company": doc.company,
			"policy": judgement.terms.name,
			"approval_role": roles[0] if roles else None,
			"snapshot": json.dumps(_snapshot(judgement.facts)),
			"violations": [
				{**_violation_row(violation), "message": sentence}
				for violation, sentence in zip(wanted, sentences, strict=True)
			],
		}
	)
	exception.flags.kam_system = True


def _violation_row(violation: Violation) -> dict:
	return {
		"rule": violation.rule,
		"reason_code": violation.reason,
		"subject": violation.subject,
		"row": violation.row,
		"item_code": violation.item_code,
		"required": _number(violation.required),
		"requested": _number(violation.actual),
		"approved": _number(violation.actual),
		"shortfall": float(violation.shortfall),
		"excess_points": float(violation.points),
	}


def _number(amount) -> float | None:
	return float(amount) if amount is not None else None


def _snapshot(facts) -> list[dict]:
	return [
		{
			"item_code": line.item_code,
			"stock_rate": str(stock_rate(line)),
			"stock_quantity": str(line.stock_quantity),
		}
		for line in facts.lines
		if not line.is_exempt
	]


def _as_approved(exception, used: tuple[ApprovedLine, ...]) -> ApprovedException:
	return ApprovedException(
		name=exception.name,
		valid_until=getdate(exception.valid_until),
		violations=tuple(
			ApprovedViolation(
				rule=row.rule,
				reason=row.reason_code,
				item_code=row.item_code,
				required=decimal(row.required),
				approved=decimal(row.approved),
				subject=row.subject,
			)
			for row in exception.violations
		),
		lines=tuple(
			ApprovedLine(row["item_code"], decimal(row["stock_rate"]), decimal(row["stock_quantity"]))
			for row in json.loads(exception.snapshot or "[]")
		),
		used=used,
		asked_on=getdate(exception.creation),
	)


def _amended(doc) -> set[tuple[str, str]]:
	earlier = doc.get("amended_from")
	return {(doc.doctype, earlier)} if earlier and _is_cancelled(doc.doctype, earlier) else set()


def _chain(references: set[tuple[str, str]]) -> set[tuple[str, str]]:
	"""`references` and everything that they amend; amendments are walked one step at a time."""
	known, fresh = set(references), references
	for _step in range(LONGEST_AMENDMENT_CHAIN):
		earlier = {(doctype, frappe.db.get_value(doctype, name, "amended_from")) for doctype, name in fresh}
		fresh = {
			(doctype, name) for doctype, name in earlier - known if name and _is_cancelled(doctype, name)
		}
		if not fresh:
			break
		known |= fresh
	return known


def _is_cancelled(doctype: str, name: str) -> bool:
	"""Only a cancelled document can be amended. Frappe checks that on insert, and not when the field is written later."""
	return frappe.db.get_value(doctype, name, "docstatus") == DocStatus.cancelled()
