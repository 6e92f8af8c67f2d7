"""Every night: invitations run out, are reminded of once, and new ones go out where they are due (R52)."""

from collections.abc import Callable, Iterable
from datetime import date

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import Max
from frappe.utils import add_days, add_months, cint, getdate

from kam_extension.integration.attempts import attempt
from kam_extension.integration.policies.policies import is_enabled
from kam_extension.integration.service.survey_follow_up import follow_up_all
from kam_extension.integration.service.survey_recipients import SURVEY, contacts_to_ask
from kam_extension.integration.service.survey_sending import remind, send
from kam_extension.policy.codes import AccountStatus, SurveyStatus

NOT_ASKED = (SurveyStatus.DRAFT.value, SurveyStatus.REVOKED.value)
DELIVERIES = ("Delivery Note", "Sales Invoice")


def nightly() -> None:
	"""Scheduled daily; each mail in a transaction of its own. What fails is tried again the next night."""
	if not is_enabled():
		return
	today = getdate()
	expire(today)
	frappe.db.commit()
	failed = _("Survey for {0} could not be sent")
	_each(due_reminders(today), _remind, failed)
	_each(due_accounts(today), lambda name: invite(name, today), failed)
	follow_up_all()


def _each(names: Iterable[str], action: Callable[[str], None], failed: str) -> None:
	for name in names:
		attempt(lambda name=name: action(name), failed.format(name))
		frappe.db.commit()


def expire(today: date) -> None:
	"""Close what was not answered in time; writes nothing where there is nothing."""
	late = {"status": SurveyStatus.SENT.value, "expires_on": ("<", today)}
	if frappe.db.exists(SURVEY, late):
		void = {"status": SurveyStatus.EXPIRED.value, "token_hash": None, "reminder_hash": None}
		frappe.db.set_value(SURVEY, late, void)


def due_reminders(today: date) -> list[str]:
	"""Invitations that wait for an answer since the days of KAM Settings and were not reminded of."""
	days = cint(frappe.get_cached_doc("KAM Settings").survey_reminder_days)
	if not days:
		return []
	waiting = {
		"status": SurveyStatus.SENT.value,
		"reminded_on": ("is", "not set"),
		"sent_on": ("<", add_days(today, 1 - days)),
		"expires_on": (">=", today),
	}
	return frappe.get_all(SURVEY, waiting, pluck="name", order_by="name")


def _remind(name: str) -> None:
	survey = frappe.get_doc(SURVEY, name, for_update=True)
	if survey.status == SurveyStatus.SENT and not survey.reminded_on:
		remind(survey)


def due_accounts(today: date) -> list[str]:
	"""Active accounts with somebody to ask whose last survey is older than the interval of KAM Settings."""
	settings = frappe.get_cached_doc("KAM Settings")
	months = cint(settings.survey_interval_months)
	if not months:
		return []
	rows = _accounts_to_ask(getdate(add_months(today, -months)), bool(settings.survey_needs_delivery))
	contacts = contacts_to_ask([customer for _name, customer in rows])
	return [name for name, customer in rows if customer in contacts]


def _accounts_to_ask(since: date, needs_delivery: bool) -> list[tuple]:
	"""(name, customer) of active accounts without survey after `since`, set-based."""
	account, survey = DocType("Key Account"), DocType(SURVEY)
	last = (
		frappe.qb.from_(survey)
		.select(survey.key_account, Max(survey.creation).as_("day"))
		.where(survey.status.notin(NOT_ASKED))
		.groupby(survey.key_account)
	).as_("last")
	query = (
		frappe.qb.from_(account)
		.left_join(last)
		.on(last.key_account == account.name)
		.select(account.name, account.customer)
		.where(account.status.isin((AccountStatus.ACTIVE.value, AccountStatus.WATCH.value)))
		.where(last.day.isnull() | (last.day <= add_days(since, 1)))
		.orderby(account.name)
	)
	if needs_delivery:
		query = query.where(_has_delivery(account.customer, last.day))
	return list(query.run())


def _has_delivery(customer, day):
	"""Query criterion: something was delivered or invoiced since the day, or ever where there is none."""
	criterion = None
	for doctype in DELIVERIES:
		paper = DocType(doctype)
		customers = (
			frappe.qb.from_(paper)
			.select(paper.customer)
			.where((paper.docstatus == 1) & (paper.is_return == 0) & (paper.customer == customer))
			.where(day.isnull() | (paper.posting_date >= day))
		)
		found = customer.isin(customers)
		criterion = found if criterion is None else criterion | found
	return criterion


def invite(key_account: str, today: date) -> None:
	"""Make and send a survey, unless another run did meanwhile: they wait for each other at the account's row."""
	frappe.db.get_value("Key Account", key_account, "name", for_update=True)
	settings = frappe.get_cached_doc("KAM Settings")
	since = add_months(today, -cint(settings.survey_interval_months))
	asked = {
		"key_account": key_account,
		"creation": (">", add_days(since, 1)),
		"status": ("not in", NOT_ASKED),
	}
	if frappe.db.get_value(SURVEY, asked, "name", for_update=True):
		return
	survey = frappe.get_doc({"doctype": SURVEY, "key_account": key_account})
	survey.insert(ignore_permissions=True)
	survey.is_automatic = 1
	send(survey)
