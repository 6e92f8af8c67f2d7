"""Statements by mail at the beginning of each month, for accounts that are marked for it (R35).

For one customer at a time; for whole groups of customers there is ERPNext's Process Statement Of Accounts.
"""

from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, get_first_day, getdate

from kam_extension.integration.attempts import attempt
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.receivables.statement import Period, statement
from kam_extension.integration.receivables.statement_desk import mail_of, send_statement
from kam_extension.policy.codes import AccountStatus


def nightly() -> None:
	"""Scheduled daily: send what is due, each in a transaction of its own. What fails is tried again the next day."""
	if not is_enabled():
		return
	end = last_month_end(getdate())
	for name in due_accounts(end):
		attempt(lambda name=name: send_to(name, end), _("Statement of {0} could not be sent").format(name))
		frappe.db.commit()


def last_month_end(today: date) -> date:
	return add_days(get_first_day(today), -1)


def due_accounts(end: date) -> list[str]:
	"""Accounts marked for it that have not had the statement of the month that ends with `end`."""
	return frappe.get_all(
		"Key Account",
		filters={"send_statement": 1, "status": ("!=", AccountStatus.TERMINATED.value)},
		or_filters=[["statement_sent_until", "is", "not set"], ["statement_sent_until", "<", end]],
		pluck="name",
	)


def send_to(key_account: str, end: date) -> str | None:
	"""Send the statement of the month that ends with `end`, by the home company; None where there is nothing to state."""
	account = frappe.get_doc("Key Account", key_account)
	start = get_first_day(end)
	has_something = bool(statement(Period(account.customer, account.company, start, end)))
	sent = None
	if has_something:
		sent = send_statement(
			account, account.company, start, end, mail_of(account, account.company, start, end)
		)
	account.db_set("statement_sent_until", end, update_modified=False)
	return sent
