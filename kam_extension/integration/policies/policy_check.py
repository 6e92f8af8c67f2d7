""" "Check this policy": what is wrong in it, what it leaves open, and what its formula means in figures (R13, R23)."""

from collections.abc import Callable
from decimal import Decimal

import frappe
from frappe.utils import add_days, fmt_money, getdate

from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.policies.policies import terms_of
from kam_extension.integration.policies.policy_gap_messages import gap_text
from kam_extension.integration.policies.policy_messages import contradiction_text
from kam_extension.integration.policies.policy_words import field_label, number_text, tab_labels
from kam_extension.policy.checks import find_contradictions
from kam_extension.policy.examples import UNIT_COST, Example, worked_examples
from kam_extension.policy.gaps import Period, Surroundings, find_gaps
from kam_extension.policy.money import HUNDRED, ZERO, Rounding, decimal
from kam_extension.policy.terms import PolicyTerms

ERROR, WARNING = "error", "warning"


def check_terms(policy) -> dict:
	"""Findings and worked examples of a KAM Policy document, saved or not.

	`findings`: dicts of `severity` (error, warning), `tab`, `field`, `label`, `row` (1-based or None) and `message`, in
	the order of the form. `examples`: see `_example`; `unit_cost` and `tax` (percent) are what they are worked with.
	"""
	terms = terms_of(policy)
	around = _surroundings(policy, terms)
	contradictions = find_contradictions(terms)
	findings = _listed(contradictions, ERROR, contradiction_text)
	if not contradictions:
		findings = _listed(find_gaps(terms, around), WARNING, gap_text)
	rounding = site_rounding(_currency(policy.company))
	examples = [] if contradictions else worked_examples(terms, rounding, around.tax_factor)
	return {
		"findings": findings,
		"examples": [_example(example, rounding) for example in examples],
		"unit_cost": _money(UNIT_COST, rounding),
		"tax": number_text((around.tax_factor - 1) * 100),
	}


def _listed(found: list, severity: str, words: Callable) -> list[dict]:
	tabs = tab_labels()
	order = list(tabs)
	rows = [
		{
			"severity": severity,
			"tab": tabs[one.field],
			"field": one.field,
			"label": field_label(one.field),
			"row": one.row,
			"message": words(one),
		}
		for one in found
	]
	return sorted(rows, key=lambda row: (order.index(row["field"]), row["row"] or 0))


def _surroundings(policy, terms: PolicyTerms) -> Surroundings:
	return Surroundings(
		today=getdate(),
		is_draft=policy.docstatus == 0,
		ranks=dict(frappe.get_all("KAM Tier", fields=["name", "rank"], as_list=True)),
		periods=_other_periods(policy, terms),
		tax_factor=_ordinary_tax_factor(policy.company),
	)


def _other_periods(policy, terms: PolicyTerms) -> tuple[Period, ...]:
	"""Submitted policies of the company and those for all; the superseded one ends when this one begins."""
	others = frappe.get_all(
		"KAM Policy",
		filters={"docstatus": 1, "name": ("!=", policy.name or "")},
		fields=["name", "company", "valid_from", "valid_to"],
	)
	periods = []
	for other in others:
		if other.company and other.company != terms.company:
			continue
		ends_before_this = other.name == policy.supersedes and terms.valid_from
		last_day = getdate(add_days(terms.valid_from, -1)) if ends_before_this else other.valid_to
		periods.append(Period(other.valid_from, last_day, other.company))
	return tuple(periods)


def _ordinary_tax_factor(company: str | None) -> Decimal:
	"""Grand total ÷ net total by the company's default sales tax template; 1 without one."""
	template = frappe.db.get_value(
		"Sales Taxes and Charges Template",
		{"company": company or _default_company(), "is_default": 1, "disabled": 0},
	)
	rates = frappe.get_all(
		"Sales Taxes and Charges",
		filters={
			"parent": template,
			"parenttype": "Sales Taxes and Charges Template",
			"charge_type": "On Net Total",
		},
		pluck="rate",
	)
	return 1 + sum((decimal(rate) for rate in rates), ZERO) / HUNDRED


def _example(example: Example, rounding: Rounding) -> dict:
	"""One worked example as text; `price` and `keeping_price` are empty where no price keeps the markup."""
	return {
		"tier": example.tier or "",
		"from_amount": number_text(example.from_amount),
		"to_amount": number_text(example.to_amount) if example.to_amount is not None else "",
		"markup": number_text(example.markup),
		"rebate_rate": number_text(example.rebate_rate),
		"price": _money(example.price, rounding),
		"actual_markup": _share(example.actual_markup),
		"net_markup": _share(example.net_markup),
		"keeping_price": _money(example.keeping_price, rounding),
	}


def _money(amount: Decimal | None, rounding: Rounding) -> str:
	return "" if amount is None else fmt_money(float(amount), precision=rounding.precision)


def _share(percent: Decimal | None) -> str:
	return "" if percent is None else number_text(percent)


def _default_company() -> str | None:
	return frappe.defaults.get_global_default("company")


def _currency(company: str | None) -> str | None:
	name = company or _default_company()
	return company_currency(name) if name else None
