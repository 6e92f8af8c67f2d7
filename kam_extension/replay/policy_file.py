"""Reads a policy, a preset as in fixtures/policies or a KAM Policy as the desk gives it, and refuses contradictions."""

from dataclasses import dataclass, fields
from decimal import Decimal, InvalidOperation
from pathlib import Path

from kam_extension.policy.checks import Contradiction, find_contradictions
from kam_extension.policy.codes import AccountClass, Action, CostSource, RebateBase, RebateBasis
from kam_extension.policy.terms import PolicyTerms, terms_from
from kam_extension.replay.book import read_json
from kam_extension.replay.errors import BadInput

TABLES = (
	"tiers",
	"margin_bands",
	"rebate_bands",
	"rebate_programmes",
	"programme_bands",
	"criteria",
	"levels",
	"authorities",
)
CHOICES = {
	"rebate_basis": RebateBasis,
	"rebate_base": RebateBase,
	"price_action": Action,
	"margin_action": Action,
	"credit_action": Action,
	"unknown_cost_action": Action,
	"unlisted_item_action": Action,
	"unknown_exchange_rate_action": Action,
}
DOCTYPE = "KAM Policy"
PROBLEMS = {
	"ends_before_it_starts": "the policy ends before it starts.",
	"negative": "the value is negative.",
	"no_month": "months are numbers from 1 to 12, separated by commas.",
	"over_hundred_percent": "more than 100 percent.",
	"bands_overlap": "two rows start at the same amount.",
	"bands_unsorted": "the rows are not sorted by their amount.",
	"bands_leave_gap": "no row for every tier starts at 0.",
	"repeated": "the same row stands twice.",
	"same_score": "two tiers need the same score.",
	"discount_over_cap": "the discount of the tier is above its own cap.",
	"medium_over_high": "the level Medium is above the level High.",
	"silence_too_short": "silence has to be longer than one usual gap.",
	"too_few_orders": "a rhythm needs two orders at least.",
	"priority_below_one": "priorities count from 1.",
	"same_priority": "the ladder or an earlier row has the same priority.",
	"programme_without_code": "the programme has no code.",
	"programme_without_bands": "the programme has no bands.",
	"unknown_choice": "the value is not one of the choices.",
	"starts_on_missing": "the programme has no first day.",
	"band_without_programme": "the band names no programme of the policy.",
	"values_overlap": "two bands of the programme start at the same value.",
	"values_unsorted": "the bands of the programme are not sorted by their value.",
	"fixed_takes_no_rate": "a fixed amount takes no rate.",
	"rate_takes_no_amount": "only a programme of fixed amounts takes an amount.",
	"unknown_metric": "the metric is not known.",
	"weight_not_positive": "the weight has to be above 0.",
	"thresholds_unsorted": "the thresholds for 4, 3 and 2 points are not in order.",
	"cost_price_list_missing": "the cost price list is a source of cost, but none is named.",
	"cost_sources_missing": "there are margin bands, but no source of cost.",
	"base_price_list_missing": "the discount cap needs a base price list.",
}


@dataclass(frozen=True)
class Policy:
	title: str
	terms: PolicyTerms


def open_policy(path: Path, changes: dict | None = None) -> Policy:
	"""The policy in the file with `changes` laid over. Raises `BadInput` naming file, row and column.

	Rows of a table are counted from 1.
	"""
	source = {**_document(path), **(changes or {})}
	for name, value in source.items():
		if name in TABLES or name == "cost_sources":
			_check_table(path, name, value)
		else:
			_check_cell(path, {name: value}, column=name)
	_check_choices(path, source)
	for number, row in enumerate(source.get("tiers") or (), start=1):
		_check_choice(path, "tiers.account_class", row.get("account_class"), AccountClass, number)
	for contradiction in find_contradictions(terms_from(source)):
		raise _as_bad_input(path, contradiction)
	return Policy(str(source.get("title") or path.stem), terms_from(source))


def _document(path: Path) -> dict:
	"""The policy's fields: bare, or as Frappe's REST interface, form methods and fixtures wrap a document."""
	source = read_json(path)
	for wrapper in ("data", "message", "docs"):
		if isinstance(source, dict) and set(source) <= {"data", "message", "docs"}:
			source = source.get(wrapper, source)
	if isinstance(source, list) and len(source) == 1:
		source = source[0]
	if not isinstance(source, dict):
		raise BadInput(path.name, "one policy is expected, as a JSON object.")
	if source.get("doctype") not in (None, DOCTYPE):
		raise BadInput(path.name, f"this is a {source['doctype']}, not a {DOCTYPE}.", column="doctype")
	return source


def _check_table(path: Path, name: str, rows: object) -> None:
	if not isinstance(rows, list):
		raise BadInput(path.name, "a list of rows is expected.", column=name)
	for number, row in enumerate(rows, start=1):
		if name == "cost_sources":
			_check_source(path, row, number)
			continue
		if not isinstance(row, dict):
			raise BadInput(path.name, "a row with named columns is expected.", number, name)
		for column, value in row.items():
			_check_cell(path, {name: [{column: value}]}, number, f"{name}.{column}")


def _check_source(path: Path, row: object, number: int) -> None:
	source = row.get("source") if isinstance(row, dict) else row
	if source not in list(CostSource):
		raise BadInput(path.name, f"{source} is no source of cost.", number, "cost_sources")


def _check_cell(path: Path, source: dict, row: int | None = None, column: str | None = None) -> None:
	value = next(iter(source.values()))
	value = next(iter(value[0].values())) if row is not None else value
	try:
		terms = terms_from(source)
	except (ArithmeticError, InvalidOperation, ValueError, TypeError, AttributeError) as error:
		raise BadInput(path.name, f"{value} can't be read as a number or date.", row, column) from error
	if any(not number.is_finite() for number in _numbers(terms)):
		raise BadInput(path.name, f"{value} is no number.", row, column)


def _numbers(terms: PolicyTerms) -> list[Decimal]:
	rows = [terms, *(row for table in TABLES for row in getattr(terms, table))]
	values = [getattr(row, field.name) for row in rows for field in fields(row)]
	return [value for value in values if isinstance(value, Decimal)]


def _check_choices(path: Path, source: dict) -> None:
	for name, choices in CHOICES.items():
		_check_choice(path, name, source.get(name), choices)


def _check_choice(path: Path, column: str, value: object, choices, row: int | None = None) -> None:
	if value is not None and value not in list(choices):
		raise BadInput(path.name, f"{value} is not one of: {', '.join(choices)}.", row, column)


def _as_bad_input(path: Path, contradiction: Contradiction) -> BadInput:
	problem = PROBLEMS[contradiction.code]
	if contradiction.values:
		problem = f"{problem} ({', '.join(contradiction.values.values())})"
	return BadInput(path.name, problem, contradiction.row, contradiction.field)
