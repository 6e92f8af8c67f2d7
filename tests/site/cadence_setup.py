"""Accounts, holidays and nights for the tests of visits."""

from datetime import date, timedelta

import frappe
from frappe.utils import getdate

from kam_extension.integration.visits import cadence
from tests.site.clock import on_day
from tests.site.factories import company, insert, make_key_account, unique

MONDAY = date(2031, 1, 6)


def make_visited(opened: date, **fields):
	"""A key account whose file was opened on a day."""
	with on_day(opened):
		return make_key_account(**fields)


def night(day: date) -> int:
	"""The nightly run of a day; how many records it wrote."""
	with on_day(day):
		return cadence.keep_cadence(day)


def nights(first: date, last: date) -> int:
	return sum(night(first + timedelta(days=step)) for step in range((last - first).days + 1))


def visits_of(account, **filters) -> list[frappe._dict]:
	return frappe.get_all(
		"Visit Log",
		filters={"key_account": account.name, **filters},
		fields=["*"],
		order_by="visit_date, creation",
	)


def hold(name: str, day: date) -> None:
	"""Complete a visit on a day, as its visitor would."""
	with on_day(day):
		visit = frappe.get_doc("Visit Log", name)
		visit.update({"status": "Completed", "visit_date": day, "discussion": "Prices of next year"})
		visit.save()


def open_todos(visit: str) -> list[frappe._dict]:
	filters = {"reference_type": "Visit Log", "reference_name": visit, "status": "Open"}
	return frappe.get_all("ToDo", filters, ["name", "allocated_to", "date", "description", "kam_source_row"])


def give_holidays(*days: date) -> str:
	"""A holiday list of the company with these days."""
	listed = insert(
		"Holiday List",
		holiday_list_name=unique("Holidays"),
		from_date=min(days),
		to_date=max(days),
		holidays=[{"holiday_date": day, "description": "Holiday"} for day in days],
	)
	frappe.db.set_value("Company", company(), "default_holiday_list", listed.name)
	frappe.clear_cache(doctype="Company")
	return listed.name


def due_of(account) -> date | None:
	due = frappe.db.get_value("Key Account", account.name, "next_visit_due")
	return getdate(due) if due else None
