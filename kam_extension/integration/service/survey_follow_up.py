"""A low answer is told to the account manager and followed up as KAM Settings say (R52)."""

import frappe
from frappe import _
from frappe.desk.form import assign_to
from frappe.translate import print_language
from frappe.utils import escape_html

from kam_extension.integration.attempts import attempt
from kam_extension.integration.notices import notify
from kam_extension.integration.service.survey_recipients import SURVEY
from kam_extension.policy.codes import FollowUp, IssueKind, SurveyStatus

SYSTEM = "Administrator"


def follow_up_soon(survey: str) -> None:
	"""Follow up when the answer is stored, in a job. A job that is lost is made up for at night."""
	frappe.enqueue(
		"kam_extension.integration.service.survey_follow_up.follow_up_as_system",
		survey=survey,
		enqueue_after_commit=True,
	)


def follow_up_as_system(survey: str) -> None:
	"""The job was enqueued by a guest, who may see nothing of what follows."""
	frappe.set_user(SYSTEM)
	follow_up(survey)


def follow_up_all() -> None:
	"""Low answers that nobody was told of yet, each in a transaction of its own."""
	waiting = {"status": SurveyStatus.ANSWERED.value, "is_low": 1, "is_followed_up": 0}
	for name in frappe.get_all(SURVEY, waiting, pluck="name", order_by="name"):
		attempt(lambda name=name: follow_up(name), _("{0} could not be followed up").format(name))
		frappe.db.commit()


def follow_up(name: str) -> None:
	"""Tell the account manager of a low answer once, and make the ToDo or Issue that KAM Settings ask for."""
	survey = frappe.get_doc(SURVEY, name, for_update=True)
	if not survey.is_low or survey.is_followed_up:
		return
	survey.db_set("is_followed_up", 1, update_modified=False)
	manager = frappe.db.get_value("Key Account", survey.key_account, "account_manager")
	language = frappe.db.get_value("User", manager, "language") or frappe.local.lang
	with print_language(language):
		text = _("{0} is dissatisfied: {1} of 5 stars, recommendation {2} of 10.").format(
			escape_html(survey.customer_name or survey.customer), survey.overall, survey.nps
		)
		notify([manager], survey, text, survey.comment or "")
		_start(survey, manager, text)


def _start(survey, manager: str, text: str) -> None:
	wanted = frappe.get_cached_doc("KAM Settings").survey_follow_up
	if wanted == FollowUp.ISSUE:
		_make_issue(survey, manager, text)
	elif wanted == FollowUp.TODO and frappe.db.get_value("User", manager, "enabled"):
		_make_todo(survey, manager, text)


def _make_todo(survey, manager: str, text: str) -> None:
	values = {"assign_to": [manager], "doctype": SURVEY, "name": survey.name, "description": text}
	# The schedule acts for the system.
	assign_to.add(values | {"priority": "High"}, ignore_permissions=True)


def _make_issue(survey, manager: str, text: str) -> None:
	issue = frappe.get_doc(
		{
			"doctype": "Issue",
			"subject": _("Low answer in satisfaction survey {0}").format(survey.name),
			"customer": survey.customer,
			"contact": survey.contact,
			"raised_by": survey.recipient,
			"description": f"{text}<br>{escape_html(survey.comment or '')}",
			"kam_kind": IssueKind.COMPLAINT.value,
			"kam_responsible": manager,
		}
	)
	# The schedule acts for the system.
	issue.insert(ignore_permissions=True)
