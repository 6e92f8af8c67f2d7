"""General prices of a price list over time, as a query that order rows can be joined with (R14).

Prices of an item and unit may overlap: then the one that started last holds. So the days on which any of them starts
or ends cut the calendar into periods, and in each period one price holds or none.
"""

from datetime import date

import frappe
from frappe.query_builder import DocType, Interval
from frappe.query_builder.functions import Coalesce
from pypika.analytics import Lead, RowNumber

BEGINNING_OF_TIME, END_OF_TIME = "1000-01-01", "9999-12-31"


def price_periods(price_list: str, since: date, item_codes=None):
	"""Query of item_code, uom ('' for any), starts_on, ends_before and price in the list's currency.

	General prices only (no customer, no batch) that hold on `since` or later, of all items or those of the query
	`item_codes`. Periods of an item and unit don't overlap;
	where no price holds in between, `price` is null.
	"""
	prices, starts, ends = (_general_prices(price_list, since, item_codes) for _ in range(3))
	deciding = _deciding_prices(prices, _turning_days(starts, ends))
	following = Lead(deciding.day).over(deciding.item_code, deciding.uom).orderby(deciding.day)
	return (
		frappe.qb.from_(deciding)
		.select(
			deciding.item_code,
			deciding.uom,
			deciding.day.as_("starts_on"),
			Coalesce(following, END_OF_TIME).as_("ends_before"),
			deciding.price,
		)
		.where(deciding.place == 1)
	)


def _deciding_prices(price, turning):
	"""For each turning day the prices that hold from it on, the deciding one in place 1."""
	place = (
		RowNumber()
		.over(turning.item_code, turning.uom, turning.day)
		.orderby(price.starts_on, price.creation, price.name, order=frappe.qb.desc)
	)
	return (
		frappe.qb.from_(turning)
		.left_join(price)
		.on(
			(price.item_code == turning.item_code)
			& (price.uom == turning.uom)
			& (price.starts_on <= turning.day)
			& (price.ends_before > turning.day)
		)
		.select(turning.item_code, turning.uom, turning.day, price.price, place.as_("place"))
	)


def _turning_days(starts, ends):
	return frappe.qb.from_(starts).select(starts.item_code, starts.uom, starts.starts_on.as_("day")) + (
		frappe.qb.from_(ends).select(ends.item_code, ends.uom, ends.ends_before)
	)


def _general_prices(price_list: str, since: date, item_codes):
	price = DocType("Item Price")
	query = (
		frappe.qb.from_(price)
		.select(
			price.name,
			price.creation,
			price.item_code,
			Coalesce(price.uom, "").as_("uom"),
			Coalesce(price.valid_from, BEGINNING_OF_TIME).as_("starts_on"),
			Coalesce(price.valid_upto + Interval(days=1), END_OF_TIME).as_("ends_before"),
			price.price_list_rate.as_("price"),
		)
		.where(price.price_list == price_list)
		.where(Coalesce(price.customer, "") == "")
		.where(Coalesce(price.batch_no, "") == "")
		.where(price.valid_upto.isnull() | (price.valid_upto >= since))
	)
	return query.where(price.item_code.isin(item_codes)) if item_codes else query
