"""KAM Policies from the presets that the app ships: rules as data, edited on the form afterwards."""

import json
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.policy.codes import CostSource

DIRECTORY = Path(__file__).resolve().parents[2] / "fixtures" / "policies"


def preset_names() -> list[str]:
	"""Names of the shipped presets; empty where the app was installed without its checkout."""
	return sorted(path.stem for path in DIRECTORY.glob("*.json"))


def draft_policy(preset: str, company: str | None = None, valid_from: str | None = None) -> str:
	"""Draft a KAM Policy from a preset, for one company or for all, from a day on (default: today); return its name.

	Price lists that the site doesn't have are left out. Raises frappe.ValidationError for an unknown preset or company.
	"""
	if preset not in preset_names():
		frappe.throw(
			_("There is no preset {0}. Choose one of: {1}.").format(preset, ", ".join(preset_names()))
		)
	terms = json.loads((DIRECTORY / f"{preset}.json").read_text(encoding="utf-8"))
	_leave_out_missing_price_lists(terms)
	policy = frappe.get_doc(
		{"doctype": "KAM Policy", **terms, "company": company, "valid_from": getdate(valid_from)}
	)
	return policy.insert().name


def _leave_out_missing_price_lists(terms: dict) -> None:
	"""The base list then is the one of Selling Settings; a cost list is no cost source any more."""
	if not frappe.db.exists("Price List", terms["base_price_list"]):
		del terms["base_price_list"]
	if not frappe.db.exists("Price List", terms["cost_price_list"]):
		del terms["cost_price_list"]
		sources = [row for row in terms["cost_sources"] if row["source"] != CostSource.COST_PRICE_LIST]
		terms["cost_sources"] = sources
