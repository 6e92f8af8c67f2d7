"""What was recorded and what a replay says, in one form: verdict, every broken rule and row, every figure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal

import frappe

from kam_extension.policy.codes import Rule
from kam_extension.policy.facts import DocumentFacts
from kam_extension.policy.verdict import Verdict
from tests.site import isolation

MONEY = Decimal("0.01")
MOST_MARKUP = Decimal(20)
"""That of the lowest band of the shipped default policy."""
RATE = Decimal("0.000001")
VIOLATION = ("rule", "reason", "action", "row", "item_code", "required", "actual", "points", "exception")
MARGIN = (
	"net", "cost", "required_markup", "rebate_rate", "rebate_base_amount", "rebate", "required_net", "actual_markup",
	"net_markup",
)  # fmt: skip
LINE = (
	"row", "item_code", "quantity", "stock_quantity", "net_rate", "net_amount", "list_rate", "unit_cost", "is_free",
	"floor_rate",
)  # fmt: skip
NO_DOCUMENT = {"is_dealer_led": False, "gross": 0, "other_costs": 0, "agreement": None}
"""What is outside the rules has no figures."""


def recorded(order: str, is_refused: bool) -> dict:
	"""The latest KAM Decision on the order, or the one that refused it, in the common form."""
	field, reader = "reference_name", frappe.db
	if is_refused:
		field, reader = "former_reference_name", isolation.new_connection()
	[row] = reader.sql(
		f"""select verdict, net_total, passing_net, details from `tabKAM Decision`
		where reference_doctype = 'Sales Order' and {field} = %s order by decided_at desc, creation desc limit 1""",
		(order,),
		as_dict=True,
	)
	if is_refused:
		reader.close()
	details = json.loads(row.details)
	return {
		"verdict": row.verdict,
		"net": number(row.net_total, MONEY),
		"passing_net": number(row.passing_net or None, MONEY),
		"violations": violations(details["violations"]),
		"margin": picked(details["margin"], MARGIN),
		"lines": [picked(line, LINE) for line in details["lines"]],
		**of_document(NO_DOCUMENT | details),
	}


def replayed(facts: DocumentFacts | None, verdict: Verdict) -> dict:
	"""What a replay says, in the common form; `facts` None outside the rules."""
	floors = verdict.floor_rates
	document = (
		asdict(facts) | {"agreement": facts.agreement and facts.agreement.name} if facts else NO_DOCUMENT
	)
	lines = [asdict(line) | {"floor_rate": floors.get(line.row)} for line in facts.lines] if facts else []
	return {
		"verdict": str(verdict.code),
		"net": number(verdict.net, MONEY),
		"passing_net": number(verdict.passing_net or None, MONEY),
		"violations": violations(map(asdict, verdict.violations)),
		"margin": picked(verdict.margin and asdict(verdict.margin), MARGIN),
		"lines": [picked(line, LINE) for line in lines],
		**of_document(document),
	}


def of_document(details: Mapping) -> dict:
	return {
		"gross": number(details["gross"], MONEY),
		"other_costs": number(details["other_costs"], MONEY),
		"agreement": details["agreement"],
		"is_dealer_led": bool(details["is_dealer_led"]),
	}


def violations(rows: Iterable[Mapping]) -> list[dict]:
	found = [picked(row, VIOLATION) for row in rows]
	return sorted(found, key=lambda row: (row["rule"], row["row"] or 0, str(row["reason"])))


def without_rules(figures: dict, rules: Iterable[str]) -> dict:
	"""The figures as if these rules were off and nothing was excepted; the verdict follows from what is left."""
	left = [
		violation | {"exception": None}
		for violation in figures["violations"]
		if violation["rule"] not in set(rules)
	]
	return figures | {"violations": left, "verdict": verdict_of(left, figures)}


def verdict_of(violations: list[dict], figures: dict) -> str:
	if figures["verdict"] == "Not Applicable":
		return "Not Applicable"
	if any(violation["action"] == "Block" for violation in violations):
		return "Blocked"
	return "Warned" if violations else "Pass"


def picked(values: Mapping | None, names: Iterable[str]) -> dict | None:
	return {name: plain(values.get(name)) for name in names} if values else None


def plain(value):
	"""Numbers to six decimals, as text or not; everything else as text."""
	if value is None or isinstance(value, bool):
		return value
	if isinstance(value, Rule):
		return str(value)
	return number(value, RATE) if _is_number(value) else str(value)


def number(value, step: Decimal) -> Decimal | None:
	return None if value is None else Decimal(str(value)).quantize(step)


def _is_number(value) -> bool:
	if isinstance(value, int | float | Decimal):
		return True
	try:
		Decimal(str(value))
	except ArithmeticError:
		return False
	return True


def as_blocked(figures: dict) -> dict:
	"""What was judged under a policy that warns, as the same policy blocks it."""
	blocked = [violation | {"action": "Block"} for violation in figures["violations"]]
	return figures | {"violations": blocked, "verdict": verdict_of(blocked, figures)}


def tier_of(order: str) -> str | None:
	"""As the record has it."""
	decisions = {"reference_doctype": "Sales Order", "reference_name": order}
	return frappe.get_all("KAM Decision", decisions, pluck="tier", limit=1)[0] or None


def traits(said: Mapping) -> set[str]:
	"""What a replayed order shows of: which facts the book had to get right."""
	lines, margin = said["lines"], said["margin"] or {}
	found = {
		"free row": any(line["is_free"] for line in lines),
		"larger unit": any(line["stock_quantity"] != line["quantity"] for line in lines),
		"unlisted row": any(line["list_rate"] is None for line in lines),
		"row of unknown cost": any(line["unit_cost"] is None for line in lines),
		"several rows": len(lines) > 1,
		"floor rate": any(line["floor_rate"] for line in lines),
		"agreement": said["agreement"],
		"rebate in the price": margin.get("rebate"),
		"dealer-led": said["is_dealer_led"],
		"other costs": said["other_costs"],
		"higher band": margin and margin["required_markup"] < MOST_MARKUP,
		"passing price above": said["passing_net"] and said["passing_net"] > said["net"],
	}
	return {trait for trait, is_shown in found.items() if is_shown}


OF_ROW = ("cost", "required_markup", "actual_markup", "net_markup")


def of_row(row: Mapping) -> dict:
	"""A row of the replay's results in a form that `of_replay` gives, too."""
	return {
		"verdict": row["verdict"],
		"rules": row["rules"] or "",
		"passing_net": number(row["passing_net"], MONEY),
		**{name: plain(row[name]) for name in OF_ROW},
	}


def of_replay(figures: Mapping) -> dict:
	margin = figures["margin"] or dict.fromkeys(OF_ROW)
	return {
		"verdict": figures["verdict"],
		"rules": "; ".join(sorted({violation["rule"] for violation in figures["violations"]})),
		"passing_net": figures["passing_net"],
		**{name: margin[name] for name in OF_ROW},
	}


def of_kept(row) -> dict:
	"""A row that the desk keeps; it has zero for what does not apply."""
	has_margin = bool(row.cost)
	return {
		"verdict": row.verdict,
		"rules": "; ".join(sorted(row.rules.splitlines())),
		"passing_net": number(row.passing_net or None, MONEY),
		**{name: plain(row.get(name)) if has_margin else None for name in OF_ROW},
	}
