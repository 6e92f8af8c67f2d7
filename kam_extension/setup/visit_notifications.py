"""Reminders of visits and account reports: Frappe's Notifications, seeded once (R2, R46, R50)."""

from collections.abc import Iterable

from kam_extension.policy.codes import CareStatus, ReportStage, VisitStatus
from kam_extension.setup.notifications import Reminder, create_missing
from kam_extension.setup.roles import KAM_EXECUTIVE, KAM_MANAGER

REPORT = "Key Account Report"
REMIND_OF_VISIT = 2
REMIND_OF_REPORT = 2
REMIND_OF_CARE = 1
BEFORE, AFTER = "Days Before", "Days After"

# Stages in which a report is still with somebody → the day that counts, and who is reminded of it.
_DEADLINES = (
	("due_supervisor", (ReportStage.DRAFT,), "account_manager"),
	("due_manager", (ReportStage.DRAFT, ReportStage.WITH_SUPERVISOR), "account_manager"),
	("due_deputy", (ReportStage.WITH_MANAGER,), KAM_MANAGER),
	("due_deputy", (ReportStage.WITH_DEPUTY,), KAM_EXECUTIVE),
)


def visit_reminders() -> Iterable[Reminder]:
	"""All that are seeded about visits, care and account reports."""
	yield Reminder(
		f"KAM Visit in {REMIND_OF_VISIT} Days",
		"Visit Log",
		"visit_soon",
		f"doc.status == {str(VisitStatus.PLANNED)!r}",
		(("visited_by", ""),),
		BEFORE,
		"visit_date",
		REMIND_OF_VISIT,
		"{{ doc.customer_name | e }}, {{ (doc.purpose or '') | e }}",
	)
	yield Reminder(
		"KAM Customer Care Is Due",
		"Key Account Care",
		"care_due",
		f"doc.status == {str(CareStatus.PLANNED)!r}",
		(("responsible", ""),),
		BEFORE,
		"care_date",
		REMIND_OF_CARE,
		"{{ doc.customer_name | e }}",
	)
	for field, stages, recipient in _DEADLINES:
		where = f"doc.status in {tuple(str(stage) for stage in stages)!r}"
		for event, days in ((BEFORE, REMIND_OF_REPORT), (AFTER, 1)):
			yield Reminder(
				f"KAM Account Report {stages[-1]} {event} {days}",
				REPORT,
				"report_due" if event == BEFORE else "report_late",
				where,
				((recipient, ""),),
				event,
				field,
				days,
			)


def seed_visit_notifications() -> None:
	"""Create those that are not there yet; an administrator may change or switch them off."""
	create_missing(visit_reminders())
