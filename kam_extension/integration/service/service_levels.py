"""ERPNext's Service Level Agreements for issues of key accounts, one for each tier, made when asked for (R51)."""

import frappe
from frappe import _
from frappe.utils import flt

from kam_extension.setup.record import read_record, write_record

ISSUE = "Issue"
RECORD_KEY = "service_levels"
WORKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
DAY_START, DAY_END = "09:00:00", "18:00:00"
SECONDS_OF_AN_HOUR = 3600


@frappe.whitelist(methods=["POST"])
def create_service_levels() -> list[str]:
	"""Make an agreement for each KAM Tier that has none and let ERPNext track service levels; returns their names.

	An agreement applies to issues of key accounts of its tier only. Hours come from KAM Settings, the workdays 9 to 18
	and the holiday list are for the administrator to tune. Raises frappe.ValidationError without a Holiday List.
	"""
	settings = frappe.get_doc("KAM Settings")
	settings.check_permission("write")
	_check_hours(settings)
	holidays = _holiday_list()
	priorities = _priorities()
	record = read_record(RECORD_KEY, {"agreements": []})
	if not frappe.db.get_single_value("Support Settings", "track_service_level_agreement"):
		frappe.db.set_single_value("Support Settings", "track_service_level_agreement", 1)
		record["tracking"] = True
	made = []
	for place, tier in enumerate(frappe.get_all("KAM Tier", pluck="name", order_by="rank"), 1):
		condition = f"doc.kam_tier == {tier!r}"
		if not frappe.db.exists("Service Level Agreement", {"document_type": ISSUE, "condition": condition}):
			made.append(_make(tier, condition, place, settings, holidays, priorities))
	record["agreements"] = [*record["agreements"], *made]
	write_record(RECORD_KEY, record)
	return made


def remove_service_levels() -> None:
	"""Uninstall: take the agreements from their issues and delete them; tracking goes off if we switched it on."""
	record = read_record(RECORD_KEY, None)
	if not record:
		return
	names = record["agreements"]
	frappe.db.set_value(
		ISSUE,
		{"service_level_agreement": ("in", names)},
		{"service_level_agreement": None, "response_by": None, "sla_resolution_by": None},
		update_modified=False,
	)
	for name in names:
		frappe.delete_doc(
			"Service Level Agreement", name, force=True, ignore_missing=True, delete_permanently=True
		)
	if record.get("tracking") and not frappe.db.exists("Service Level Agreement", {"document_type": ISSUE}):
		frappe.db.set_single_value("Support Settings", "track_service_level_agreement", 0)


def _make(tier: str, condition: str, place: int, settings, holidays: str, priorities: list[str]) -> str:
	hours = {
		"response_time": flt(settings.response_hours) * place * SECONDS_OF_AN_HOUR,
		"resolution_time": flt(settings.resolution_hours) * place * SECONDS_OF_AN_HOUR,
	}
	default = "Medium" if "Medium" in priorities else priorities[0]
	agreement = frappe.get_doc(
		{
			"doctype": "Service Level Agreement",
			"document_type": ISSUE,
			"service_level": _("Key Account {0}").format(tier),
			"condition": condition,
			"enabled": 1,
			"apply_sla_for_resolution": 1,
			"holiday_list": holidays,
			"priorities": [
				{"priority": priority, "default_priority": priority == default, **hours}
				for priority in priorities
			],
			"support_and_resolution": [
				{"workday": day, "start_time": DAY_START, "end_time": DAY_END} for day in WORKDAYS
			],
			"sla_fulfilled_on": [{"status": "Resolved"}, {"status": "Closed"}],
			"pause_sla_on": [{"status": "Replied"}, {"status": "On Hold"}],
		}
	)
	# Who may change KAM Settings decides on the service levels of key accounts.
	return agreement.insert(ignore_permissions=True).name


def _check_hours(settings) -> None:
	if not 0 < flt(settings.response_hours) <= flt(settings.resolution_hours):
		frappe.throw(
			_("First Response Within (Hours) has to be more than 0 and at most Resolution Within (Hours)."),
			title=_("Service Levels"),
		)


def _holiday_list() -> str:
	companies = frappe.get_all("Company", pluck="default_holiday_list", order_by="creation")
	lists = [name for name in companies if name]
	lists = lists or frappe.get_all("Holiday List", pluck="name", order_by="creation desc", limit=1)
	if not lists:
		frappe.throw(
			_("There is no Holiday List. Make one first: service levels pause on its days."),
			title=_("Holiday List"),
		)
	return lists[0]


def _priorities() -> list[str]:
	names = frappe.get_all("Issue Priority", pluck="name", order_by="name")
	if not names:
		frappe.throw(_("There is no Issue Priority. Make at least one first."), title=_("Issue Priority"))
	return names
