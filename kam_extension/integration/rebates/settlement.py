"""Settlement of an approved Rebate Request by a Journal Entry, and its way back (R40).

Credit Customer: Dr rebate expense, Cr receivable of the customer; Accounts Receivable shows it as the
customer's credit. Pay Customer: the same, then Dr receivable, Cr bank in the same entry, so that expense,
customer and bank all show and the customer's balance stays. Neither is ever a receipt.
"""

from dataclasses import dataclass
from decimal import Decimal

import frappe
from erpnext.accounts.party import get_party_account
from erpnext.setup.utils import get_exchange_rate
from frappe import _
from frappe.utils import flt, fmt_money, nowdate

from kam_extension.integration.money import company_currency, currency_precision
from kam_extension.integration.security.roles import require_role
from kam_extension.setup.roles import KAM_EXECUTIVE, KAM_FINANCE

SETTLERS = (KAM_FINANCE, KAM_EXECUTIVE)
PAY = "Pay Customer"
JOURNAL = "Journal Entry"


def settle(request) -> None:
	"""Post the settlement of a submitted request and link both documents."""
	journal = frappe.get_doc(_journal_values(request))
	journal.flags.kam_settlement = True
	# The request's approvals were checked; an executive need not be an accountant.
	journal.flags.ignore_permissions = True
	messages = list(frappe.local.message_log)
	journal.insert()
	journal.submit()
	# ERPNext's hints to whoever types in a journal (is it an advance?) mean nothing to the approver.
	frappe.local.message_log = messages
	_set_settlement(request, journal.name)


def settle_again(request) -> None:
	"""Post a new settlement after finance cancelled the first one; the claims were kept."""
	require_role(SETTLERS, request.doctype)
	settled = frappe.db.get_value(
		"Rebate Request", request.name, ["docstatus", "settlement_document"], as_dict=True, for_update=True
	)
	if settled.docstatus != 1 or settled.settlement_document:
		frappe.throw(
			_("Only an approved request without settlement can be settled."), title=_("Nothing to Settle")
		)
	settle(request)


def take_back(request) -> None:
	"""Cancel the settlement of a request that is being cancelled."""
	if not request.settlement_document:
		return
	journal = frappe.get_doc(JOURNAL, request.settlement_document)
	if journal.docstatus != 1:
		return
	journal.flags.kam_settlement = True
	# Whoever may cancel the request undoes its settlement with it.
	journal.flags.ignore_permissions = True
	journal.cancel()


def protect_link(journal, method=None) -> None:
	"""Journal Entry validate: nobody but a settlement ties a journal to a request."""
	if journal.flags.kam_settlement:
		return
	before = journal.get_doc_before_save()
	journal.kam_rebate_request = before.kam_rebate_request if before else None


def release_request(journal, method=None) -> None:
	"""Journal Entry on_cancel: the request stays approved and claimed, and can be settled again."""
	if not journal.kam_rebate_request or journal.flags.kam_settlement:
		return
	request = frappe.get_doc("Rebate Request", journal.kam_rebate_request)
	if request.docstatus == 1 and request.settlement_document == journal.name:
		_set_settlement(request, None)
		request.add_comment("Info", _("Settlement {0} was cancelled.").format(journal.name))


def follow_amendment(journal, method=None) -> None:
	"""Journal Entry on_submit: an amended settlement settles its request again, with the amount that was
	approved."""
	original = journal.amended_from and frappe.db.get_value(
		JOURNAL, journal.amended_from, ["kam_rebate_request", "total_debit"], as_dict=True
	)
	if not original or not original.kam_rebate_request:
		return
	request = frappe.get_doc("Rebate Request", original.kam_rebate_request, for_update=True)
	if request.docstatus != 1 or request.settlement_document:
		return
	if flt(journal.total_debit, 2) != flt(original.total_debit, 2):
		frappe.throw(
			_(
				"This entry amends the settlement of {0}, so its total has to stay {1}. To settle another amount, "
				"cancel the request and make a new one."
			).format(request.name, fmt_money(original.total_debit)),
			title=_("Wrong Amount"),
		)
	journal.db_set("kam_rebate_request", request.name)
	_set_settlement(request, journal.name)


def _set_settlement(request, journal: str | None) -> None:
	request.db_set(
		{
			"settlement_document_type": JOURNAL if journal else None,
			"settlement_document": journal,
			"status": "Settled" if journal else "Approved",
		},
		notify=True,
	)


@dataclass(frozen=True)
class _Accounts:
	expense: str
	cost_center: str
	receivable: str
	payment: str | None


def _journal_values(request) -> dict:
	accounts = _accounts(request)
	remark = _("Rebate {0} of {1}, receipts from {2} to {3}; tax included").format(
		request.name,
		request.customer_name or request.customer,
		frappe.format(request.period_start, "Date"),
		frappe.format(request.period_end, "Date"),
	)
	return {
		"doctype": JOURNAL,
		"voucher_type": "Credit Note",
		"company": request.company,
		"posting_date": nowdate(),
		"multi_currency": int(_currency_of(accounts.receivable) != company_currency(request.company)),
		"user_remark": remark,
		"mode_of_payment": request.mode_of_payment if request.settlement_method == PAY else None,
		"kam_rebate_request": request.name,
		"accounts": [row | {"cost_center": accounts.cost_center} for row in _rows(request, accounts)],
	}


def _rows(request, accounts: _Accounts) -> list[dict]:
	amount = flt(request.total_rebate, request.precision("total_rebate"))
	party_amount, exchange_rate = _in_account_currency(amount, accounts.receivable, request.company)
	party = {
		"account": accounts.receivable,
		"party_type": "Customer",
		"party": request.customer,
		"exchange_rate": exchange_rate,
	}
	rows = [
		{"account": accounts.expense, "debit_in_account_currency": amount},
		party | {"credit_in_account_currency": party_amount},
	]
	if request.settlement_method == PAY:
		rows.append(party | {"debit_in_account_currency": party_amount})
		rows.append({"account": accounts.payment, "credit_in_account_currency": amount})
	return rows


def _in_account_currency(amount: float, account: str, company: str) -> tuple[float, float]:
	"""The amount in the account's currency at today's rate, and the exact rate that leads back to the amount."""
	currency, base = _currency_of(account), company_currency(company)
	if currency == base:
		return amount, 1.0
	rate = get_exchange_rate(currency, base, nowdate(), "for_selling")
	if not rate:
		frappe.throw(
			_("There is no exchange rate from {0} to {1} for today. Add a Currency Exchange.").format(
				currency, base
			),
			title=_("Missing Exchange Rate"),
		)
	converted = flt(amount / flt(rate), currency_precision(currency))
	return converted, float(Decimal(str(amount)) / Decimal(str(converted)))


def _accounts(request) -> _Accounts:
	row = _settings_row(request.company)
	receivable = get_party_account("Customer", request.customer, request.company)
	cost_center = row.rebate_cost_center or frappe.get_cached_value("Company", request.company, "cost_center")
	return _Accounts(row.rebate_expense_account, cost_center, receivable, _payment_account(request, row))


def _settings_row(company: str):
	rows = frappe.get_cached_doc("KAM Settings").companies
	row = next((row for row in rows if row.company == company), None)
	if row is None or not row.rebate_expense_account:
		frappe.throw(
			_(
				"Set Rebate Expense Account for company {0} in KAM Settings; settlements are posted to it."
			).format(company),
			title=_("Missing Account"),
		)
	_check_account(row.rebate_expense_account, company, _("Rebate Expense Account"))
	return row


def _payment_account(request, row) -> str | None:
	if request.settlement_method != PAY:
		return None
	account = request.payment_account or row.rebate_payment_account
	if not account:
		frappe.throw(
			_("Set Payment Account, or Rebate Payment Account for company {0} in KAM Settings.").format(
				request.company
			),
			title=_("Missing Account"),
		)
	_check_account(account, request.company, _("Payment Account"), ("Bank", "Cash"))
	return account


def _check_account(name: str, company: str, label: str, types: tuple[str, ...] = ()) -> None:
	account = frappe.get_cached_value(
		"Account", name, ["company", "account_currency", "account_type", "is_group", "disabled"], as_dict=True
	)
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


def _currency_of(account: str) -> str:
	return frappe.get_cached_value("Account", account, "account_currency")
