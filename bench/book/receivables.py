"""Open and settled items of many customers: invoices in two currencies, part payments, returns, loose payments.

What `load_receivables` writes per invoice: its own ledger row; a payment of half where it is open and every fifth or
sixth, of all where it is settled, in two parts every fifth time and by journal every eighth; a return of a tenth on
every tenth settled one. Besides, payments and journals that no invoice is named by.
"""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

import frappe
from frappe.utils import now_datetime

from book import tables
from book.accounts import HELPER as ACCOUNTS

PREFIX = "KAM_BENCH_RECEIVABLE_"
HELPER = "Bench Receivable"
DEFINITION = """
	number int primary key, name varchar(30), customer varchar(30), account varchar(140), currency varchar(10),
	rate int, posting_date date, due_date date, grand decimal(21,2), is_settled int, returned decimal(21,2),
	first_paid decimal(21,2), second_paid decimal(21,2)
"""


@dataclass(frozen=True)
class Receivables:
	"""Numbers of documents; each may be set in the environment as KAM_BENCH_RECEIVABLE_SETTLED and so on.

	The defaults make 340,000 rows in the payment ledger. One customer in `key_account_every` is a key account.
	"""

	settled: int = 106_500
	open: int = 65_000
	loose: int = 4_050
	key_account_every: int = 10

	@classmethod
	def from_environment(cls) -> "Receivables":
		named = {field.name: os.environ.get(PREFIX + field.name.upper()) for field in fields(cls)}
		return cls(**{name: int(value) for name, value in named.items() if value})


# Settled invoices come first and are older. Every tenth customer owes in a foreign currency at a rate of 7.
INVOICES = f"""
	select
		number, concat('ACC-SINV-', lpad(number, 8, '0')), customer,
		if(is_foreign, %(foreign_receivable)s, %(receivable)s), if(is_foreign, 'USD', %(currency)s),
		if(is_foreign, 7, 1), %(today)s - interval age day, %(today)s - interval age day + interval 30 day,
		grand, is_settled, returned,
		case when is_settled then grand - returned - second_paid when number %% 5 < 2 then round(grand / 2, 2) else 0 end,
		second_paid
	from (
		select *, if(is_settled and number %% 5 = 0, round(grand / 4, 2), 0) second_paid
		from (
			select *, if(is_settled and number %% 10 = 3, round(grand / 10, 2), 0) returned
			from (
				select
					cast(number.seq as int) number, standing.customer, standing.n %% 10 = 3 is_foreign,
					number.seq < %(settled)s is_settled,
					if(number.seq < %(settled)s, 160 + number.seq * 7 %% 900, number.seq * 7 %% 160) age,
					100.37 + number.seq * 37 %% 9000 grand
				from seq_0_to_{{last}} number
					join `tab{ACCOUNTS}` standing on standing.n = number.seq %% %(accounts)s + 1
			) numbered
		) with_returns
	) with_payments
"""
PAYING = "if(number %% 8 = 0, 'Journal Entry', 'Payment Entry')"
PAYMENT = "concat(if(number %% 8 = 0, 'ACC-JV-', 'ACC-PAY-'), lpad(number, 8, '0'))"
SECOND = "concat('ACC-PAY-2', lpad(number, 7, '0'))"
RETURN = "concat('ACC-RET-', lpad(number, 8, '0'))"
LOOSE = "concat(if(number %% 3, 'ACC-PAY-L', 'ACC-JV-L'), lpad(number, 7, '0'))"
PAID_ON = "least(due_date, %(today)s)"


def _entries(
	kind: int, voucher_type: str, voucher: str, against: str, day: str, amount: str, where: str
) -> str:
	return f"""
		select {kind} kind, number, customer, account, currency, rate, {voucher_type} voucher_type, {voucher} voucher,
			{against} against_type, if({kind} = 5, {voucher}, name) against, {day} day, due_date, {amount} amount
		from `tab{HELPER}` where {where}
	"""


INVOICE = "'Sales Invoice'"
LEDGER = " union all ".join(
	(
		_entries(1, INVOICE, "name", INVOICE, "posting_date", "grand", "true"),
		_entries(2, PAYING, PAYMENT, INVOICE, PAID_ON, "-first_paid", "first_paid > 0"),
		_entries(3, "'Payment Entry'", SECOND, INVOICE, PAID_ON, "-second_paid", "second_paid > 0"),
		_entries(4, INVOICE, RETURN, INVOICE, PAID_ON, "-returned", "returned > 0"),
		_entries(
			5,
			"if(number %% 3, 'Payment Entry', 'Journal Entry')",
			LOOSE,
			"if(number %% 3, 'Payment Entry', 'Journal Entry')",
			"posting_date",
			"if(number %% 6, -55.5, 44.4)",
			"number < %(loose)s",
		),
	)
)
PAYMENT_LEDGER_ENTRY = {
	"name": "concat('pl', kind, lpad(number, 8, '0'))",
	"docstatus": "1",
	"posting_date": "day",
	"due_date": "if(kind = 1, due_date, null)",
	"company": "%(company)s",
	"account_type": "'Receivable'",
	"account": "account",
	"account_currency": "currency",
	"party_type": "'Customer'",
	"party": "customer",
	"voucher_type": "voucher_type",
	"voucher_no": "voucher",
	"against_voucher_type": "against_type",
	"against_voucher_no": "against",
	"amount": "amount * rate",
	"amount_in_account_currency": "amount",
	"cost_center": "%(cost_center)s",
}
BILLED = f"""
	select name, customer, account, currency, rate, posting_date, due_date, grand, null return_against,
		if(is_settled, 0, grand - first_paid) outstanding from `tab{HELPER}`
	union all
	select {RETURN}, customer, account, currency, rate, {PAID_ON}, {PAID_ON}, -returned, name, 0
	from `tab{HELPER}` where returned > 0
"""
SALES_INVOICE = {
	"name": "name",
	"docstatus": "1",
	"customer": "customer",
	"customer_name": "customer",
	"title": "customer",
	"company": "%(company)s",
	"posting_date": "posting_date",
	"due_date": "due_date",
	"is_return": "return_against is not null",
	"return_against": "return_against",
	"currency": "currency",
	"party_account_currency": "currency",
	"conversion_rate": "rate",
	"base_grand_total": "grand * rate",
	"grand_total": "grand",
	"outstanding_amount": "outstanding",
	"debit_to": "account",
}
PAYMENT_ENTRY = {
	"name": "voucher",
	"docstatus": "1",
	"payment_type": "'Receive'",
	"posting_date": "day",
	"company": "%(company)s",
	"party_type": "'Customer'",
	"party": "customer",
}
JOURNAL_ENTRY = {
	"name": "voucher",
	"docstatus": "1",
	"voucher_type": "'Bank Entry'",
	"posting_date": "day",
	"company": "%(company)s",
}
SOURCES = (
	("Payment Ledger Entry", PAYMENT_LEDGER_ENTRY, f"({LEDGER}) entries"),
	("Sales Invoice", SALES_INVOICE, f"({BILLED}) billed"),
	("Payment Entry", PAYMENT_ENTRY, f"({LEDGER}) entries where voucher_type = 'Payment Entry'"),
	("Journal Entry", JOURNAL_ENTRY, f"({LEDGER}) entries where voucher_type = 'Journal Entry'"),
)


def load_receivables(size: Receivables, accounts: int, values: Mapping) -> None:
	"""Replace invoices, payments and the payment ledger of the site by those of the book.

	Needs `load_accounts` with that many accounts; `values`: company, currency, receivable, foreign_receivable,
	cost_center, today.
	"""
	values = dict(values) | asdict(size) | {"now": now_datetime(), "accounts": accounts}
	tables.make_helper(HELPER, DEFINITION)
	with tables.bulk_loading():
		tables.insert(HELPER, INVOICES.format(last=size.settled + size.open - 1), values)
		tables.refill(SOURCES, values)
	_leave_key_accounts(size.key_account_every)
	tables.analyze(
		"Payment Ledger Entry", "Sales Invoice", "Payment Entry", "Journal Entry", "Key Account", "Customer"
	)


def _leave_key_accounts(every: int) -> None:
	"""Of the accounts, only every so many are key accounts; the others stay customers."""
	for statement in (
		"delete account from `tabKey Account` account join `tab{helper}` standing on standing.key_account = account.name"
		" where standing.n %% %(every)s != 0",
		"update `tabCustomer` customer join `tab{helper}` standing on standing.customer = customer.name"
		" set customer.kam_key_account = null, customer.kam_tier = null, customer.kam_account_class = null"
		" where standing.n %% %(every)s != 0",
	):
		frappe.db.sql(statement.format(helper=ACCOUNTS), {"every": every})
	frappe.db.commit()
