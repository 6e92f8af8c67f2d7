"""The figures at the top of the report."""

from collections.abc import Callable

from kam_extension.policy.codes import VerdictCode
from kam_extension.policy.money import ZERO
from kam_extension.replay.engine import Replay, markup_of
from kam_extension.replay.report.markup import Html, tag
from kam_extension.replay.report.wording import percent, whole


def tiles(replay: Replay, _: Callable[[str], str]) -> Html:
	"""One tile per question: how many orders, how many stopped, what was kept, what is owed, who moves."""
	return tag(
		"div",
		_orders(replay, _),
		_stopped(replay, _),
		_kept(replay, _),
		_owed(replay, _),
		_moves(replay, _),
		class_="tiles",
	)


def _orders(replay: Replay, _) -> Html:
	others = _("{0} orders of other customers stay untouched").format(replay.other_orders)
	return _tile(str(len(replay.decisions)), _("orders of key accounts judged"), others)


def _stopped(replay: Replay, _) -> Html:
	blocked = replay.blocked()
	amount = whole(sum((decision.net_total for decision in blocked), ZERO))
	warned = replay.counts()[VerdictCode.WARNED]
	detail = _("{0} in net total; {1} more with a warning").format(amount, warned)
	return _tile(str(len(blocked)), _("orders blocked"), detail, "bad")


def _kept(replay: Replay, _) -> Html:
	markup = markup_of(replay.decisions)
	detail = _("{0} % required, weighted by cost").format(percent(markup.required))
	css = "good" if (markup.kept or ZERO) >= (markup.required or ZERO) else "bad"
	return _tile(f"{percent(markup.kept)} %", _("markup kept on cost"), detail, css)


def _owed(replay: Replay, _) -> Html:
	blocked = {decision.order for decision in replay.blocked()}
	unearned = sum((owed.rebate for owed in replay.rebates if owed.order in blocked), ZERO)
	detail = _("{0} of it on orders that are blocked").format(whole(unearned))
	total = sum((owed.rebate for owed in replay.rebates), ZERO)
	return _tile(whole(total), _("rebates owed on receipts"), detail, "accent")


def _moves(replay: Replay, _) -> Html:
	up = sum(1 for tier in replay.tiers if tier.move > 0)
	down = sum(1 for tier in replay.tiers if tier.move < 0)
	detail = _("{0} up, {1} down, of {2} key accounts").format(up, down, len(replay.tiers))
	return _tile(str(up + down), _("tiers would change"), detail, "accent")


def _tile(figure: str, label: str, detail: str, css: str = "") -> Html:
	return tag(
		"div", tag("b", figure), tag("span", label), tag("small", detail), class_=f"tile {css}".strip()
	)
