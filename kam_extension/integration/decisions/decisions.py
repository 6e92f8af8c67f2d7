"""KAM Decision: the record of every submit decision, refused ones too (R29)."""

import json

import frappe
from frappe.utils import now

from kam_extension.integration.decisions.decision_details import details_of
from kam_extension.integration.enforcement.judgement import Judgement
from kam_extension.integration.second_connection import second_connection
from kam_extension.policy.codes import VerdictCode


def record_decision(doc, judgement: Judgement) -> None:
	"""Write the decision in the document's own transaction."""
	_insert(frappe.db, _values(doc, judgement))


def record_refusal(doc, judgement: Judgement) -> None:
	"""Write a blocked decision through a connection of its own: it survives the rollback of what it refused.

	A document that no other connection can see yet was never saved; its name will be given again, so the record
	keeps it as former name only.
	"""
	try:
		with second_connection() as connection:
			values = _values(doc, judgement)
			# The DocType is of a document that was judged: a guarded one, or Purchase Order.
			if not connection.sql(f"select name from `tab{doc.doctype}` where name = %s", (doc.name,)):
				values.update(reference_name=None, former_reference_name=doc.name)
			_insert(connection, values)
			connection.commit()
	except Exception:
		frappe.log_error(title="KAM Decision was not recorded", defer_insert=True)


def release_name(doc, method: str | None = None) -> None:
	"""Event on_trash: a deleted draft's name can be given again, so its decisions keep it as former name only."""
	if doc.get("kam_key_account"):
		release_decisions(doc)


def release_decisions(doc) -> None:
	decision = frappe.qb.DocType("KAM Decision")
	_release((decision.reference_doctype == doc.doctype) & (decision.reference_name == doc.name))


def release_company_names(doc, method: str | None = None) -> None:
	"""Event on_submit of Transaction Deletion Record: ERPNext deletes without events and gives the names again."""
	decision = frappe.qb.DocType("KAM Decision")
	_release((decision.company == doc.company) & decision.reference_name.isnotnull())


def _release(condition) -> None:
	decision = frappe.qb.DocType("KAM Decision")
	(
		frappe.qb.update(decision)
		.set(decision.former_reference_name, decision.reference_name)
		.set(decision.reference_name, None)
		.where(condition)
	).run()


def _values(doc, judgement: Judgement) -> dict:
	verdict, user, moment = judgement.verdict, frappe.session.user, now()
	covering = [violation.exception for violation in verdict.violations if violation.exception]
	return {
		"name": frappe.generate_hash(length=16),
		"creation": moment,
		"modified": moment,
		"owner": user,
		"modified_by": user,
		"docstatus": 0,
		"reference_doctype": doc.doctype,
		"reference_name": doc.name,
		"key_account": judgement.account.name,
		"customer": judgement.account.customer,
		"company": doc.company,
		"policy": judgement.terms.name or None,
		"tier": judgement.account.tier,
		"verdict": str(verdict.code),
		"decided_at": moment,
		"decided_by": user,
		"document_date": doc.get("transaction_date") or doc.get("posting_date"),
		"net_total": float(verdict.net),
		"passing_net": float(verdict.passing_net) if verdict.passing_net is not None else None,
		"exception": covering[0] if covering and verdict.code == VerdictCode.EXCEPTED else None,
		"details": json.dumps(details_of(doc, judgement)),
	}


def _insert(connection, values: dict) -> None:
	"""Without a value the column keeps its default: one for money takes no null."""
	values = {column: value for column, value in values.items() if value is not None}
	columns = ", ".join(f"`{column}`" for column in values)
	places = ", ".join(["%s"] * len(values))
	connection.sql(f"insert into `tabKAM Decision` ({columns}) values ({places})", tuple(values.values()))
