"""What a Policy Replay is asked to do (R62)."""

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.policy.codes import ReplayStatus

ASKED = ("policy", "compared_with", "company", "from_date", "to_date", "account_class", "tier")
OPEN = (ReplayStatus.DRAFT, ReplayStatus.FAILED, ReplayStatus.CANCELLED)


def check(replay) -> None:
	"""Refuse periods that make no sense and policies of another company."""
	if getdate(replay.from_date) > getdate(replay.to_date):
		frappe.throw(
			_("From Date {0} is after To Date {1}. Choose an earlier From Date.").format(
				frappe.format(replay.from_date, "Date"), frappe.format(replay.to_date, "Date")
			),
			title=_("Wrong Date"),
		)
	for field in ("policy", "compared_with"):
		_check_company(replay, field)


def keep_run(replay) -> None:
	"""What is asked stays as it is once the run began; how it went is the server's alone."""
	before = replay.get_doc_before_save()
	as_it_went = before or frappe._dict(status=ReplayStatus.DRAFT)
	for field in replay.meta.fields:
		if field.read_only:
			replay.set(field.fieldname, as_it_went.get(field.fieldname))
	if before and before.status not in OPEN and _asked(replay) != _asked(before):
		frappe.throw(
			_("{0} is {1}: what it was asked stays as it is. Duplicate it to ask something else.").format(
				replay.name, _(before.status, context="Policy Replay")
			),
			title=_("Policy Replay"),
		)


def refuse_while_under_way(replay) -> None:
	if replay.status in (ReplayStatus.QUEUED, ReplayStatus.RUNNING):
		frappe.throw(_("{0} is under way. Cancel it first.").format(replay.name), title=_("Policy Replay"))


def _asked(replay) -> tuple:
	return (
		*(str(replay.get(field) or "") for field in ASKED),
		frozenset(row.key_account for row in replay.accounts),
	)


def _check_company(replay, field: str) -> None:
	policy = replay.get(field)
	company = policy and frappe.db.get_value("KAM Policy", policy, "company")
	if company and company != replay.company:
		frappe.throw(
			_("{0} {1} is a policy of {2}, not of {3}. Choose another policy or company.").format(
				_(replay.meta.get_label(field), context="Policy Replay"), policy, company, replay.company
			),
			title=_("Policy Replay"),
		)
