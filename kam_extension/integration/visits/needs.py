"""Needs of a customer in a visit: completed with owner and due date, checked against their status (R47)."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import getdate

from kam_extension.integration.visits.settings import visit_settings
from kam_extension.policy.codes import NeedStatus
from kam_extension.policy.needs import missing_fields


def check_needs(visit) -> None:
	"""Validate of Visit Log. Each need has an owner and a due date; raises for what its status asks for."""
	for row in visit.needs:
		_complete(visit, row)
		missing = list(missing_fields(row.as_dict()))
		if missing:
			labels = ", ".join(_(row.meta.get_label(field)) for field in missing)
			frappe.throw(
				_("Needs, row {0}: status {1} asks for {2}. Fill in or choose an earlier status.").format(
					row.idx, _(row.status), frappe.bold(labels)
				),
				frappe.MandatoryError,
				title=_("Needs"),
			)


def _complete(visit, row) -> None:
	row.responsible = row.responsible or visit.visited_by
	if not row.due_date:
		row.due_date = getdate(visit.visit_date) + timedelta(days=visit_settings().need_answer_days)
	is_closed = row.status == NeedStatus.CLOSED
	row.closed_on = (row.closed_on or getdate()) if is_closed else None
