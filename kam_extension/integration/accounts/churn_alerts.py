"""Alerts of the churn watch: to the account's manager only, in the manager's language (R56)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.utils import escape_html

from kam_extension.integration.accounts.churn import Finding

MOST_SINGLE_ALERTS = 3


@dataclass(frozen=True)
class News:
	"""A finding that people have to hear of, and the Risk Report that tells of it."""

	finding: Finding
	risk_report: str | None


def tell_manager(manager: str, news: Sequence[News]) -> None:
	"""One alert for each finding; one for all of them when they are many. A disabled user is not told."""
	user = frappe.db.get_value("User", manager, ("enabled", "language"), as_dict=True)
	if not user or not user.enabled or not is_notifications_enabled(manager):
		return
	language = user.language or frappe.local.lang
	if len(news) > MOST_SINGLE_ALERTS:
		_alert(manager, _subject_of_many(news, language), link=_list_of(manager))
		return
	for entry in news:
		_alert(manager, _subject(entry.finding, language), risk_report=entry.risk_report)


def _subject(finding: Finding, language: str) -> str:
	customer = f"<b>{escape_html(finding.account.customer_name or finding.account.customer)}</b>"
	parts = [*_silence(finding, language), *_drop(finding, language)]
	return " ".join([f"{customer}:", *parts])


def _silence(finding: Finding, language: str) -> Iterable[str]:
	if finding.rhythm and finding.rhythm.level:
		yield _("No order for {0} days, usually there are {1} between two orders.", lang=language).format(
			finding.rhythm.counted_days, f"{finding.rhythm.usual_gap_days:g}"
		)


def _drop(finding: Finding, language: str) -> Iterable[str]:
	if finding.drop_level:
		yield _("Ordered {0} % less than in the same months of last year.", lang=language).format(
			f"{-finding.drop.percent:.1f}"
		)


def _subject_of_many(news: Sequence[News], language: str) -> str:
	names = [escape_html(entry.finding.account.customer_name) for entry in news[:MOST_SINGLE_ALERTS]]
	text = _("{0} accounts order less than usual: {1} and {2} more.", lang=language)
	return text.format(len(news), ", ".join(names), len(news) - len(names))


def _list_of(manager: str) -> str:
	return f"/app/kam-churn-warning?account_manager={quote(manager)}"


def _alert(manager: str, subject: str, risk_report: str | None = None, link: str | None = None) -> None:
	document_type = "Risk Report" if risk_report else "KAM Churn Warning"
	values = {
		"doctype": "Notification Log",
		"type": "Alert",
		"for_user": manager,
		"subject": subject,
		"document_type": document_type,
		"document_name": risk_report,
		"link": link,
	}
	# The scheduler tells people of their own accounts; a Notification Log is read by its user only.
	frappe.get_doc(values).insert(ignore_permissions=True)
