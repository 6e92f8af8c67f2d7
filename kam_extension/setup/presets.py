"""KAM Policies from the presets that the app ships: rules as data, edited on the form afterwards."""

import json
from pathlib import Path

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.policies.policy_succession import policy_to_supersede
from kam_extension.policy.codes import CostSource

DIRECTORY = Path(__file__).resolve().parents[2] / "fixtures" / "policies"
DEFAULT = "default"
NEW_TIERS = "new_tiers"


def preset_names() -> list[str]:
	"""Names of the shipped presets, the default one first; empty where the app was installed without its checkout."""
	return sorted((path.stem for path in DIRECTORY.glob("*.json")), key=lambda name: (name != DEFAULT, name))


def preset_choices() -> list[dict]:
	"""`name`, `title` and `description` of each preset, in the reader's language."""
	return [
		{"name": name, "title": _(terms["title"]), "description": _(terms["description"])}
		for name in preset_names()
		for terms in (_read(name),)
	]


def draft_policy(preset: str, company: str | None = None, valid_from: str | None = None) -> str:
	"""Draft a KAM Policy from a preset, for one company or for all, from a day on (default: today); return its name.

	It supersedes the policy that holds on that day. Price lists that the site doesn't have are left out, tiers that it
	doesn't have are made. Raises
	frappe.ValidationError for an unknown preset or company, or for a day that is none.
	"""
	if preset not in preset_names():
		frappe.throw(
			_("There is no preset {0}. Choose one of: {1}.").format(preset, ", ".join(preset_names()))
		)
	terms = _read(preset)
	_leave_out_missing_price_lists(terms)
	_make_missing_tiers(terms.pop(NEW_TIERS, []))
	terms |= {"title": _(terms["title"]), "description": _(terms["description"])}
	first_day = getdate(valid_from)
	terms |= {
		"company": company,
		"valid_from": first_day,
		"supersedes": policy_to_supersede(company, first_day),
	}
	return frappe.get_doc({"doctype": "KAM Policy", **terms}).insert().name


def _read(preset: str) -> dict:
	return json.loads((DIRECTORY / f"{preset}.json").read_text(encoding="utf-8"))


def _leave_out_missing_price_lists(terms: dict) -> None:
	"""The base list then is the one of Selling Settings; a cost list is no cost source any more."""
	if not frappe.db.exists("Price List", terms["base_price_list"]):
		del terms["base_price_list"]
	if not frappe.db.exists("Price List", terms["cost_price_list"]):
		del terms["cost_price_list"]
		sources = [row for row in terms["cost_sources"] if row["source"] != CostSource.COST_PRICE_LIST]
		terms["cost_sources"] = sources


def _make_missing_tiers(tiers: list[dict]) -> None:
	"""Make tiers (`name`, `title`, `color`, the best first) that the site lacks, ranked behind all that it has.

	Tiers in use keep their ranks. Among each other the new ones stand in the preset's order.
	"""
	last_rank = frappe.db.get_value("KAM Tier", {}, "rank", order_by="rank desc") or 0
	missing = [tier for tier in tiers if not frappe.db.exists("KAM Tier", tier["name"])]
	for rank, tier in enumerate(missing, start=last_rank + 1):
		values = {**tier, "title": _(tier["title"]), "rank": rank}
		# Whoever may draft a policy may have the tiers that it names; those that exist stay as they are.
		frappe.get_doc({"doctype": "KAM Tier", **values}).insert(ignore_permissions=True)
