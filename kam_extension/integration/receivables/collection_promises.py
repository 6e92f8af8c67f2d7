"""Promises to pay: checked when written down, judged by what was received (R34, R53)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

import frappe
from frappe import _
from frappe.query_builder import Case, DocType
from frappe.utils import flt, fmt_money, formatdate, getdate

from kam_extension.integration.accounts.readable_accounts import SEES_ALL, open_account
from kam_extension.integration.money import company_currency
from kam_extension.integration.notices import notify
from kam_extension.integration.security.roles import has_any_role
from kam_extension.policy.codes import PromiseStatus
from kam_extension.policy.collections import Judged, Promise, Received, judge_promises
from kam_extension.policy.money import decimal

DOCTYPE = "Collection Promise"
FIELDS = (
	"name", "key_account", "customer", "company", "sales_invoice", "promised_on", "promise_date", "amount", "status",
	"received", "next_action_date",
)  # fmt: skip
_BANK_JOURNALS = ("Bank Entry", "Cash Entry")


def check_promise(promise) -> None:
	"""Validate of Collection Promise: a promise that can be kept, about an account of the one who writes it down."""
	open_account(promise.key_account)
	if flt(promise.amount) <= 0:
		frappe.throw(_("Promised Amount must be more than zero."), title=_("Promised Amount"))
	if getdate(promise.promise_date) < getdate(promise.promised_on):
		frappe.throw(
			_("Promised Payment Date {0} is before the day of the promise. Enter a later one.").format(
				formatdate(promise.promise_date)
			),
			title=_("Promised Payment Date"),
		)
	_check_invoice(promise)
	_keep_past_promise(promise)


def judge_saved(promise) -> None:
	"""On_update and after_delete: the account's promises share its money, so all of them are judged again."""
	refresh_promises([promise.key_account])
	judged = frappe.db.get_value(DOCTYPE, promise.name, ("status", "received"), as_dict=True)
	promise.update(judged or {})


def refresh_promises(key_accounts: Sequence[str] | None = None) -> list[frappe._dict]:
	"""Judge the promises of these accounts (None: of all) as of today; returns those that have just been broken."""
	filters = {"key_account": ("in", list(key_accounts))} if key_accounts is not None else {}
	promises = frappe.get_all(DOCTYPE, filters=filters, fields=list(FIELDS))
	judged = judged_promises(promises, getdate())
	broken = []
	for promise in promises:
		now = judged[promise.name]
		if (promise.status, decimal(promise.received)) == (str(now.status), now.received):
			continue
		if now.status == PromiseStatus.BROKEN and promise.status != PromiseStatus.BROKEN:
			broken.append(promise)
		values = {"status": str(now.status), "received": now.received}
		frappe.db.set_value(DOCTYPE, promise.name, values, update_modified=False)
	return broken


def judged_promises(promises: Iterable, today: date) -> dict[str, Judged]:
	"""{name: how it stands} for rows with FIELDS; the money of each account and company is read in one query."""
	groups = defaultdict(list)
	for row in promises:
		groups[row.company, row.customer].append(row)
	received = _received(
		groups.keys(), min((row.promised_on for rows in groups.values() for row in rows), default=today)
	)
	judged: dict[str, Judged] = {}
	for key, rows in groups.items():
		judged |= judge_promises([_promise(row) for row in rows], received[key], today)
	return judged


def tell_broken(promises: Iterable, recipients: dict[str, list[str]]) -> None:
	"""Tell those who collect from an account ({key account: users}) of promises that were not kept."""
	for row in promises:
		amount = fmt_money(row.amount, currency=company_currency(row.company))
		text = _("{0} promised {1} until {2} and did not pay it.").format(
			row.customer, amount, formatdate(row.promise_date)
		)
		document = frappe._dict(doctype=DOCTYPE, name=row.name)
		notify(recipients.get(row.key_account, ()), document, frappe.utils.escape_html(text), text)


def _promise(row) -> Promise:
	return Promise(
		row.name, row.promised_on, row.promise_date, decimal(row.amount), row.sales_invoice or None
	)


def _received(keys: Iterable[tuple[str, str]], since: date) -> dict[tuple[str, str], list[Received]]:
	"""Money of payments and of bank and cash journals since a day, by (company, customer)."""
	found: dict[tuple[str, str], list[Received]] = defaultdict(list)
	pairs = list(keys)
	if not pairs:
		return found
	ledger, journal = DocType("Payment Ledger Entry"), DocType("Journal Entry")
	invoice = Case().when(ledger.against_voucher_type == "Sales Invoice", ledger.against_voucher_no)
	rows = (
		frappe.qb.from_(ledger)
		.left_join(journal)
		.on((journal.name == ledger.voucher_no) & (ledger.voucher_type == "Journal Entry"))
		.select(ledger.company, ledger.party, ledger.posting_date, -ledger.amount, invoice)
		.where((ledger.delinked == 0) & (ledger.party_type == "Customer"))
		.where(ledger.company.isin(list({company for company, _customer in pairs})))
		.where(ledger.party.isin(list({customer for _company, customer in pairs})))
		.where(ledger.posting_date >= since)
		.where((ledger.voucher_type == "Payment Entry") | journal.voucher_type.isin(_BANK_JOURNALS))
	).run()
	for company, customer, day, amount, paid in rows:
		found[company, customer].append(Received(day, decimal(amount), paid))
	return found


def _check_invoice(promise) -> None:
	if not promise.sales_invoice:
		return
	fields = ("customer", "company", "docstatus")
	invoice = frappe.db.get_value("Sales Invoice", promise.sales_invoice, fields, as_dict=True)
	customer = frappe.db.get_value("Key Account", promise.key_account, "customer")
	if not invoice or (invoice.customer, invoice.company, invoice.docstatus) != (
		customer,
		promise.company,
		1,
	):
		frappe.throw(
			_(
				"Sales Invoice {0} is no submitted invoice of this customer and company. Choose another."
			).format(promise.sales_invoice),
			title=_("Sales Invoice"),
		)


def _keep_past_promise(promise) -> None:
	"""Once its day has passed a promise stays what it was: who may see all accounts may still correct it."""
	before = promise.get_doc_before_save()
	if not before or getdate(before.promise_date) >= getdate() or has_any_role(SEES_ALL):
		return
	if _word_of_the_customer(promise) != _word_of_the_customer(before):
		frappe.throw(
			_("The promised day has passed, so the promise stays as it is. Write down a new one."),
			frappe.PermissionError,
			title=_(DOCTYPE),
		)


def _word_of_the_customer(promise) -> tuple:
	links = tuple(promise.get(field) or None for field in ("key_account", "company", "sales_invoice"))
	return *links, getdate(promise.promised_on), getdate(promise.promise_date), flt(promise.amount)
