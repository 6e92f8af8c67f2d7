"""Charts as inline SVG: stacked columns, plain columns, and required against kept."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kam_extension.replay.report.markup import Html, join, tag

WIDTH, HEIGHT = 900, 240
LEFT, RIGHT, TOP, BOTTOM = 64, 8, 12, 34
ROW = 30
NAMES, LONGEST_NAME = 390, 50


def stacked_columns(columns: Mapping[str, Mapping[str, int]], series: Sequence[tuple[str, str, str]]) -> Html:
	"""`columns` maps a label to counts by key; `series` is (key, CSS class, label), from the bottom up."""
	highest = max((sum(counts.values()) for counts in columns.values()), default=0)
	scale = _Scale(highest, len(columns))
	parts = [scale.grid(str)]
	for index, (label, counts) in enumerate(columns.items()):
		base = Decimal(0)
		for key, css, name in series:
			value = Decimal(counts.get(key, 0))
			if value:
				parts.append(scale.bar(index, base, value, css, f"{label}: {value} {name}"))
			base += value
		parts.append(scale.label(index, label))
	legend = join(tag("span", tag("i", class_=css), name, class_="legend") for _key, css, name in series)
	return join((_svg(HEIGHT, parts), tag("p", legend, class_="legends")))


def columns(values: Mapping[str, Decimal], css: str, show) -> Html:
	"""`show` renders a value for its tooltip and the axis."""
	scale = _Scale(max(values.values(), default=0), len(values))
	parts = [scale.grid(show)]
	for index, (label, value) in enumerate(values.items()):
		if value > 0:
			parts.append(scale.bar(index, Decimal(0), value, css, f"{label}: {show(value)}"))
		parts.append(scale.label(index, label))
	return _svg(HEIGHT, parts)


def required_against_kept(
	rows: Sequence[tuple[str, Decimal, Decimal]], labels: tuple[str, str], show
) -> Html:
	"""One line per (name, required, kept): a tick where it has to be, a dot where it is."""
	highest = max((max(required, kept) for _name, required, kept in rows), default=Decimal(0)) or Decimal(1)
	reach = WIDTH - NAMES - 70
	parts = []
	for index, (name, required, kept) in enumerate(rows):
		y = index * ROW + ROW // 2
		needs, has = (NAMES + max(value, Decimal(0)) / highest * reach for value in (required, kept))
		css = "good" if kept >= required else "bad"
		tip = tag("title", f"{name}: {labels[0]} {show(required)} %, {labels[1]} {show(kept)} %")
		parts += [
			tag("text", _shortened(name), x=0, y=y + 4, class_="name"),
			tag("line", x1=NAMES, x2=f"{has:.1f}", y1=y, y2=y, class_=f"stem {css}"),
			tag("line", x1=f"{needs:.1f}", x2=f"{needs:.1f}", y1=y - 9, y2=y + 9, class_="needed"),
			tag("circle", tip, cx=f"{has:.1f}", cy=y, r=6, class_=css),
			tag("text", f"{show(kept)} %", x=f"{max(has, needs) + 12:.1f}", y=y + 4, class_="value"),
		]
	legend = (
		tag("span", tag("i", class_="needed"), labels[0], class_="legend"),
		tag("span", tag("i", class_="good round"), labels[1], class_="legend"),
	)
	return join((_svg(len(rows) * ROW, parts), tag("p", *legend, class_="legends")))


class _Scale:
	"""Places columns: `highest` reaches a round number at the top, `count` columns share the width."""

	def __init__(self, highest: Decimal | int, count: int):
		self.top = _round_up(Decimal(highest))
		self.step = Decimal(WIDTH - LEFT - RIGHT) / max(count, 1)
		self.every = max(1, -(-count // 13))

	def height(self, value: Decimal) -> Decimal:
		return value / self.top * (HEIGHT - TOP - BOTTOM)

	def bar(self, index: int, base: Decimal, value: Decimal, css: str, tip: str) -> Html:
		y = HEIGHT - BOTTOM - self.height(base + value)
		return tag(
			"rect",
			tag("title", tip),
			x=f"{LEFT + self.step * index + self.step / 8:.1f}",
			y=f"{y:.1f}",
			width=f"{self.step * 3 / 4:.1f}",
			height=f"{self.height(value):.1f}",
			class_=css,
		)

	def label(self, index: int, label: str) -> Html:
		if index % self.every:
			return Html("")
		x = LEFT + self.step * index + self.step / 2
		return tag("text", label, x=f"{x:.1f}", y=HEIGHT - BOTTOM + 18, class_="label")

	def grid(self, show) -> Html:
		lines = []
		for quarter in range(5):
			value = self.top * quarter / 4
			y = f"{HEIGHT - BOTTOM - self.height(value):.1f}"
			lines.append(tag("line", x1=LEFT, x2=WIDTH - RIGHT, y1=y, y2=y, class_="grid"))
			if value == value.to_integral_value():
				lines.append(tag("text", show(value), x=LEFT - 8, y=y, dy=4, class_="axis"))
		return join(lines)


def _shortened(name: str) -> str:
	return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def _round_up(highest: Decimal) -> Decimal:
	"""The next of 4, 8, 12, 20, 40, 80 … so that quarters of it are round."""
	factor = Decimal(1)
	while True:
		for step in (4, 8, 12, 20):
			if highest <= step * factor:
				return step * factor
		factor *= 10


def _svg(height: int, parts: Sequence[Html]) -> Html:
	return tag("svg", *parts, viewBox=f"0 0 {WIDTH} {height}", role="img", xmlns="http://www.w3.org/2000/svg")
