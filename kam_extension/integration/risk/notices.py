"""Notices of risk: in the desk in the same transaction, and by mail; a failing mail server loses neither (R54, R71)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import frappe
from frappe import _
from frappe.utils import escape_html, formatdate, get_url, get_url_to_form

from kam_extension.integration.attempts import attempt
from kam_extension.integration.risk.responsible import everybody_concerned

REPORT = "Risk Report"
OPEN_REPORTS = "/app/risk-report?status=Open"
MOST_SINGLE_NOTICES = 3
Text = Callable[[str], str]


def tell_critical(report) -> None:
	"""Tell every unit dealing with the account, management and legal that it is suspended (R54)."""
	customer = escape_html(report.customer_name or report.customer)
	author = escape_html(frappe.utils.get_fullname(frappe.session.user))

	def text(language: str) -> str:
		message = _(
			"{0} is suspended because of a critical risk: no new orders and no deliveries.", lang=language
		)
		reported = _("Reported by {0}.", lang=language)
		return f"{message.format(f'<b>{customer}</b>')} {reported.format(author)}"

	tell(report, everybody_concerned(report.key_account), text, by_mail=True)


def tell_escalated(news: Mapping[str, Sequence]) -> None:
	"""Tell each user of the reports that have come up to him or her; one notice and one mail for many (R55)."""
	for user, reports in news.items():
		if len(reports) > MOST_SINGLE_NOTICES:
			_tell_of_many(user, reports)
			continue
		for report in reports:
			tell(report, [user], _came_up(report), by_mail=True)


def tell_reopened(news: Mapping[str, Sequence]) -> None:
	"""Tell each user of closed reports that are open again because indicators have become worse (R55)."""
	for user, reports in news.items():
		for report in reports:
			tell(report, [user], _open_again(report), by_mail=True)


def _came_up(report) -> Text:
	customer = escape_html(report.customer_name or report.customer)

	def text(language: str) -> str:
		message = _("Risk Report of {0}, level {1}, has come up to you. Close it by {2}.", lang=language)
		return message.format(
			f"<b>{customer}</b>", _(report.risk_level, lang=language), formatdate(report.escalation_due)
		)

	return text


def _open_again(report) -> Text:
	customer = escape_html(report.customer_name or report.customer)

	def text(language: str) -> str:
		message = _("Risk Report of {0} is open again: its indicators are worse.", lang=language)
		return message.format(f"<b>{customer}</b>")

	return text


def _tell_of_many(user: str, reports: Sequence) -> None:
	"""The list of open reports in place of the documents."""

	def text(language: str) -> str:
		names = [escape_html(report.customer_name or report.customer) for report in reports]
		shown = names[:MOST_SINGLE_NOTICES]
		message = _("{0} Risk Reports have come up to you: {1} and {2} more.", lang=language)
		return message.format(len(names), ", ".join(shown), len(names) - len(shown))

	tell(None, [user], text, by_mail=True)


def tell(report, users: Iterable[str], text: Text, by_mail: bool = False) -> None:
	"""A notification for each user in the user's language, and a queued mail. One that fails is logged, the rest go out.

	`report` None: about the list of open reports.
	"""
	for user in users:
		language = frappe.db.get_value("User", user, "language") or frappe.local.lang
		subject = text(language)
		title = _("{0} could not be told of a risk").format(user)
		attempt(partial(_notify, report, user, subject), title)
		if by_mail:
			attempt(partial(_mail, report, user, subject, language), title)


def _notify(report, user: str, subject: str) -> None:
	# The rules tell people of accounts that they deal with; a Notification Log is read by its user only.
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"type": "Alert",
			"for_user": user,
			"from_user": frappe.session.user,
			"subject": subject,
			"document_type": REPORT,
			"document_name": report.name if report else None,
			"link": None if report else OPEN_REPORTS,
		}
	).insert(ignore_permissions=True)


def _mail(report, user: str, subject: str, language: str) -> None:
	address = get_url_to_form(REPORT, report.name) if report else get_url(OPEN_REPORTS)
	title = f"{_('Risk Report', lang=language)} {report.name if report else ''}".strip()
	frappe.sendmail(
		recipients=[frappe.db.get_value("User", user, "email") or user],
		subject=frappe.utils.strip_html(subject),
		message=f'<p>{subject}</p><p><a href="{address}">{title}</a></p>',
		reference_doctype=REPORT,
		reference_name=report.name if report else None,
	)
