"""Every case of the shared table, three ways: unsaved preview, preview of the draft, submit (R25, R29, R30).

All three have to say what the table says; so they agree with each other too.
"""

import json
from dataclasses import dataclass

import frappe
import pytest

from kam_extension.api import preview
from kam_extension.exceptions import PolicyViolation
from tests.cases import CASES
from tests.cases.case import Case, Expected
from tests.site import isolation
from tests.site.case_market import build, open_case_market


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.doctype}: {case.name}")
def test_previews_and_submit_say_what_the_table_says(case):
	unsaved = build(case, open_case_market(case))
	said = {"unsaved": previewed(unsaved, __islocal=1)}
	document = frappe.get_doc(unsaved).insert()
	said["saved"] = previewed(document)
	said["submitted"] = submitted(document)
	assert said == dict.fromkeys(said, expected(case)), case.why


def submitted(document) -> "Outcome":
	try:
		document.submit()
	except PolicyViolation:
		return recorded(document, refused=True)
	outcome = recorded(document, refused=False)
	if document.kam_verdict:
		assert (document.kam_verdict, document.kam_effective_net) == (outcome.verdict, outcome.net)
	return outcome


@dataclass(frozen=True)
class Outcome:
	"""What one way says, in a form that all three can be brought to."""

	verdict: str
	net: float
	passing_net: float | None
	floors: tuple[tuple[int, float], ...]
	broken: tuple[tuple[str, int], ...]


def outcome_of(verdict: str, net, passing_net, floors: dict, broken) -> Outcome:
	return Outcome(
		verdict,
		float(net or 0),
		float(passing_net) if passing_net is not None else None,
		tuple(sorted((int(row), float(rate)) for row, rate in floors.items() if rate)),
		tuple(sorted((rule, row or 0) for rule, row in broken)),
	)


def expected(case: Case) -> Outcome:
	says: Expected = case.expected
	return outcome_of(says.verdict, says.net, says.passing_net, says.floors, says.broken)


def previewed(document, **fields) -> Outcome:
	"""As the desk asks: the document's JSON over the whitelisted call."""
	values = document if isinstance(document, dict) else json.loads(frappe.as_json(document.as_dict()))
	values = values | fields
	answer = json.loads(frappe.as_json(preview(json.dumps(values))))
	broken = [(violation["rule"], violation["row"]) for violation in answer["violations"]]
	return outcome_of(
		answer["verdict"], answer.get("net"), answer["passing_net"], answer.get("floor_rates", {}), broken
	)


def recorded(document, refused: bool) -> Outcome:
	"""What the KAM Decision of the submit says; one of a refusal is in the database for good already."""
	decision = last_decision(document, refused)
	if decision is None:
		return outcome_of("Not Applicable", 0, None, {}, [])
	details = json.loads(decision.details)
	broken = [(violation["rule"], violation["row"]) for violation in details["violations"]]
	floors = {row.idx: row.kam_floor_rate for row in document.items}
	passing_net = decision.passing_net or None  # the column of an amount that does not apply holds zero
	return outcome_of(decision.verdict, decision.net_total, passing_net, floors, broken)


def last_decision(document, refused: bool):
	field = "former_reference_name" if refused else "reference_name"
	reader = isolation.new_connection() if refused else frappe.db
	found = reader.sql(
		f"select verdict, net_total, passing_net, details from `tabKAM Decision`"
		f" where reference_doctype = %s and {field} = %s order by creation desc limit 1",
		(document.doctype, document.name),
		as_dict=True,
	)
	if refused:
		reader.close()
	return found[0] if found else None
