"""How many accounts go from which tier to which: bands between two columns, as inline SVG."""

from collections.abc import Mapping

from kam_extension.replay.report.markup import Html, tag

WIDTH, HEIGHT, TOP = 900, 260, 26
NODE, GAP, SIDE = 14, 10, 150
Flow = tuple[str | None, str | None]


def flows(counts: Mapping[Flow, int], titles: tuple[str, str], nothing: str) -> Html:
	"""`counts` maps (from, to) to a number; None is called `nothing` and stands last."""
	if not counts:
		return Html("")
	names = [sorted({flow[end] for flow in counts}, key=_order) for end in (0, 1)]
	gaps = (max(map(len, names)) - 1) * GAP
	scale = (HEIGHT - TOP - gaps) / sum(counts.values())
	sums = [
		{name: sum(count for flow, count in counts.items() if flow[end] == name) for name in names[end]}
		for end in (0, 1)
	]
	heights = [{name: scale * count for name, count in sums[end].items()} for end in (0, 1)]
	tops = [_tops(names[end], heights[end]) for end in (0, 1)]
	bands = _bands(counts, names, tops, scale, nothing)
	nodes = [
		part
		for end, left in enumerate((SIDE, WIDTH - SIDE - NODE))
		for name in names[end]
		for part in _node(
			f"{name or nothing} ({sums[end][name]:,})", left, tops[end][name], heights[end][name], end
		)
	]
	heads = [
		tag("text", titles[0], x=SIDE + NODE, y=14, class_="axis"),
		tag("text", titles[1], x=WIDTH - SIDE - NODE, y=14),
	]
	view = f"0 0 {WIDTH} {HEIGHT + 4}"
	return tag("svg", *heads, *bands, *nodes, viewBox=view, role="img", xmlns="http://www.w3.org/2000/svg")


def _order(name: str | None) -> tuple[bool, str]:
	return name is None, name or ""


def _tops(names: list, heights: Mapping) -> dict:
	tops, y = {}, float(TOP)
	for name in names:
		tops[name] = y
		y += heights[name] + GAP
	return tops


def _bands(
	counts: Mapping[Flow, int], names: list[list], tops: list[dict], scale: float, nothing: str
) -> list[Html]:
	"""Bands leave and arrive in the order of the other end, so that they cross as little as may be."""
	leaving, arriving, bands = dict(tops[0]), dict(tops[1]), []
	for start in names[0]:
		for end in names[1]:
			count = counts.get((start, end), 0)
			if count:
				height = count * scale
				bands.append(
					_band(
						leaving[start],
						arriving[end],
						height,
						_css(start, end),
						f"{start or nothing} → {end or nothing}: {count:,}",
					)
				)
				leaving[start] += height
				arriving[end] += height
	return bands


def _band(left: float, right: float, height: float, css: str, tip: str) -> Html:
	x, end, middle = SIDE + NODE, WIDTH - SIDE - NODE, WIDTH / 2
	path = (
		f"M{x},{left:.1f} C{middle},{left:.1f} {middle},{right:.1f} {end},{right:.1f}"
		f" V{right + height:.1f} C{middle},{right + height:.1f} {middle},{left + height:.1f} {x},{left + height:.1f} Z"
	)
	return tag("path", tag("title", tip), d=path, class_=f"flow {css}")


def _css(start: str | None, end: str | None) -> str:
	return "same" if start == end else "moved"


def _node(label: str, left: float, top: float, height: float, end: int) -> tuple[Html, Html]:
	x = left + NODE + 8 if end else left - 8
	text = tag("text", label, x=x, y=f"{top + height / 2 + 4:.1f}", class_="name" if end else "name axis")
	return tag("rect", x=left, y=f"{top:.1f}", width=NODE, height=f"{height:.1f}", class_="node"), text
