"""What is written down in one place and used in another agrees: hooks, patches, scripts, options, fixtures."""

import importlib
import json
import re
from pathlib import Path

import frappe
import pytest

from kam_extension import hooks
from kam_extension.policy import codes

APP = Path(hooks.__file__).parent
MODULE = "KAM Extension"
DOTTED = re.compile(r"^kam_extension(\.\w+)+$")
DOCTYPES = sorted((APP / "kam_extension" / "doctype").glob("*/*.json"))
SCRIPTS_BY_DOCTYPE = ("doctype_js", "doctype_list_js", "doctype_tree_js", "doctype_calendar_js")
INCLUDES = ("app_include_js", "app_include_css", "web_include_js", "web_include_css")

# Every Select whose values the code relies on, and the codes it has to offer, in this order.
OPTIONS = {
	("KAM Policy", "rebate_basis"): codes.RebateBasis,
	("KAM Policy", "rebate_base"): codes.RebateBase,
	("KAM Policy", "price_action"): codes.Action,
	("KAM Policy", "margin_action"): codes.Action,
	("KAM Policy", "credit_action"): codes.Action,
	("KAM Policy", "unknown_cost_action"): codes.Action,
	("KAM Policy", "unlisted_item_action"): codes.Action,
	("KAM Policy", "unknown_exchange_rate_action"): codes.Action,
	("KAM Policy Tier", "account_class"): codes.AccountClass,
	("KAM Policy Criterion", "metric"): codes.Metric,
	("KAM Policy Level", "account_level"): codes.AccountLevel,
	("KAM Policy Level", "counts"): codes.LevelBasis,
	("KAM Policy Cost Source", "source"): codes.CostSource,
	("KAM Policy Rebate Programme", "kind"): codes.ProgrammeKind,
	("KAM Policy Rebate Programme", "calculation"): codes.ProgrammeCalculation,
	("KAM Policy Rebate Programme", "period"): codes.ProgrammePeriod,
	("KAM Policy Rebate Programme", "account_class"): codes.AccountClass,
	("KAM Decision", "verdict"): codes.VerdictCode,
	("Key Account", "account_class"): codes.AccountClass,
	("Key Account", "account_level"): codes.AccountLevel,
	("Key Account", "status"): codes.AccountStatus,
	("Key Account", "health_band"): codes.HealthBand,
	("Key Account Agreement", "agreement_type"): codes.AgreementType,
	("Key Account Agreement", "status"): codes.AgreementStatus,
	("Key Account Agreement", "renewal"): codes.AgreementRenewal,
	("Key Account Health", "band"): codes.HealthBand,
	("Key Account Health Part", "part"): codes.HealthPart,
	("KAM Settings", "health_fair_action"): codes.HealthAction,
	("KAM Settings", "health_poor_action"): codes.HealthAction,
	("Price Exception Violation", "rule"): codes.Rule,
	("Rebate Agreement", "rate_source"): codes.RateSource,
	("Tier Review", "review_type"): codes.ReviewType,
	("Tier Review", "level_judgement"): codes.Judgement,
	("Tier Review Service", "service"): codes.Service,
	("KAM Tier Change", "cause"): codes.TierChangeCause,
	("KAM Tier Run", "status"): codes.RunStatus,
	("Policy Replay", "status"): codes.ReplayStatus,
	("KAM Tier Run", "proposals"): codes.RunProposals,
	("KAM Tier Run Chunk", "step"): codes.UnitStep,
	("KAM Tier Run Chunk", "status"): codes.UnitStatus,
	("KAM Tier Run Chunk", "metric"): codes.Metric,
	("KAM Tier Measure", "metric"): codes.Metric,
	("Risk Report", "risk_level"): codes.RiskLevel,
	("Access Request", "status"): codes.AccessStatus,
	("KAM Commission Entry", "kind"): codes.CommissionKind,
	("Collection Promise", "status"): codes.PromiseStatus,
	("Visit Log", "status"): codes.VisitStatus,
	("Visit Log Need", "feasibility"): codes.Feasibility,
	("Visit Log Need", "status"): codes.NeedStatus,
	("Visit Log Action", "status"): codes.ActionStatus,
	("Key Account Care", "care_type"): codes.CareType,
	("Key Account Care", "status"): codes.CareStatus,
	("Key Account Report", "status"): codes.ReportStage,
	("Risk Report Indicator", "level"): codes.RiskLevel,
	("Risk Report", "status"): codes.RiskStatus,
	("Accountability Case", "status"): codes.CaseStatus,
	("Risk Report Indicator", "indicator"): codes.RiskIndicator,
	("Risk Report Indicator", "source"): codes.IndicatorSource,
	("Risk Report Measure", "status"): codes.MeasureStatus,
	("Risk Report Escalation", "escalation_level"): codes.EscalationLevel,
	("Issue", "kam_kind"): codes.IssueKind,
	("Issue", "kam_escalation"): codes.Escalation,
	("Satisfaction Survey", "status"): codes.SurveyStatus,
	("KAM Settings", "complaint_closing_action"): codes.Action,
	("KAM Settings", "satisfaction_scale"): codes.SatisfactionScale,
	("KAM Settings", "survey_follow_up"): codes.FollowUp,
	("KAM Scorecard", "team_result"): codes.TeamResult,
	("KAM Settings", "scorecard_sales_basis"): codes.SalesBasis,
	("Key Account Plan", "revenue_light"): codes.TargetLight,
	("Key Account Evaluation", "judgement"): codes.AnnualJudgement,
}


def documents_of_fixtures() -> list[dict]:
	return [
		document
		for path in sorted((APP / "fixtures").glob("*.json"))
		for document in json.loads(path.read_text(encoding="utf-8"))
	]


def texts_in(value) -> list[str]:
	"""All strings in nested dicts, lists and tuples."""
	if isinstance(value, str):
		return [value]
	if isinstance(value, dict):
		return [text for key in value for text in (*texts_in(key), *texts_in(value[key]))]
	if isinstance(value, list | tuple | set):
		return [text for member in value for text in texts_in(member)]
	return []


def resolve(path: str):
	"""The object at a dotted path, or an exception that says which part is missing."""
	module, _, name = path.rpartition(".")
	return getattr(importlib.import_module(module), name)


def hooked_paths() -> list[str]:
	values = {name: value for name, value in vars(hooks).items() if not name.startswith("_")}
	return sorted({text for text in texts_in(values) if DOTTED.match(text)})


def patches() -> list[str]:
	lines = (APP / "patches.txt").read_text(encoding="utf-8").splitlines()
	stripped = (line.split("#")[0].strip() for line in lines)
	return [line for line in stripped if line and not line.startswith(("[", "execute:"))]


@pytest.mark.parametrize("path", hooked_paths())
def test_hooks_resolve(path):
	assert callable(resolve(path))


def included_files() -> list[str]:
	"""Scripts and styles for every page, without the version that makes browsers fetch them anew."""
	return [text.partition("?")[0] for name in INCLUDES for text in texts_in(getattr(hooks, name, []))]


def test_hooks_are_found():
	assert hooked_paths(), "hooks.py names no function of the app: the test above checks nothing"


def test_patches_resolve():
	for patch in patches():
		assert callable(importlib.import_module(patch.split()[0]).execute)


def test_scripts_exist():
	named = [
		text for name in SCRIPTS_BY_DOCTYPE for text in texts_in(list(getattr(hooks, name, {}).values()))
	]
	for script in named:
		assert (APP / script).is_file(), script


def test_scripts_belong_to_doctypes():
	for name in SCRIPTS_BY_DOCTYPE:
		for doctype in getattr(hooks, name, {}):
			assert frappe.db.exists("DocType", doctype), doctype


def required_scripts() -> set[str]:
	"""Scripts that others fetch when they need them, each of which has to exist."""
	required = {
		path
		for script in APP.rglob("*.js")
		for path in re.findall(r'"/assets/kam_extension/(js/[^"]+)"', script.read_text(encoding="utf-8"))
	}
	assert all((APP / "public" / path).is_file() for path in required), required
	return required


def test_public_scripts_are_all_used():
	by_doctype = [text for name in SCRIPTS_BY_DOCTYPE for text in texts_in(getattr(hooks, name, {}))]
	names = {Path(text).name for text in (*by_doctype, *included_files(), *required_scripts())}
	for script in (APP / "public" / "js").rglob("*.js"):
		assert script.name in names, f"{script.name} is included nowhere"


def test_includes_exist():
	for include in included_files():
		relative = include.removeprefix("/assets/kam_extension/")
		found = (APP / "public" / relative).is_file() or list((APP / "public").rglob(include))
		assert found, include


@pytest.mark.parametrize(("doctype", "fieldname"), sorted(OPTIONS))
def test_options_are_the_codes(doctype, fieldname):
	field = frappe.get_meta(doctype).get_field(fieldname)
	options = [option for option in field.options.split("\n") if option]
	assert options == [str(code) for code in OPTIONS[doctype, fieldname]]


def test_every_code_is_offered_somewhere():
	offered = set(OPTIONS.values())
	for name, code in vars(codes).items():
		if isinstance(code, type) and issubclass(code, codes.StrEnum) and code is not codes.StrEnum:
			assert code in offered, f"{name} is compared with no Select field"


@pytest.mark.parametrize("path", DOCTYPES, ids=lambda path: path.stem)
def test_doctype_files(path):
	definition = json.loads(path.read_text(encoding="utf-8"))
	assert definition["module"] == MODULE
	assert frappe.scrub(definition["name"]) == path.stem == path.parent.name
	importlib.import_module(f"kam_extension.kam_extension.doctype.{path.stem}.{path.stem}")
	links = [field for field in definition["fields"] if field["fieldtype"] in ("Link", "Table")]
	for field in links:
		assert frappe.db.exists("DocType", field["options"]), (field["fieldname"], field["options"])


@pytest.mark.parametrize("path", DOCTYPES, ids=lambda path: path.stem)
def test_permissions_are_for_roles_that_exist(path):
	for rule in json.loads(path.read_text(encoding="utf-8")).get("permissions", []):
		assert frappe.db.exists("Role", rule["role"]), rule["role"]


def test_custom_fields_carry_our_module_and_prefix():
	fields = [document for document in documents_of_fixtures() if document["doctype"] == "Custom Field"]
	assert fields
	for field in fields:
		assert field["module"] == MODULE, field["name"]
		assert field["name"] == f"{field['dt']}-{field['fieldname']}"
		assert field["fieldname"].startswith("kam_"), field["name"]


def test_custom_fields_point_to_what_is_there():
	fields = [document for document in documents_of_fixtures() if document["doctype"] == "Custom Field"]
	names = {(field["dt"], field["fieldname"]) for field in fields}
	for field in fields:
		meta = frappe.get_meta(field["dt"])
		after = field.get("insert_after")
		assert (field["dt"], after) in names or meta.has_field(after), (field["name"], after)
		if field["fieldtype"] == "Link":
			assert frappe.db.exists("DocType", field["options"]), field["name"]


def test_fixtures_are_well_formed():
	documents = documents_of_fixtures()
	keys = [(document["doctype"], document["name"]) for document in documents]
	assert len(keys) == len(set(keys)), "a fixture is listed twice"
	declared = {entry["dt"] if isinstance(entry, dict) else entry for entry in getattr(hooks, "fixtures", [])}
	assert {doctype for doctype, _ in keys} <= declared
	for doctype, name in keys:
		assert frappe.db.exists(doctype, name), (doctype, name)


def test_names_of_contract_are_there():
	"""Custom fields that tools outside the repository rely on."""
	for doctype in ("Quotation", "Sales Order", "Sales Invoice", "Delivery Note", "POS Invoice"):
		meta = frappe.get_meta(doctype)
		for fieldname in (
			*(
				"kam_key_account",
				"kam_tier",
				"kam_unit",
				"kam_policy",
				"kam_other_costs",
				"kam_required_markup",
			),
			*("kam_actual_markup", "kam_net_markup", "kam_rebate_rate", "kam_verdict", "kam_price_exception"),
		):
			assert meta.has_field(fieldname), (doctype, fieldname)
		rows = frappe.get_meta(f"{doctype} Item")
		assert rows.has_field("kam_unit_cost")
		assert rows.has_field("kam_floor_rate")
	for doctype in ("Sales Order", "Delivery Note"):
		assert frappe.get_meta(doctype).has_field("kam_shipping_priority")
	for fieldname in ("kam_key_account", "kam_tier", "kam_risk_level"):
		assert frappe.get_meta("Customer").has_field(fieldname)
