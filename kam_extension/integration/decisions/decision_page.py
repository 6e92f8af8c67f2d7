"""The page of a KAM Decision: "why?", months later, from the record alone (R29, R82)."""

from collections.abc import Callable
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import flt, fmt_money, format_datetime, get_fullname

from kam_extension.integration.decisions.decision_details import margin_in, violations_in
from kam_extension.integration.decisions.decision_formula import formula
from kam_extension.integration.enforcement.judgement import CLOSED, COST_ROLES
from kam_extension.integration.enforcement.messages import money_formatter, percent, rule_name
from kam_extension.integration.money import company_currency, currency_precision
from kam_extension.policy.codes import Rule, VerdictCode
from kam_extension.policy.explain import SENTENCES, explain, explain_cost
from kam_extension.policy.money import HUNDRED, decimal, optional_decimal
from kam_extension.policy.verdict import Verdict, Violation

TEMPLATE = "kam_extension/templates/kam_decision.html"
COLORS = {
	VerdictCode.PASS: "green",
	VerdictCode.WARNED: "orange",
	VerdictCode.BLOCKED: "red",
	VerdictCode.EXCEPTED: "blue",
	VerdictCode.NOT_APPLICABLE: "gray",
}


def page_of(decision) -> str:
	"""HTML in the reader's language. The caller may read the decision; cost only for those entitled."""
	details = _details(decision.name)
	terms = details.get("terms") or {}
	entitled = bool(terms.get("show_cost_to_sales")) or bool(COST_ROLES & set(frappe.get_roles()))
	outcome = _outcome(decision, details.get("occasion"))
	return render_decision(decision, details, outcome, _facts(decision, terms), entitled)


def render_decision(decision, details: dict, outcome: str, facts: list[dict], entitled: bool) -> str:
	"""HTML of a verdict with its figures. `decision` has verdict, company, net_total and passing_net; `facts` are rows
	as by `fact`; `entitled` to cost (R82).
	"""
	terms = details.get("terms") or {}
	context = {
		"verdict": _(decision.verdict, context="KAM Decision"),
		"color": COLORS.get(decision.verdict, "gray"),
		"outcome": outcome,
		"facts": facts,
		"findings": _findings(decision, details, entitled),
		"totals": _totals(decision, details),
		"columns": _columns(entitled),
		"rows": [_row(line, decision.company, entitled) for line in details.get("lines") or ()],
		"formula": formula(details, decision.company) if entitled else [],
		"terms": _terms(terms, details, entitled),
		"credit": _credit(details.get("credit"), decision.company),
		"currency": company_currency(decision.company),
	}
	return frappe.render_template(TEMPLATE, context)


def _details(name: str) -> dict:
	"""From the table, whatever the reader's copy of the document holds: `details` itself is for those entitled."""
	return frappe.parse_json(frappe.db.get_value("KAM Decision", name, "details") or "{}")


def _outcome(decision, occasion: str | None) -> str:
	name = decision.reference_name or decision.former_reference_name or ""
	document = f"{_(decision.reference_doctype)} {name}".strip()
	if occasion == CLOSED:
		return _(
			"{0} was closed after a part of it. This is how the part would have been judged by itself."
		).format(document)
	sentences = {
		VerdictCode.PASS: _("{0} kept every rule of the policy."),
		VerdictCode.WARNED: _("{0} broke rules for which the policy only warns, and went through."),
		VerdictCode.BLOCKED: _("{0} was refused."),
		VerdictCode.EXCEPTED: _("{0} broke rules that an approved Price Exception covers, and went through."),
		VerdictCode.NOT_APPLICABLE: _(
			"{0} was not judged: its rows were checked in an earlier document, or documents of this kind are exempt."
		),
	}
	return sentences[decision.verdict].format(document)


def _facts(decision, terms: dict) -> list[dict]:
	tier = _("Tier {0}").format(decision.tier) if decision.tier else _("No tier")
	account_class = terms.get("account_class")
	return [
		fact(_("Decided At"), format_datetime(decision.decided_at)),
		fact(_("Decided By"), get_fullname(decision.decided_by)),
		fact(_("Document"), decision.reference_name, decision.reference_doctype),
		fact(_("Customer"), decision.customer, "Customer"),
		fact(_("Key Account"), decision.key_account, "Key Account"),
		fact(
			_("Tier"),
			f"{_(account_class, context='Customer')} · {tier}" if account_class else tier,
		),
		fact(_("Policy"), decision.policy, "KAM Policy"),
		fact(_("Price Exception"), decision.exception, "Price Exception"),
	]


def fact(label: str, value: str | None, doctype: str | None = None) -> dict:
	"""A row of the page's head, with a link only where the reader may follow it."""
	link = None
	if value and doctype and frappe.has_permission(doctype, "read"):
		link = frappe.utils.get_url_to_form(doctype, value)
	return {"label": label, "value": value, "link": link}


def _findings(decision, details: dict, entitled: bool) -> list[dict]:
	money = money_formatter(decision.company)
	verdict = Verdict(decision.verdict, margin=margin_in(details))
	return [
		{
			"rule": rule_name(violation.rule),
			"sentence": _sentence(violation, verdict, money, entitled),
			"color": "blue" if violation.exception else "red" if violation.blocks else "orange",
			"exception": violation.exception,
		}
		for violation in violations_in(details)
	]


def _sentence(violation: Violation, verdict: Verdict, money: Callable, entitled: bool) -> str:
	if violation.reason not in SENTENCES:
		return f"{violation.actual or ''} / {violation.required or ''}"
	sentences = [explain(violation, money).text(_)]
	cost = explain_cost(violation, verdict, money, percent) if entitled else None
	if cost:
		sentences.append(cost.text(_))
	return " ".join(sentences)


def _totals(decision, details: dict) -> list[tuple[str, str]]:
	money = money_formatter(decision.company)
	margin = margin_in(details)
	totals = [(_("Effective Net Total"), decimal(decision.net_total))]
	if margin:
		totals += [(_("Net Total Judged"), margin.net), (_("Required Net Total"), margin.required_net)]
	if decision.passing_net:
		totals.append((_("Passing Net Total"), decimal(decision.passing_net)))
	return [(label, money(amount)) for label, amount in totals]


def _columns(entitled: bool) -> list[str]:
	columns = [_("Row"), _("Item"), _("Quantity"), _("Net Rate"), _("List Rate"), _("Discount")]
	columns.append(_("Lowest Net Rate"))
	return [*columns, _("Unit Cost")] if entitled else columns


def _row(line: dict, company: str, entitled: bool) -> dict:
	money = _amounts(company)
	net_rate, list_rate = decimal(line.get("net_rate")), optional_decimal(line.get("list_rate"))
	discount = percent(HUNDRED - net_rate * HUNDRED / list_rate) + " %" if list_rate else ""
	cells = [money(net_rate), money(list_rate), discount, money(optional_decimal(line.get("floor_rate")))]
	if entitled:
		cells.append(money(optional_decimal(line.get("unit_cost"))))
	name = line.get("item_name") or ""
	return {
		"number": line.get("row"),
		"item": line.get("item_code") or name,
		"name": name if name != line.get("item_code") else "",
		"remark": _remark(line),
		"quantity": f"{decimal(line.get('quantity')).normalize():f}",
		"cells": cells,
	}


def _remark(line: dict) -> str:
	if line.get("is_exempt"):
		return _("Checked in an earlier document")
	return _("Free item") if line.get("is_free") else ""


def _terms(terms: dict, details: dict, entitled: bool) -> list[tuple[str, str]]:
	"""What the policy said that day, for reading beside the figures."""
	if not terms:
		return []
	cap = percent(decimal(terms["max_discount_percentage"]))
	shown = [
		(rule_name(Rule.DISCOUNT_CAP), f"{cap} % · {_action(terms['price_action'])}"),
		(_("Base Price List"), terms["base_price_list"]),
		(rule_name(Rule.UNLISTED_ITEM), _action(terms["unlisted_item_action"])),
		(rule_name(Rule.CREDIT), _action(terms["credit_action"])),
	]
	if entitled:
		shown += [
			(rule_name(Rule.MARKUP), _action(terms["margin_action"])),
			(rule_name(Rule.UNKNOWN_COST), _action(terms["unknown_cost_action"])),
			(_("Cost Sources"), ", ".join(_(source) for source in terms["cost_sources"])),
			(_("Cost Price List"), terms["cost_price_list"]),
			(_("Rebate Agreement"), details.get("agreement")),
		]
	if decimal(details.get("exchange_rate")) not in (0, 1):
		shown.append((_("Exchange Rate"), f"{details['currency']} {details['exchange_rate']}"))
	return [(label, value) for label, value in shown if value]


def _action(action: str) -> str:
	return _(action, context="KAM Policy")


def _credit(credit: dict | None, company: str) -> list[tuple[str, str]]:
	if not credit:
		return []
	money = money_formatter(company)
	shown = [(_("Exposure"), money(decimal(credit["exposure"])))]
	if decimal(credit["credit_limit"]):
		shown.append((_("Credit Limit"), money(decimal(credit["credit_limit"]))))
	shown.append((_("Days Overdue"), str(credit["overdue_days"])))
	if credit["max_overdue_days"]:
		shown.append((_("Days Allowed"), str(credit["max_overdue_days"])))
	for group in credit.get("groups") or ():
		shown.append((_("Exposure of {0}").format(group["account"]), money(decimal(group["exposure"]))))
	for instalment in credit.get("instalments") or ():
		shown.append((_("Due on {0}").format(instalment["order"]), money(decimal(instalment["unpaid"]))))
	return shown


def _amounts(company: str) -> Callable[[Decimal | None], str]:
	"""Amounts without the currency's name: the table says it once."""
	precision = currency_precision(company_currency(company))

	def money(amount: Decimal | None) -> str:
		return "" if amount is None else fmt_money(flt(amount), precision=precision)

	return money
