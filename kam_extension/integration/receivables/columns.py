"""Columns of the receivables report, by voucher and by account."""

from frappe import _

from kam_extension.integration.receivables.ageing import range_labels
from kam_extension.integration.receivables.filters import Filters
from kam_extension.kam_extension.report.columns import column


def money(fieldname: str, label: str, currency: str = "currency", width: int = 140) -> dict:
	return column(fieldname, label, "Currency", currency, width)


def number(fieldname: str, label: str, width: int = 90) -> dict:
	"""A number that has no sum: Frappe's total row adds up numeric columns."""
	return column(fieldname, label, "Data", None, width) | {"align": "right"}


def range_columns(filters: Filters) -> list[dict]:
	labels = range_labels(filters.ranges, _("Above"))
	return [money(fieldname, label, width=130) for fieldname, label in labels.items()]


def _account() -> list[dict]:
	return [
		column("key_account", _("Key Account"), "Link", "Key Account", 100),
		column("party", _("Customer"), "Link", "Customer", 150),
		column("customer_name", _("Customer Name"), "Data", None, 170),
	]


def _standing() -> list[dict]:
	return [
		column("account_class", _("Class"), "Data", None, 80),
		column("tier", _("Tier"), "Link", "KAM Tier", 60),
		column("account_manager", _("Account Manager"), "Link", "User", 150),
		column("responsible_unit", _("Responsible Unit"), "Link", "Department", 130),
	]


def _amounts() -> list[dict]:
	return [
		money("invoiced", _("Invoiced Amount", context="Key Account Receivables")),
		money("paid", _("Paid Amount")),
		money("credit_note", _("Credit Note", context="Key Account Receivables")),
	]


def _currency() -> dict:
	return column("currency", _("Currency"), "Link", "Currency", 80)


def account_columns(filters: Filters) -> list[dict]:
	"""Who owes what too long comes first; how it came about after that."""
	return [
		*_account(),
		*_standing()[:3],
		money("outstanding", _("Outstanding Amount")),
		money("overdue", _("Overdue")),
		number("oldest_days_overdue", _("Oldest Overdue (Days)"), 110),
		*range_columns(filters),
		number("days_sales_outstanding", _("Days Sales Outstanding"), 110),
		money("credit_exposure", _("Credit Exposure"), "company_currency"),
		money("credit_limit", _("Credit Limit"), "company_currency"),
		number("limit_use", _("Limit Use %")),
		money("accrued_rebate", _("Accrued Rebate"), "company_currency"),
		money("claimed_rebate", _("Claimed Rebate"), "company_currency"),
		money("settled_rebate", _("Settled Rebate"), "company_currency"),
		money("net_exposure", _("Net Exposure"), "company_currency"),
		_standing()[3],
		*_amounts(),
		_currency(),
	]


def voucher_columns(filters: Filters) -> list[dict]:
	"""ERPNext's columns in its order, ours of the account before and behind them."""
	return [
		column("posting_date", _("Posting Date"), "Date", None, 95),
		*_account(),
		column("tier", _("Tier"), "Link", "KAM Tier", 60),
		*(
			[]
			if filters.is_on("ignore_accounts")
			else [column("party_account", _("Receivable Account"), "Link", "Account", 150)]
		),
		column("voucher_type", _("Voucher Type"), "Data", None, 110),
		column("voucher_no", _("Voucher No"), "Dynamic Link", "voucher_type", 170),
		column("due_date", _("Due Date"), "Date", None, 95),
		*_terms(filters),
		*_amounts(),
		money("outstanding", _("Outstanding Amount")),
		money("overdue", _("Overdue")),
		number("age", _("Age (Days)"), 80),
		*range_columns(filters),
		_currency(),
		*_future(filters),
		*_behind(filters),
	]


def _terms(filters: Filters) -> list[dict]:
	if not filters.is_on("based_on_payment_terms"):
		return []
	return [
		column("payment_term", _("Payment Term"), "Data"),
		money("invoice_grand_total", _("Invoice Grand Total")),
	]


def _future(filters: Filters) -> list[dict]:
	if not filters.is_on("show_future_payments"):
		return []
	return [
		column("future_ref", _("Future Payment Ref"), "Data"),
		money("future_amount", _("Future Payment Amount")),
		money("remaining_balance", _("Remaining Balance")),
	]


def _behind(filters: Filters) -> list[dict]:
	on_demand = (
		("show_delivery_notes", column("delivery_notes", _("Delivery Notes"), "Data", None, 150)),
		("show_sales_person", column("sales_person", _("Sales Person"), "Data", None, 120)),
		("show_remarks", column("remarks", _("Remarks"), "Text", None, 200)),
	)
	partner = column("default_sales_partner", _("Sales Partner"), "Link", "Sales Partner", 120)
	account_class, _tier, manager, unit = _standing()
	return [
		account_class,
		manager,
		unit,
		column("cost_center", _("Cost Center"), "Link", "Cost Center", 130),
		column("po_no", _("Customer LPO"), "Data"),
		column("customer_primary_contact", _("Customer Contact"), "Link", "Contact", 120),
		column("territory", _("Territory"), "Link", "Territory", 110),
		column("customer_group", _("Customer Group"), "Link", "Customer Group", 110),
		*([partner] if "sales_partner" in filters.links else []),
		*(entry for check, entry in on_demand if filters.is_on(check)),
	]
