"""Cost center, project and other accounting dimensions of a settlement: those of the orders that earned it (R40)."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

import frappe
from erpnext.accounts.doctype.accounting_dimension.accounting_dimension import (
	get_accounting_dimensions,
	get_checks_for_pl_and_bs_accounts,
)
from frappe.query_builder import DocType
from frappe.query_builder.functions import Sum

from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.rebates.claims import DOCTYPE as CLAIM
from kam_extension.integration.rebates.settlement.settings import SettlementSettings
from kam_extension.policy.money import ZERO, decimal
from kam_extension.policy.shares import share_out


@dataclass(frozen=True)
class Share:
	"""A part of the settlement in company currency, and the dimensions {fieldname: value} that it is posted with."""

	amount: Decimal
	dimensions: dict[str, str]


def default_dimensions(request, settings: SettlementSettings) -> dict[str, str]:
	"""What the request names, else the company's own."""
	defaults = {"cost_center": settings.cost_center, "project": None}
	for row in get_checks_for_pl_and_bs_accounts():
		if row.company == request.company:
			defaults[row.fieldname] = row.default_dimension
	return {field: request.get(field) or defaults.get(field) for field in _dimension_fields()}


def shares_by_dimension(request, amount: Decimal, settings: SettlementSettings) -> list[Share]:
	"""`amount` by the dimensions of the orders whose claims make up the request, adding up to the cent.

	A dimension that the request names holds for all of it.
	"""
	defaults = default_dimensions(request, settings)
	if not settings.uses_order_dimensions:
		return [Share(amount, defaults)]
	weights: dict[tuple, Decimal] = defaultdict(lambda: ZERO)
	for row in _claims_by_order(request):
		values = {
			field: request.get(field) or row.get(field) or default for field, default in defaults.items()
		}
		weights[tuple(values.items())] += decimal(row.rebate)
	if not weights:
		return [Share(amount, defaults)]
	rounding = site_rounding(company_currency(request.company))
	amounts = share_out(amount, list(weights.values()), rounding)
	return [Share(part, dict(values)) for values, part in zip(weights, amounts, strict=True) if part]


def _dimension_fields() -> list[str]:
	return ["cost_center", "project", *get_accounting_dimensions()]


def _claims_by_order(request) -> list:
	claim, order = DocType(CLAIM), DocType("Sales Order")
	meta = frappe.get_meta("Sales Order")
	fields = [field for field in _dimension_fields() if meta.has_field(field)]
	return (
		frappe.qb.from_(claim)
		.left_join(order)
		.on(order.name == claim.sales_order)
		.select(
			claim.sales_order, Sum(claim.rebate_amount).as_("rebate"), *(order[field] for field in fields)
		)
		.where(claim.rebate_request == request.name)
		.where(claim.is_reversal == 0)
		.groupby(claim.sales_order)
		.orderby(claim.sales_order)
	).run(as_dict=True)
