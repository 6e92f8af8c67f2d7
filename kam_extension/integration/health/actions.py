"""What starts when an account's health falls below a threshold: once for each fall (R77)."""

from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import quote

import frappe
from frappe import _
from frappe.desk.doctype.notification_settings.notification_settings import is_notifications_enabled
from frappe.utils import add_days, cint, escape_html

from kam_extension.integration.attempts import attempt
from kam_extension.integration.health.store import record_name
from kam_extension.integration.risk.draft_rows import add_findings
from kam_extension.policy.codes import HealthAction, HealthBand, IndicatorSource, RiskIndicator, RiskLevel
from kam_extension.policy.health import HealthTerms

MOST_SINGLE_ALERTS = 3
LOW_BANDS = quote('["in","Fair,Poor"]')
VISIT, REPORT, ACCOUNT = "Visit Log", "Risk Report", "Key Account"


def act_on_falls(fallen: Sequence, terms: HealthTerms) -> None:
	"""Draft what the settings ask for and tell each account's manager; one failing account stops no other."""
	news = defaultdict(list)
	for scored in fallen:
		action = terms.action_of(scored.band)
		if action != HealthAction.NONE:
			news[scored.account.account_manager].append((scored, *_draft_safely(scored, action)))
	for manager, entries in news.items():
		attempt(
			lambda manager=manager, entries=entries: _tell(manager, entries),
			_("{0} could not be told of account health").format(manager),
		)


def _draft_safely(scored, action: HealthAction) -> tuple[str, str]:
	"""As `_draft`; where that fails, the alert leads to the account itself."""
	found = [(ACCOUNT, scored.account.name)]
	attempt(
		lambda: found.append(_draft(scored, action)),
		_("Action on the health of {0} failed").format(scored.account.name),
	)
	return found[-1]


def _draft(scored, action: HealthAction) -> tuple[str, str]:
	"""DocType and name of what the alert leads to; what is there already is used instead of a second one."""
	name = scored.account.name
	if action == HealthAction.VISIT:
		open_visit = frappe.db.exists(VISIT, {"key_account": name, "status": "Planned"})
		return VISIT, open_visit or _plan_visit(scored)
	if action == HealthAction.RISK_REPORT:
		return REPORT, _draft_report(scored)
	return ACCOUNT, name


def _plan_visit(scored) -> str:
	days = cint(frappe.get_cached_doc("KAM Settings").health_visit_days)
	visit = frappe.new_doc(VISIT)
	visit.update(
		{
			"key_account": scored.account.name,
			"visit_date": add_days(scored.as_of, days),
			"visit_type": "On-site",
			"status": "Planned",
			"visited_by": scored.account.account_manager,
			"purpose": _summary(scored),
		}
	)
	# The scheduler's own proposal; whoever is responsible changes or cancels it.
	visit.insert(ignore_permissions=True)
	return visit.name


def _draft_report(scored) -> str:
	"""One indicator in the account's open draft, or in an Early Warning of its own."""
	row = {
		"indicator": RiskIndicator.OTHER,
		"value": scored.health.score,
		"level": RiskLevel.HIGH if scored.band == HealthBand.POOR else RiskLevel.MEDIUM,
		"evidence": _summary(scored),
		"link": f"/app/key-account-health/{record_name(scored.account.name, scored.as_of)}",
	}
	name = scored.account.name
	return add_findings({name: [row]}, scored.as_of, IndicatorSource.HEALTH)[name]


def _summary(scored) -> str:
	weakest = sorted(scored.health.parts, key=lambda part: part.points)[:3]
	text = _("Account health fell to {0} ({1}). Weakest parts: {2}.")
	parts = ", ".join(
		f"{_(part.part, context='Key Account Health Part')} {part.points:f}" for part in weakest
	)
	return text.format(scored.health.score, _(scored.band, context="Key Account Health"), parts)


def _tell(manager: str, entries: Sequence[tuple]) -> None:
	"""One alert for each account; one for all of them when they are many. In the manager's own language."""
	user = frappe.db.get_value("User", manager, ("enabled", "language"), as_dict=True)
	if not user or not user.enabled or not is_notifications_enabled(manager):
		return
	language = user.language or frappe.local.lang
	if len(entries) > MOST_SINGLE_ALERTS:
		_alert(manager, _subject_of_many(entries, language), ACCOUNT, None, _list_of(manager))
		return
	for scored, doctype, name in entries:
		_alert(manager, _subject(scored, language), doctype, name)


def _subject(scored, language: str) -> str:
	customer = escape_html(scored.account.customer_name or scored.account.customer)
	weakest = min(scored.health.parts, key=lambda part: part.points)
	text = _("{0}: account health fell to {1} ({2}). Weakest part: {3}.", lang=language)
	return text.format(
		f"<b>{customer}</b>",
		scored.health.score,
		_(scored.band, lang=language, context="Key Account Health"),
		_(weakest.part, lang=language, context="Key Account Health Part"),
	)


def _subject_of_many(entries: Sequence[tuple], language: str) -> str:
	names = [escape_html(scored.account.customer_name) for scored, *_rest in entries[:MOST_SINGLE_ALERTS]]
	text = _("The health of {0} accounts fell: {1} and {2} more.", lang=language)
	return text.format(len(entries), ", ".join(names), len(entries) - len(names))


def _list_of(manager: str) -> str:
	return f"/app/key-account?account_manager={quote(manager)}&health_band={LOW_BANDS}"


def _alert(manager: str, subject: str, doctype: str, name: str | None, link: str | None = None) -> None:
	values = {
		"doctype": "Notification Log",
		"type": "Alert",
		"for_user": manager,
		"subject": subject,
		"document_type": doctype,
		"document_name": name,
		"link": link,
	}
	# The scheduler tells people of their own accounts; a Notification Log is read by its user only.
	frappe.get_doc(values).insert(ignore_permissions=True)
