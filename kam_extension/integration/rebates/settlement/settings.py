"""How a company settles rebates: its row of KAM Settings, checked (R40)."""

from dataclasses import dataclass

import frappe
from frappe import _

from kam_extension.integration.money import company_currency

REDUCE_TAX = "Reduce Tax"
PAY = "Pay Customer"
BY_PERCENTAGE = ("On Net Total", "On Previous Row Amount", "On Previous Row Total")


@dataclass(frozen=True)
class SettlementSettings:
	"""Accounts and options of one company; `item` and `tax_template` are set where tax is reduced."""

	company: str
	expense_account: str
	cost_center: str
	payment_account: str | None
	submits: bool
	uses_order_dimensions: bool
	reduces_tax: bool
	item: str | None
	tax_template: str | None


def settlement_settings(company: str) -> SettlementSettings:
	"""The company's settings; a missing or unfit one is refused by a message that names the field."""
	row = _row_of(company)
	check_account(row.rebate_expense_account, company, _("Rebate Expense Account"))
	reduces_tax = row.tax_treatment == REDUCE_TAX
	if reduces_tax:
		check_tax_settings(row)
	return SettlementSettings(
		company=company,
		expense_account=row.rebate_expense_account,
		cost_center=row.rebate_cost_center or frappe.get_cached_value("Company", company, "cost_center"),
		payment_account=row.rebate_payment_account,
		submits=bool(row.submit_settlement),
		uses_order_dimensions=bool(row.split_by_cost_center),
		reduces_tax=reduces_tax,
		item=row.rebate_item,
		tax_template=row.rebate_tax_template,
	)


def payment_account_of(request, settings: SettlementSettings) -> str | None:
	"""The bank or cash account that pays; None where nothing is paid."""
	if request.settlement_method != PAY:
		return None
	account = request.payment_account or settings.payment_account
	if not account:
		frappe.throw(
			_("Set Payment Account, or Rebate Payment Account for company {0} in KAM Settings.").format(
				request.company
			),
			title=_("Missing Account"),
		)
	check_account(account, request.company, _("Payment Account"), ("Bank", "Cash"))
	return account


def check_tax_settings(row) -> None:
	"""Refuse a row of KAM Settings that reduces tax by credit notes and doesn't say how (R40)."""
	if row.tax_treatment != REDUCE_TAX:
		return
	for fieldname in ("rebate_item", "rebate_tax_template"):
		if not row.get(fieldname):
			frappe.throw(
				_("Row {0}: set {1} for company {2}; its rebates are settled by credit notes.").format(
					row.idx, frappe.bold(_(row.meta.get_label(fieldname))), row.company
				),
				title=_("Missing Field"),
			)
	_check_item(row)
	_check_template(row)


def check_account(name: str, company: str, label: str, types: tuple[str, ...] = ()) -> None:
	"""Refuse an account that is disabled, frozen, a group, of another company, or not in its currency."""
	fields = ["company", "account_currency", "account_type", "is_group", "disabled"]
	account = frappe.get_cached_value("Account", name, fields, as_dict=True)
	fits = account and account.company == company and not account.is_group and not account.disabled
	fits = fits and account.account_currency in (None, "", company_currency(company))
	if not fits or (types and account.account_type not in types):
		kinds = ", ".join(_(kind) for kind in types) or _("Any")
		frappe.throw(
			_("{0} {1} has to be an enabled account of company {2} in its currency, type {3}.").format(
				label, name, company, kinds
			),
			title=_("Wrong Account"),
		)


def currency_of(account: str) -> str:
	return frappe.get_cached_value("Account", account, "account_currency")


def _row_of(company: str):
	rows = frappe.get_cached_doc("KAM Settings").companies
	row = next((row for row in rows if row.company == company), None)
	if row is None or not row.rebate_expense_account:
		frappe.throw(
			_(
				"Set Rebate Expense Account for company {0} in KAM Settings; settlements are posted to it."
			).format(company),
			title=_("Missing Account"),
		)
	return row


def _check_item(row) -> None:
	item = frappe.get_cached_value("Item", row.rebate_item, ["is_stock_item", "disabled"], as_dict=True)
	if item.is_stock_item or item.disabled:
		frappe.throw(
			_("Row {0}: Rebate Item {1} has to be an enabled item without stock.").format(
				row.idx, row.rebate_item
			),
			title=_("Rebate Item"),
		)


def _check_template(row) -> None:
	template = frappe.get_cached_doc("Sales Taxes and Charges Template", row.rebate_tax_template)
	by_percentage = all(tax.charge_type in BY_PERCENTAGE for tax in template.taxes)
	if template.company != row.company or template.disabled or not by_percentage:
		frappe.throw(
			_("Row {0}: Rebate Tax Template {1} has to be one of company {2}, with percentages only.").format(
				row.idx, row.rebate_tax_template, row.company
			),
			title=_("Rebate Tax Template"),
		)
