"""HTML from escaped parts. Text becomes HTML only through `text`."""

from collections.abc import Iterable, Sequence
from html import escape


class Html(str):
	"""A string that is HTML already."""


def text(value: object) -> Html:
	"""`value` escaped, unless it is HTML already."""
	return value if isinstance(value, Html) else Html(escape(str(value)))


def tag(name: str, *children: object, **attributes: object) -> Html:
	"""An element; `_` in attribute names becomes `-`, a trailing one is dropped (`class_`)."""
	rendered = "".join(
		f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
		for key, value in attributes.items()
		if value is not None
	)
	return Html(f"<{name}{rendered}>{''.join(text(child) for child in children)}</{name}>")


def join(parts: Iterable[object]) -> Html:
	return Html("".join(text(part) for part in parts))


def table(header: Sequence[str], rows: Iterable[Sequence[object]], numeric: Iterable[int] = ()) -> Html:
	"""A table; columns counted from 0 in `numeric` are right-aligned."""
	numeric = set(numeric)

	def cells(name: str, row: Sequence[object]) -> Html:
		return join(
			tag(name, value, class_="number" if index in numeric else None) for index, value in enumerate(row)
		)

	head = tag("thead", tag("tr", cells("th", header)))
	body = tag("tbody", *(tag("tr", cells("td", row)) for row in rows))
	return tag("div", tag("table", head, body), class_="table")


def section(title: str, *children: object, note: str | None = None, css: str | None = None) -> Html:
	lead = tag("p", note, class_="note") if note else Html("")
	return tag("section", tag("h2", title), lead, *children, class_=css)
