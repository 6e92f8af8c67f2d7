"""The figures at the top of the report."""

from collections.abc import Callable

from kam_extension.policy.codes import VerdictCode
from kam_extension.policy.money import ZERO
from kam_extension.replay.engine import Replay
from kam_extension.replay.gaps import NOT_REPLAYED
from kam_extension.replay.report.markup import Html, tag
from kam_extension.replay.side import Side
from kam_extension.replay.wording import percent, whole


def tiles(replay: Replay, _: Callable[[str], str]) -> Html:
	"""One tile per question: how many orders, how many stopped, what was kept, what is owed, who moves."""
	side = replay.side
	parts = [_orders(replay, _), _stopped(side, _), _kept(side, _), _owed(side, _), _moves(side, _)]
	if side.counts()[NOT_REPLAYED]:
		parts.append(_unjudged(side, _))
	if replay.book.skipped:
		parts.append(_skipped(replay, _))
	return tag("div", *parts, class_="tiles")


def _orders(replay: Replay, _) -> Html:
	others = _("{0} orders of other customers stay untouched").format(f"{replay.other_orders:,}")
	judged = replay.side.counts().total() - replay.side.counts()[NOT_REPLAYED]
	return _tile(f"{judged:,}", _("orders of key accounts judged"), others)


def _stopped(side: Side, _) -> Html:
	counts = side.counts()
	amount = whole(side.net_of(VerdictCode.BLOCKED))
	detail = _("{0} in net total; {1} more with a warning").format(amount, f"{counts[VerdictCode.WARNED]:,}")
	return _tile(f"{counts[VerdictCode.BLOCKED]:,}", _("orders blocked"), detail, "bad")


def _kept(side: Side, _) -> Html:
	markup = side.markup()
	detail = _("{0} % required, weighted by cost").format(percent(markup.required))
	css = "good" if (markup.kept or ZERO) >= (markup.required or ZERO) else "bad"
	return _tile(f"{percent(markup.kept)} %", _("markup kept on cost"), detail, css)


def _owed(side: Side, _) -> Html:
	detail = _("{0} of it on orders that are blocked").format(whole(side.rebates_on_blocked()))
	total = sum(side.rebates_by_month().values(), ZERO)
	return _tile(whole(total), _("rebates owed on receipts"), detail, "accent")


def _moves(side: Side, _) -> Html:
	up, down = side.moves()
	accounts = f"{len(side.tiers):,}"
	detail = _("{0} up, {1} down, of {2} key accounts").format(f"{up:,}", f"{down:,}", accounts)
	return _tile(f"{up + down:,}", _("tiers would change"), detail, "accent")


def _unjudged(side: Side, _) -> Html:
	detail = _("the book does not hold what their prices or costs depend on")
	return _tile(f"{side.counts()[NOT_REPLAYED]:,}", _("orders without a verdict"), detail, "bad")


def _skipped(replay: Replay, _) -> Html:
	detail = _("the figures leave them out; skipped.csv says why")
	return _tile(f"{replay.book.skipped:,}", _("broken rows skipped"), detail, "bad")


def _tile(figure: str, label: str, detail: str, css: str = "") -> Html:
	return tag(
		"div", tag("b", figure), tag("span", label), tag("small", detail), class_=f"tile {css}".strip()
	)
