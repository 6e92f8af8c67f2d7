"""The statement of account in the desk: look at it, take it as PDF, mail it to the billing contact (R35)."""

from datetime import date

import frappe
from frappe import _
from frappe.core.doctype.communication.email import make
from frappe.translate import print_language
from frappe.utils import fmt_money, formatdate, getdate, validate_email_address

from kam_extension.integration.accounts.readable_accounts import open_account
from kam_extension.integration.receivables.statement import Period, statement
from kam_extension.integration.receivables.statement_paper import (
	customer_language,
	file_name,
	statement_page,
	statement_pdf,
)


@frappe.whitelist()
def page(key_account: str, company: str, from_date: str, to_date: str) -> str:
	"""The statement as a page of HTML in the customer's language, to look at and to print."""
	account, start, end = _checked(key_account, company, from_date, to_date, "print")
	return statement_page(account, company, start, end)


@frappe.whitelist(methods=["GET"])
def download(key_account: str, company: str, from_date: str, to_date: str) -> None:
	"""The statement as PDF, shown in the browser."""
	account, start, end = _checked(key_account, company, from_date, to_date, "print")
	frappe.local.response.filename = file_name(account, end)
	frappe.local.response.filecontent = statement_pdf(account, company, start, end)
	frappe.local.response.type = "pdf"


@frappe.whitelist()
def draft_mail(key_account: str, company: str, from_date: str, to_date: str) -> dict[str, str]:
	"""`recipients`, `subject` and `message` of the mail, in the customer's language, for the sender to look over."""
	account, start, end = _checked(key_account, company, from_date, to_date, "email")
	return mail_of(account, company, start, end)


@frappe.whitelist(methods=["POST"])
def send(
	key_account: str,
	company: str,
	from_date: str,
	to_date: str,
	recipients: str,
	subject: str,
	message: str,
	cc: str = "",
) -> str:
	"""Queue the mail with the statement attached; returns the Communication, which stands on the Key Account.

	Raises frappe.ValidationError for a missing recipient, frappe.InvalidEmailAddressError for a wrong one.
	"""
	account, start, end = _checked(key_account, company, from_date, to_date, "email")
	mail = {"recipients": recipients, "cc": cc, "subject": subject, "message": message}
	return send_statement(account, company, start, end, mail)


def mail_of(account, company: str, start: date, end: date) -> dict[str, str]:
	"""The mail as it is proposed; recipients are empty where the customer has no address."""
	with print_language(customer_language(account.customer)):
		days = formatdate(start), formatdate(end)
		subject = _("Statement of account from {0} to {1}").format(*days)
		return {
			"recipients": ", ".join(billing_addresses(account.customer)),
			"subject": f"{company}: {subject}",
			"message": _message(account, company, start, end),
		}


def send_statement(account, company: str, start: date, end: date, mail: dict[str, str]) -> str:
	"""Queue `mail` with the statement attached. The caller has checked the reader, or sends for the system."""
	if not mail["recipients"].strip():
		frappe.throw(
			_("Recipients is empty: enter the address of who checks the statement at {0}.").format(
				account.customer_name or account.customer
			),
			title=_("Statement of Account"),
		)
	for field in ("recipients", "cc"):
		if mail.get(field):
			validate_email_address(mail[field], throw=True)
	pdf = statement_pdf(account, company, start, end)
	sent = make(
		doctype=account.doctype,
		name=account.name,
		recipients=mail["recipients"],
		cc=mail.get("cc") or None,
		subject=mail["subject"],
		content=mail["message"],
		attachments=[{"fname": file_name(account, end), "fcontent": pdf}],
		send_email=True,
	)
	return sent["name"]


def billing_addresses(customer: str) -> list[str]:
	"""Addresses of the customer's billing contacts, else of the primary contact, else the customer's own.

	Whoever may mail the statement may know where it goes, so contacts are read without their own permissions.
	"""
	contacts = frappe.get_all(
		"Contact",
		filters=[
			["Dynamic Link", "link_doctype", "=", "Customer"],
			["Dynamic Link", "link_name", "=", customer],
		],
		fields=["email_id", "is_billing_contact", "is_primary_contact"],
		order_by="`tabContact`.creation",
	)
	reachable = [contact for contact in contacts if contact.email_id]
	chosen = [one for one in reachable if one.is_billing_contact] or [
		one for one in reachable if one.is_primary_contact
	]
	own = frappe.db.get_value("Customer", customer, "email_id")
	addresses = [contact.email_id for contact in chosen] or ([own] if own else [])
	return list(dict.fromkeys(addresses))


def _message(account, company: str, start: date, end: date) -> str:
	name = frappe.utils.escape_html(account.customer_name or account.customer)
	lines = [
		_("To {0}").format(name),
		_("Please find attached our statement of your account from {0} to {1}.").format(
			formatdate(start), formatdate(end)
		),
	]
	for one in statement(Period(account.customer, company, start, end)):
		lines.append(_("Balance: {0}").format(fmt_money(one.closing, currency=one.currency)))
		if one.overdue > 0:
			lines.append(_("Of this overdue: {0}").format(fmt_money(one.overdue, currency=one.currency)))
	return "<br>".join(lines)


def _checked(key_account: str, company: str, from_date: str, to_date: str, right: str):
	account = open_account(key_account, right)
	if not frappe.db.exists("Company", company):
		frappe.throw(_("Company {0} does not exist. Choose another.").format(company), title=_("Company"))
	frappe.has_permission("Company", "read", company, throw=True)
	start, end = _date(from_date, _("From Date")), _date(to_date, _("To Date"))
	if start > end:
		frappe.throw(
			_("From Date {0} is after To Date {1}. Choose an earlier one.").format(
				formatdate(start), formatdate(end)
			),
			title=_("From Date"),
		)
	return account, start, end


def _date(value: str, label: str) -> date:
	try:
		day = getdate(value) if value else None
	except Exception:
		day = None
	if day is None:
		frappe.throw(_("{0} is no date: enter one.").format(label), title=label)
	return day
