"""The report: a summary, then one section per question that a policy raises."""

from collections.abc import Callable
from pathlib import Path

from kam_extension.replay.engine import Replay
from kam_extension.replay.report.accounts import rebate_section, tier_section
from kam_extension.replay.report.comparison import change_section, comparison_section, tier_change_section
from kam_extension.replay.report.markup import Html, tag
from kam_extension.replay.report.notes import notes_section
from kam_extension.replay.report.sections import (
	blocked_section,
	distribution_section,
	markup_section,
	month_section,
	rule_section,
)
from kam_extension.replay.report.summary import tiles

STYLE = Path(__file__).with_name("style.css")
SECTIONS = (
	comparison_section,
	month_section,
	rule_section,
	distribution_section,
	markup_section,
	rebate_section,
	tier_section,
	tier_change_section,
	change_section,
	blocked_section,
	notes_section,
)


def page(replay: Replay, _: Callable[[str], str], language: str) -> str:
	"""A self-contained HTML document; `_` translates."""
	title = _("Replay of a key account policy")
	head = tag(
		"head",
		Html('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
		tag("title", title),
		Html(f"<style>{STYLE.read_text('utf-8')}</style>"),
	)
	subtitle = _("Policy: {0} · Book: {1} · as of {2} · amounts in {3}").format(
		replay.side.title, replay.book.title, replay.book.as_of_date, replay.book.currency
	)
	body = tag(
		"main",
		tag("header", tag("h1", title), tag("p", subtitle)),
		tiles(replay, _),
		*(section(replay, _) for section in SECTIONS),
	)
	return f"<!doctype html>\n{tag('html', head, tag('body', body), lang=language)}\n"
