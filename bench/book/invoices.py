"""Sales Invoices, what settled them, and the rows of both in the ledgers."""

from collections.abc import Mapping

from book import tables

HELPER = "Bench Invoice"
DEFINITION = """
	number int primary key, name varchar(30), customer varchar(30), key_account varchar(30), posting_date date,
	due_date date, grand decimal(21,2), return_against varchar(30), settled varchar(30), settling_type varchar(20),
	settling varchar(30), paid_on date, paid decimal(21,2)
"""
# Step 0 is an account's oldest invoice, the last one its newest: that is half paid and leaves open what the account
# owes. In the middle some accounts have a credit note of a tenth; the payment of that number pays the rest of the
# invoice that it returns. The third newest is settled by a journal.
INVOICES = f"""
	select
		number, name, customer, key_account,
		%(today)s - interval age day,
		%(today)s - interval age day + interval 30 day,
		grand,
		if(is_return, returned, null),
		if(is_return, returned, name),
		if(is_journal, 'Journal Entry', 'Payment Entry'),
		concat(if(is_journal, 'ACC-JV-', 'ACC-PAY-'), lpad(number, 8, '0')),
		least(%(today)s - interval age day + interval 30 + delay day, %(today)s),
		case
			when is_newest then owed
			when is_return then usual + grand - round(usual / 2, 2)
			when is_returned then round(usual / 2, 2)
			else usual
		end
	from (
		select
			facts.*,
			step = each_has - 3 is_journal,
			if(is_newest and in_arrears, 60 + n %% 15, usual_age) age,
			case when is_newest then 2 * owed when is_return then -round(usual / 10, 2) else usual end grand
		from (
			select
				seq number, concat('ACC-SINV-', lpad(seq, 8, '0')) name,
				concat('ACC-SINV-', lpad(seq - %(accounts)s, 8, '0')) returned,
				step, each_has, n, customer, key_account, owed, in_arrears,
				step = each_has - 1 is_newest,
				step = each_has div 2 and n %% 5 = 0 is_return,
				step = each_has div 2 - 1 and n %% 5 = 0 is_returned,
				round(ordered * 1.13 * days / 365 / each_has, 2) usual,
				{tables.AGE} usual_age,
				(n + step) %% 4 * 7 - 10 delay
			from ({tables.NUMBERED}) numbered
		) facts
	) amounts
"""
IS_NEWEST = "number >= %(invoices)s - %(accounts)s"
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
	"update_outstanding_for_self": "return_against is null",
	"currency": "%(currency)s",
	"conversion_rate": "1",
	"base_net_total": "round(grand / 1.13, 2)",
	"net_total": "round(grand / 1.13, 2)",
	"base_grand_total": "grand",
	"grand_total": "grand",
	"outstanding_amount": f"if({IS_NEWEST}, grand - paid, 0)",
	"debit_to": "%(receivable)s",
	"party_account_currency": "%(currency)s",
	"status": f"case when {IS_NEWEST} then 'Partly Paid' when return_against is null then 'Paid' else 'Return' end",
	"kam_key_account": "key_account",
}
SALES_INVOICE_ITEM = {
	"name": "concat('si', lpad(number, 8, '0'))",
	"docstatus": "1",
	"idx": "1",
	"parent": "name",
	"parentfield": "'items'",
	"parenttype": "'Sales Invoice'",
	"item_code": "concat('ITEM-', lpad(number %% %(items)s, 4, '0'))",
	"item_name": "concat('ITEM-', lpad(number %% %(items)s, 4, '0'))",
	"qty": "round(grand / 113, 3)",
	"stock_qty": "round(grand / 113, 3)",
	"uom": "'Nos'",
	"stock_uom": "'Nos'",
	"conversion_factor": "1",
	"rate": "100",
	"base_rate": "100",
	"amount": "round(grand / 1.13, 2)",
	"base_amount": "round(grand / 1.13, 2)",
	"net_amount": "round(grand / 1.13, 2)",
	"base_net_amount": "round(grand / 1.13, 2)",
	"incoming_rate": "70 + number %% 20",
}
FIRST_HALF = "round(grand / 2, 2)"
TERM_AMOUNT = (
	f"case when number %% 4 > 0 then grand when side = 0 then {FIRST_HALF} else grand - {FIRST_HALF} end"
)
# Every fourth invoice has two terms of half each, the others one.
PAYMENT_SCHEDULE = {
	"name": "concat('ps', lpad(number, 8, '0'), side)",
	"docstatus": "1",
	"idx": "side + 1",
	"parent": "name",
	"parentfield": "'payment_schedule'",
	"parenttype": "'Sales Invoice'",
	"due_date": "due_date - interval if(number %% 4 = 0 and side = 0, 15, 0) day",
	"invoice_portion": "if(number %% 4 = 0, 50, 100)",
	"payment_amount": TERM_AMOUNT,
	"base_payment_amount": TERM_AMOUNT,
}
# Side 0 is what the invoice owes, side 1 what settled it.
PAYMENT_LEDGER_ENTRY = {
	"name": "concat('pl', lpad(2 * number + side, 9, '0'))",
	"docstatus": "1",
	"posting_date": "if(side = 0, posting_date, paid_on)",
	"due_date": "if(side = 0, due_date, null)",
	"company": "%(company)s",
	"account_type": "'Receivable'",
	"account": "%(receivable)s",
	"account_currency": "%(currency)s",
	"party_type": "'Customer'",
	"party": "customer",
	"voucher_type": "if(side = 0, 'Sales Invoice', settling_type)",
	"voucher_no": "if(side = 0, name, settling)",
	"against_voucher_type": "'Sales Invoice'",
	"against_voucher_no": "if(side = 0, ifnull(return_against, name), settled)",
	"amount": "if(side = 0, grand, -paid)",
	"amount_in_account_currency": "if(side = 0, grand, -paid)",
}
PAYMENT_ENTRY = {
	"name": "settling",
	"docstatus": "1",
	"payment_type": "'Receive'",
	"posting_date": "paid_on",
	"reference_date": "paid_on",
	"company": "%(company)s",
	"party_type": "'Customer'",
	"party": "customer",
	"party_name": "customer",
	"paid_from": "%(receivable)s",
	"paid_to": "%(bank)s",
	"paid_amount": "paid",
	"base_paid_amount": "paid",
	"received_amount": "paid",
	"base_received_amount": "paid",
	"total_allocated_amount": "paid",
	"base_total_allocated_amount": "paid",
	"status": "'Submitted'",
}
JOURNAL_ENTRY = {
	"name": "settling",
	"docstatus": "1",
	"voucher_type": "'Bank Entry'",
	"posting_date": "paid_on",
	"company": "%(company)s",
	"total_debit": "paid",
	"total_credit": "paid",
}
# The general ledger holds the journals' rows only: side 0 the bank's debit, side 1 the customer's credit.
GL_ENTRY = {
	"name": "concat('gl', lpad(2 * number + side, 9, '0'))",
	"docstatus": "1",
	"posting_date": "paid_on",
	"company": "%(company)s",
	"account": "if(side = 0, %(bank)s, %(receivable)s)",
	"party_type": "if(side = 0, null, 'Customer')",
	"party": "if(side = 0, null, customer)",
	"voucher_type": "'Journal Entry'",
	"voucher_no": "settling",
	"against_voucher_type": "if(side = 0, null, 'Sales Invoice')",
	"against_voucher": "if(side = 0, null, settled)",
	"debit": "if(side = 0, paid, 0)",
	"credit": "if(side = 0, 0, paid)",
	"is_opening": "'No'",
}
BOTH_SIDES = f"`tab{HELPER}` join (select seq side from seq_0_to_1) sides"
SOURCES = (
	("Sales Invoice", SALES_INVOICE, f"`tab{HELPER}`"),
	("Sales Invoice Item", SALES_INVOICE_ITEM, f"`tab{HELPER}`"),
	("Payment Schedule", PAYMENT_SCHEDULE, f"{BOTH_SIDES} where side = 0 or number %% 4 = 0"),
	("Payment Ledger Entry", PAYMENT_LEDGER_ENTRY, BOTH_SIDES),
	("Payment Entry", PAYMENT_ENTRY, f"`tab{HELPER}` where settling_type = 'Payment Entry'"),
	("Journal Entry", JOURNAL_ENTRY, f"`tab{HELPER}` where settling_type = 'Journal Entry'"),
	("GL Entry", GL_ENTRY, f"{BOTH_SIDES} where settling_type = 'Journal Entry'"),
)


def load_invoices(values: Mapping) -> None:
	"""Replace all invoices, settlements and ledger rows of the site by those of the book."""
	tables.make_helper(HELPER, DEFINITION)
	tables.insert(HELPER, INVOICES.format(last=values["invoices"] - 1), values)
	tables.refill(SOURCES, values)
