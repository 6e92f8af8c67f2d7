"""Figures as people read them."""

from decimal import Decimal


def amount(value: Decimal) -> str:
	"""Money in company currency with two decimals."""
	return f"{value:,.2f}"


def whole(value: Decimal) -> str:
	"""Money without decimals, for summaries."""
	return f"{value:,.0f}"


def percent(value: Decimal | None) -> str:
	return "–" if value is None else f"{value:,.2f}"


def points(value: Decimal) -> str:
	return f"{value.normalize():f}"


def plain(value: Decimal | None) -> str:
	"""A metric: at most two decimals, none where there are none."""
	if value is None:
		return "–"
	return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,.2f}"
