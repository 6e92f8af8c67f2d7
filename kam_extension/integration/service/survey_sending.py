"""Invitations: sent, sent again, reminded of, revoked (R52)."""

import frappe
from frappe import _
from frappe.translate import print_language
from frappe.utils import add_days, cint, formatdate, getdate, now_datetime

from kam_extension.integration.service.survey_links import link, new_secret
from kam_extension.integration.service.survey_recipients import SURVEY, refuse_own_people, unsubscribed
from kam_extension.policy.codes import SurveyStatus

MAIL = "kam_extension/templates/satisfaction_survey_mail.html"


def send(survey) -> None:
	"""Mail a new link for the Satisfaction Survey document; the links before are void from now on.

	Raises frappe.ValidationError where there is nobody to ask, no question, or an answer already.
	"""
	_check_sendable(survey)
	secret, hashed = new_secret()
	today = getdate()
	valid_days = cint(frappe.get_cached_doc("KAM Settings").survey_valid_days) or 1
	_write(
		survey,
		status=SurveyStatus.SENT.value,
		token_hash=hashed,
		reminder_hash=None,
		sent_on=now_datetime(),
		sent_by=frappe.session.user,
		expires_on=add_days(today, valid_days),
		reminded_on=None,
	)
	_mail(survey, secret, is_reminder=False)


def remind(survey) -> None:
	"""Mail a second link, once; the first one stays valid too, until one of them is used."""
	secret, hashed = new_secret()
	_write(survey, reminder_hash=hashed, reminded_on=now_datetime())
	_mail(survey, secret, is_reminder=True)


def revoke(survey) -> None:
	"""Make the links void. Raises frappe.ValidationError for one that isn't out."""
	if survey.status != SurveyStatus.SENT:
		frappe.throw(
			_("{0} can't be revoked: it is not waiting for an answer.").format(frappe.bold(survey.name)),
			title=_("Satisfaction Survey"),
		)
	_write(survey, status=SurveyStatus.REVOKED.value, token_hash=None, reminder_hash=None)


def _check_sendable(survey) -> None:
	title = _("Satisfaction Survey")
	if survey.status == SurveyStatus.ANSWERED:
		frappe.throw(_("{0} is answered. Make a new one.").format(frappe.bold(survey.name)), title=title)
	if not survey.recipient:
		frappe.throw(
			_("E-mail Address is empty: enter one, or give the customer a contact with an address."),
			title=title,
		)
	refuse_own_people(survey)
	if unsubscribed([survey.recipient]):
		frappe.throw(
			_("E-mail Address: {0} does not want such mail any more. Ask somebody else.").format(
				survey.recipient
			),
			title=title,
		)
	if not survey.template:
		frappe.throw(
			_("Questions: there is no Satisfaction Survey Template in use. Make one first."), title=title
		)


def _write(survey, **values) -> None:
	survey.update(values)
	survey.flags.kam_system = True
	# The callers have checked the sender, or act for the schedule.
	survey.save(ignore_permissions=True)
	survey.flags.kam_system = False


def _mail(survey, secret: str, is_reminder: bool) -> None:
	account = frappe.db.get_value(
		"Key Account", survey.key_account, ["company", "account_manager"], as_dict=True
	)
	with print_language(survey.recipient_language):
		subject = _("{0}: how satisfied are you with us?").format(account.company)
		if is_reminder:
			subject = _("Reminder: {0}").format(subject)
		message = frappe.render_template(
			MAIL,
			{
				"survey": survey,
				"company": account.company,
				"link": link(secret),
				"valid_until": formatdate(survey.expires_on),
				"is_reminder": is_reminder,
			},
		)
		frappe.sendmail(
			recipients=[survey.recipient],
			subject=subject,
			message=message,
			reply_to=_address_of(account.account_manager),
			reference_doctype=SURVEY,
			reference_name=survey.name,
			unsubscribe_message=_("No more surveys"),
			expose_recipients="header",
		)


def _address_of(user: str | None) -> str | None:
	return frappe.db.get_value("User", user, "email") if user and user != "Administrator" else None
