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


def check_overlap(policy) -> None:
	"""Refuse validity days that another submitted policy of the same company has; the superseded one gives way."""
	table = DocType("KAM Policy")
	others = (
		frappe.qb.from_(table)
		.select(table.name, table.valid_from, table.valid_to)
		.where(
			(table.docstatus == 1)
			& (IfNull(table.company, "") == (policy.company or ""))
			& table.name.notin([policy.name or "", policy.supersedes or ""])
			& (table.valid_from <= (policy.valid_to or END_OF_TIME))
			& (IfNull(table.valid_to, END_OF_TIME) >= policy.valid_from)
		)
		.limit(1)
		.run(as_dict=True)
	)
	for other in others:
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
	"""Give the superseded policy its former end back when its successor is cancelled unused."""
	if not policy.supersedes:
		return
	predecessor = frappe.get_doc("KAM Policy", policy.supersedes, for_update=True)
	former_end = policy.superseded_valid_to
	_set_end(
		predecessor,
		former_end,
		_("{0} was cancelled: valid to {1} again.").format(
			policy.name, formatdate(former_end) if former_end else _("open end")
		),
	)


def _set_end(policy, valid_to, comment: str) -> None:
	policy.db_set("valid_to", valid_to)
	policy.add_comment("Info", comment)


def _refuse_if(condition: bool, message: str) -> None:
	if condition:
		frappe.throw(_("Supersedes: {0}").format(message), title=_("Policy Can't Be Superseded"))
