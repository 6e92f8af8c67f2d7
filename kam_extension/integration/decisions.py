"""KAM Decision: the record of every submit decision, refused ones too (R29)."""

import json

import frappe
from frappe.database import get_db
from frappe.utils import now

from kam_extension.integration.judgement import Judgement
from kam_extension.policy.codes import VerdictCode
from kam_extension.policy.margin import MarginFigures
from kam_extension.policy.verdict import Violation


def record_decision(doc, judgement: Judgement) -> None:
	"""Write the decision in the document's own transaction."""
	frappe.get_doc({"doctype": "KAM Decision", **_values(doc, judgement)}).db_insert()


def record_refusal(doc, judgement: Judgement) -> None:
	"""Write a blocked decision through a connection of its own: it survives the rollback of what it refused.

	A document that no other connection can see yet was never saved; its name will be given again, so the record
	keeps it as former name only.
	"""
	connection = get_db(
		socket=frappe.conf.db_socket,
		host=frappe.conf.db_host,
		port=frappe.conf.db_port,
		user=frappe.conf.db_name,
		password=frappe.conf.db_password,
		cur_db_name=frappe.conf.db_name,
	)
	try:
		values = _values(doc, judgement)
		# The DocType is one of the guarded ones, checked by the caller.
		if not connection.sql(f"select name from `tab{doc.doctype}` where name = %s", (doc.name,)):
			values.update(reference_name=None, former_reference_name=doc.name)
		_insert(connection, values)
		connection.commit()
	except Exception:
		frappe.log_error(title="KAM Decision was not recorded", defer_insert=True)
	finally:
		connection.close()


def release_name(doc, method: str | None = None) -> None:
	"""Event on_trash: a deleted draft's name can be given again, so its decisions keep it as former name only."""
	if doc.get("kam_key_account"):
		decision = frappe.qb.DocType("KAM Decision")
		(
			frappe.qb.update(decision)
			.set(decision.former_reference_name, doc.name)
			.set(decision.reference_name, None)
			.where((decision.reference_doctype == doc.doctype) & (decision.reference_name == doc.name))
		).run()


def details_of(judgement: Judgement) -> dict:
	"""The figures and violations behind a verdict; money as text with the currency's decimals."""
	verdict = judgement.verdict
	return {
		"violations": [_violation(violation) for violation in verdict.violations],
		"margin": _margin(verdict.margin) if verdict.margin else None,
		"other_costs": str(judgement.facts.other_costs) if judgement.facts else "0",
		"agreement": judgement.facts.agreement.name
		if judgement.facts and judgement.facts.agreement
		else None,
		"lines": _lines(judgement),
	}


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
		"policy": judgement.terms.name,
		"tier": judgement.account.tier,
		"verdict": str(verdict.code),
		"decided_at": moment,
		"decided_by": user,
		"document_date": doc.get("transaction_date") or doc.get("posting_date"),
		"net_total": float(verdict.net),
		"passing_net": float(verdict.passing_net) if verdict.passing_net is not None else None,
		"exception": covering[0] if covering and verdict.code == VerdictCode.EXCEPTED else None,
		"details": json.dumps(details_of(judgement)),
	}


def _insert(connection, values: dict) -> None:
	columns = ", ".join(f"`{column}`" for column in values)
	places = ", ".join(["%s"] * len(values))
	connection.sql(f"insert into `tabKAM Decision` ({columns}) values ({places})", tuple(values.values()))


def _violation(violation: Violation) -> dict:
	return {
		"rule": violation.rule,
		"reason": violation.reason,
		"action": violation.action,
		"row": violation.row,
		"item_code": violation.item_code,
		"required": _text(violation.required),
		"actual": _text(violation.actual),
		"points": _text(violation.points),
		"exception": violation.exception,
	}


def _margin(margin: MarginFigures) -> dict:
	return {name: _text(getattr(margin, name)) for name in MarginFigures.__dataclass_fields__}


def _lines(judgement: Judgement) -> list[dict]:
	lines = judgement.facts.lines if judgement.facts else ()
	floors = judgement.verdict.floor_rates
	return [
		{
			"row": line.row,
			"item_code": line.item_code,
			"quantity": _text(line.quantity),
			"net_rate": _text(line.net_rate),
			"list_rate": _text(line.list_rate),
			"unit_cost": _text(line.unit_cost),
			"floor_rate": _text(floors.get(line.row)),
			"is_exempt": line.is_exempt,
		}
		for line in lines
	]


def _text(value) -> str | None:
	return str(value) if value is not None else None
