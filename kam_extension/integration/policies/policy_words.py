"""A policy's codes, fields and values in the reader's words; used by its check and its comparison."""

from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import fmt_money, formatdate

from kam_extension.policy.codes import LevelBasis, Metric

POLICY = "KAM Policy"


def metric_names() -> dict[str, str]:
	"""Metric code → name; the form shows the same by public/js/metric_names.js."""
	return {
		Metric.CONTRACT_AMOUNT: _("Contract Amount"),
		Metric.COLLECTED: _("Collected"),
		Metric.REVENUE: _("Revenue"),
		Metric.REVENUE_GROWTH: _("Revenue Growth"),
		Metric.GROSS_MARGIN: _("Gross Margin"),
		Metric.RECEIVABLE_BALANCE: _("Receivable Balance"),
		Metric.OVERDUE_DAYS_MAX: _("Most Days Overdue"),
		Metric.ON_TIME_PAYMENT_SHARE: _("Paid on Time"),
		Metric.PRICE_PREMIUM: _("Price Premium"),
		Metric.ORDER_COUNT: _("Orders"),
		Metric.TENURE_MONTHS: _("Months as Customer"),
		Metric.COMPLAINT_COUNT: _("Complaints"),
		Metric.SATISFACTION: _("Satisfaction"),
		Metric.STRATEGIC_INFLUENCE: _("Strategic Influence"),
	}


def field_label(fieldname: str) -> str:
	"""Label of a field of the policy."""
	return _(frappe.get_meta(POLICY).get_label(fieldname), context=POLICY)


def column_label(table: str, column: str) -> str:
	"""Label of a column of one of the policy's tables."""
	child = _child(table)
	return _(frappe.get_meta(child).get_label(column), context=child)


def tab_labels() -> dict[str, str]:
	"""Field of the policy → label of the tab that it stands on, in the order of the form."""
	labels, current = {}, ""
	for field in frappe.get_meta(POLICY).fields:
		if field.fieldtype == "Tab Break":
			current = _(field.label, context=POLICY)
		labels[field.fieldname] = current
	return labels


def number_text(value: Decimal) -> str:
	"""A number by the site's format, decimals only where there are some: 200,000 or 12.24."""
	return fmt_money(float(value), precision=0 if value == value.to_integral_value() else 2)


def value_text(field: str, column: str | None, value: object) -> str:
	"""A value of the terms as the form would show it; "–" for nothing."""
	doctype = _child(field) if column else POLICY
	docfield = frappe.get_meta(doctype).get_field(column or field)
	if value is None or value == "" or value == ():
		return "–"
	if isinstance(value, tuple):
		return ", ".join(_(part, context="KAM Policy Cost Source") for part in value)
	if isinstance(value, bool):
		return _("Yes", context="KAM Policy") if value else _("No", context="KAM Policy")
	if isinstance(value, date):
		return formatdate(value)
	if isinstance(value, Decimal | int):
		return number_text(Decimal(value)) + (" %" if docfield.fieldtype == "Percent" else "")
	return _(value, context=doctype) if docfield.fieldtype == "Select" else str(value)


def row_text(table: str, key: tuple) -> str:
	"""What a row is about, from its key in `comparison.TABLE_KEYS`."""
	if table == "tiers":
		account_class, tier = key
		name = value_text(table, "account_class", account_class)
		return f"{name} {tier}" if tier else _("{0} without tier").format(name)
	if table in ("margin_bands", "rebate_bands"):
		tier, amount = key
		return _("{0}, from {1}").format(tier or _("All tiers"), number_text(amount))
	if table == "programme_bands":
		return _("{0}, from {1}").format(key[0], number_text(key[1]))
	if table == "rebate_programmes":
		return key[0]
	if table == "criteria":
		return metric_names().get(key[0], key[0])
	if table == "levels":
		return _level_row_text(*key)
	return value_text(table, "role", key[0])


def _level_row_text(account_level: str, counts: str) -> str:
	level = value_text("levels", "account_level", account_level)
	if counts == LevelBasis.SINGLE_CONTRACTS:
		return level
	return _("{0}, {1}").format(level, value_text("levels", "counts", counts))


def _child(table: str) -> str:
	return frappe.get_meta(POLICY).get_field(table).options
