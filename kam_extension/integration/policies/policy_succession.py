"""Which policy follows which: no overlap and no gap between policies of the same company (R13)."""

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.query_builder.functions import IfNull
from frappe.utils import add_days, formatdate, getdate

END_OF_TIME = "9999-12-31"


def check_successor(policy) -> None:
	"""The superseded policy has to be submitted, of the same company, older, and not superseded already."""
	if not policy.supersedes:
		return
	predecessor = frappe.get_doc("KAM Policy", policy.supersedes)
	_refuse_if(
		predecessor.docstatus != 1,
		_("{0} is not submitted. Only a submitted policy can be superseded.").format(predecessor.name),
	)
	_refuse_if(
		(predecessor.company or None) != (policy.company or None),
		_("{0} is for {1}. A policy supersedes one of the same company.").format(
			predecessor.name, predecessor.company or _("all companies")
		),
	)
	_refuse_if(
		getdate(predecessor.valid_from) >= getdate(policy.valid_from),
		_("{0} begins on {1}. A policy that supersedes it has to begin later.").format(
			predecessor.name, formatdate(predecessor.valid_from)
		),
	)
	other = frappe.db.get_value(
		"KAM Policy", {"supersedes": predecessor.name, "docstatus": 1, "name": ("!=", policy.name)}
	)
	_refuse_if(
		bool(other),
		_("{0} has been superseded by {1} already. Supersede that one.").format(predecessor.name, other),
	)
	_check_days_between(predecessor, policy)


def _check_days_between(predecessor, policy) -> None:
	"""A predecessor that ended earlier is prolonged up to its successor, unless another policy holds there."""
	if not predecessor.valid_to:
		return
	first, last = add_days(predecessor.valid_to, 1), add_days(policy.valid_from, -1)
	for other in _policies_between(policy.company, first, last, [policy.name, predecessor.name])[:1]:
		_refuse_if(
			True,
			_("{0} ended on {1}, and {2} is in force after it. Supersede that one.").format(
				predecessor.name, formatdate(predecessor.valid_to), other.name
			),
		)


def policy_to_supersede(company: str | None, valid_from) -> str | None:
	"""The submitted policy of exactly this company (none: for all) that a new one from `valid_from` has to replace."""
	day = getdate(valid_from)
	in_the_way = _policies_between(company, day, END_OF_TIME, [])
	earlier = [other.name for other in in_the_way if other.valid_from < day]
	return earlier[0] if earlier else None


def check_overlap(policy) -> None:
	"""Refuse validity days that another submitted policy of the same company has; the superseded one gives way."""
	own = [policy.name, policy.supersedes]
	others = _policies_between(policy.company, policy.valid_from, policy.valid_to or END_OF_TIME, own)
	for other in others[:1]:
		frappe.throw(
			_(
				"Valid From and Valid To overlap with {0} ({1} to {2}). Change the dates, or name it under Supersedes."
			).format(
				frappe.bold(other.name),
				formatdate(other.valid_from),
				formatdate(other.valid_to) if other.valid_to else _("open end"),
			),
			title=_("Policies Overlap"),
		)


def check_last_of_chain(policy) -> None:
	"""Only the last policy of a chain can be cancelled: the one before it would come back into a successor's days."""
	successor = frappe.db.get_value("KAM Policy", {"supersedes": policy.name, "docstatus": 1})
	if successor:
		frappe.throw(
			_("{0} is superseded by {1}. Cancel {1} first.").format(
				frappe.bold(policy.name), frappe.bold(successor)
			),
			title=_("Policy Can't Be Cancelled"),
		)


def close_predecessor(policy) -> None:
	"""End the superseded policy on the day before `policy` begins, and remember when it would have ended."""
	if not policy.supersedes:
		return
	predecessor = frappe.get_doc("KAM Policy", policy.supersedes, for_update=True)
	policy.db_set("superseded_valid_to", predecessor.valid_to, update_modified=False)
	last_day = add_days(getdate(policy.valid_from), -1)
	_set_end(
		predecessor, last_day, _("Superseded by {0}: valid to {1}.").format(policy.name, formatdate(last_day))
	)


def reopen_predecessor(policy) -> None:
	"""Give the superseded policy its former end back when its successor is cancelled unused.

	Where another policy has begun to hold within these days, it ends on the day before that one.
	"""
	if not policy.supersedes:
		return
	predecessor = frappe.get_doc("KAM Policy", policy.supersedes, for_update=True)
	end = _end_before_next(policy, policy.superseded_valid_to)
	_set_end(
		predecessor,
		end,
		_("{0} was cancelled: valid to {1} again.").format(
			policy.name, formatdate(end) if end else _("open end")
		),
	)


def _end_before_next(policy, former_end):
	own = [policy.name, policy.supersedes]
	later = _policies_between(policy.company, policy.valid_from, former_end or END_OF_TIME, own)
	return add_days(later[0].valid_from, -1) if later else former_end


def _policies_between(company: str | None, first, last, others_than: list[str | None]) -> list:
	"""Submitted policies of exactly this company (none: for all) with a day from `first` to `last`, earliest first."""
	table = DocType("KAM Policy")
	return (
		frappe.qb.from_(table)
		.select(table.name, table.valid_from, table.valid_to)
		.where(
			(table.docstatus == 1)
			& (IfNull(table.company, "") == (company or ""))
			& table.name.notin(["", *(name or "" for name in others_than)])
			& (table.valid_from <= last)
			& (IfNull(table.valid_to, END_OF_TIME) >= first)
		)
		.orderby(table.valid_from)
		.run(as_dict=True)
	)


def _set_end(policy, valid_to, comment: str) -> None:
	policy.db_set("valid_to", valid_to)
	policy.add_comment("Info", comment)


def _refuse_if(condition: bool, message: str) -> None:
	if condition:
		frappe.throw(_("Supersedes: {0}").format(message), title=_("Policy Can't Be Superseded"))
