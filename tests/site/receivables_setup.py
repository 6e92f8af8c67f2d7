"""What the tests of the receivables report share: invoices, and the rows of a customer."""

from frappe.utils import add_days, nowdate

from kam_extension.kam_extension.report.key_account_receivables.key_account_receivables import execute
from tests.site.factories import company, make_sales_invoice


def by_account(customer: str, **filters) -> dict:
	rows = execute({"company": company(), "group_by_account": 1, **filters})[1]
	return next(row for row in rows if row["party"] == customer)


def by_voucher(customer: str, **filters) -> list[dict]:
	return [row for row in execute({"company": company(), **filters})[1] if row["party"] == customer]


def sell(account, item, amount, days_ago=0, **fields):
	fields = {"posting_date": add_days(nowdate(), -days_ago), "due_date": nowdate(), **fields}
	return make_sales_invoice(account.customer, [(item, 1, amount)], submit=True, **fields)


def halves(*due_in: int) -> list[dict]:
	return [{"due_date": add_days(nowdate(), days), "invoice_portion": 50} for days in due_in]
