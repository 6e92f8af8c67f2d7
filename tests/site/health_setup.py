"""Accounts whose health can be foretold (R77)."""

from datetime import date

import frappe
from frappe.utils import add_days, getdate

from kam_extension.integration.health.scores import score_company
from kam_extension.integration.health.settings import health_terms
from tests.site.factories import company, make_key_account

STRENGTHS = {100: "Strong", 75: "Good", 50: "Neutral", 25: "Weak", 0: "Opposed"}


def relation_only(**settings) -> None:
	"""Settings under which the relationship alone makes the score: its strength in percent is the score."""
	values = {
		f"health_{part}_weight": 0
		for part in ("payment", "revenue", "orders", "visits", "complaints", "satisfaction")
	}
	values |= {
		"health_relationship_weight": 10,
		"health_relationship_full": 100,
		"health_relationship_zero": 0,
	}
	set_health(**values | settings)


def set_health(**values) -> None:
	document = frappe.get_doc("KAM Settings")
	document.update(values)
	document.save()


def account_of_strength(percent: int, **fields):
	"""An account whose one stakeholder has a relation of this strength."""
	stakeholder = {"full_name": "Wang Fang", "relationship_strength": STRENGTHS[percent]}
	return make_key_account(stakeholders=[stakeholder], **fields)


def set_strength(account, percent: int) -> None:
	frappe.db.set_value(
		"Key Account Stakeholder",
		{"parent": account.name},
		"relationship_strength",
		STRENGTHS[percent],
		update_modified=False,
	)


def score(days: int = 0) -> int:
	"""Score all accounts of the company, so many days from now; returns how many scores changed."""
	return score_company(company(), health_terms(), day(days))


def day(days: int = 0) -> date:
	return getdate(add_days(getdate(), days))


def health_of(account) -> tuple:
	"""Score and band that the account shows."""
	return frappe.db.get_value("Key Account", account.name, ("health_score", "health_band"))


def parts_of(account, days: int = 0) -> dict[str, frappe._dict]:
	"""Part → its row in the score of that day."""
	fields = ["part", "value", "score", "weight", "evidence_date"]
	filters = {"parent": f"{account.name}-{day(days)}"}
	return {row.part: row for row in frappe.get_all("Key Account Health Part", filters, fields)}
