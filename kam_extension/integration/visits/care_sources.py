"""Occasions to show an account attention that come near: one query a kind, for all accounts (R49).

Only active and watched accounts are cared for. Each occasion has a key, so that it is planned once a year.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import frappe
from frappe.query_builder import DocType
from frappe.query_builder.functions import DateFormat, Min

from kam_extension.integration.visits.settings import VisitSettings
from kam_extension.policy.care import coming_days, years_between
from kam_extension.policy.codes import AccountStatus, CareType

CARED_FOR = (AccountStatus.ACTIVE, AccountStatus.WATCH)
MONTH_AND_DAY = "%m-%d"


@dataclass(frozen=True)
class Care:
	"""Something to do for an account on a day; `key` is the same for the same occasion."""

	key: str
	key_account: str
	care_type: CareType
	care_date: date
	person: str | None = None
	preferences: str | None = None
	occasion: str | None = None
	years: int = 0


def coming_care(today: date, settings: VisitSettings) -> Iterator[Care]:
	"""Everything from `today` on for the lead days of the settings."""
	days = coming_days(today, settings.care_lead_days)
	if settings.care_birthdays:
		yield from _birthdays(days)
	if settings.care_anniversaries:
		yield from _first_orders(days)
		yield from _agreements(days)
	yield from _occasions(today, today + timedelta(days=settings.care_lead_days))


def _birthdays(days: dict[str, date]) -> Iterator[Care]:
	account, person = DocType("Key Account"), DocType("Key Account Stakeholder")
	month_and_day = DateFormat(person.birthday, MONTH_AND_DAY)
	rows = (
		frappe.qb.from_(person)
		.join(account)
		.on((account.name == person.parent) & (person.parenttype == "Key Account"))
		.select(
			person.name, account.name, person.full_name, person.contact, person.preferences, month_and_day
		)
		.where(account.status.isin(CARED_FOR) & month_and_day.isin(list(days)))
	).run()
	for row, name, full_name, contact, preferences, when in rows:
		day = days[when]
		yield Care(
			f"birthday:{row}:{day.year}", name, CareType.BIRTHDAY, day, full_name or contact, preferences
		)


def _first_orders(days: dict[str, date]) -> Iterator[Care]:
	account, order = DocType("Key Account"), DocType("Sales Order")
	first = Min(order.transaction_date)
	rows = (
		frappe.qb.from_(order)
		.join(account)
		.on((account.customer == order.customer) & (account.company == order.company))
		.select(account.name, first)
		.where((order.docstatus == 1) & account.status.isin(CARED_FOR))
		.groupby(account.name)
		.having(DateFormat(first, MONTH_AND_DAY).isin(list(days)))
	).run()
	yield from _anniversaries("order", rows, days)


def _agreements(days: dict[str, date]) -> Iterator[Care]:
	account, agreement = DocType("Key Account"), DocType("Key Account Agreement")
	began = agreement.valid_from
	rows = (
		frappe.qb.from_(agreement)
		.join(account)
		.on(account.name == agreement.key_account)
		.select(account.name, began)
		.where((agreement.docstatus == 1) & (agreement.status != "Terminated"))
		.where(account.status.isin(CARED_FOR) & DateFormat(began, MONTH_AND_DAY).isin(list(days)))
	).run()
	yield from _anniversaries("agreement", rows, days)


def _anniversaries(kind: str, rows, days: dict[str, date]) -> Iterator[Care]:
	for name, first in rows:
		day = days[first.strftime(MONTH_AND_DAY)]
		years = years_between(first, day)
		if years > 0:
			key = f"{kind}:{name}:{first}:{day.year}"
			yield Care(key, name, CareType.ANNIVERSARY, day, years=years)


def _occasions(first: date, last: date) -> Iterator[Care]:
	account, occasion, when = DocType("Key Account"), DocType("Care Occasion"), DocType("Care Occasion Date")
	rows = (
		frappe.qb.from_(when)
		.join(occasion)
		.on(occasion.name == when.parent)
		.join(account)
		.on(
			(occasion.account_class.isnull() | occasion.account_class.isin(("", account.account_class)))
			& (occasion.tier.isnull() | occasion.tier.isin(("", account.tier)))
		)
		.select(occasion.name, occasion.occasion_type, when.occasion_date, account.name)
		.where((occasion.enabled == 1) & when.occasion_date[first:last])
		.where(account.status.isin(CARED_FOR))
	).run()
	for title, kind, day, name in rows:
		yield Care(f"occasion:{title}:{name}:{day}", name, CareType(kind), day, occasion=title)
