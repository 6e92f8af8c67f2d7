"""Two policies side by side; every text goes through `_`."""

from decimal import Decimal

from kam_extension.policy.codes import VerdictCode
from kam_extension.policy.money import ZERO
from kam_extension.replay.engine import Replay
from kam_extension.replay.gaps import NOT_REPLAYED
from kam_extension.replay.report.flows import flows
from kam_extension.replay.report.markup import Html, section, table, tag
from kam_extension.replay.report.sections import Translate, order_table
from kam_extension.replay.side import Side
from kam_extension.replay.wording import percent, whole

MOST_CHANGED = 50
VERDICTS = (VerdictCode.PASS, VerdictCode.WARNED, VerdictCode.BLOCKED, VerdictCode.NOT_APPLICABLE)


def comparison_section(replay: Replay, _: Translate) -> Html:
	"""Nothing where there is only one policy."""
	if not replay.against:
		return Html("")
	header = ("", replay.against.title, replay.side.title, _("Difference"))
	rows = _figures(replay.against, replay.side, _)
	note = _("The same orders, receipts and accounts under both policies.")
	return section(
		_("Compared with {0}").format(replay.against.title), table(header, rows, (1, 2, 3)), note=note
	)


def change_section(replay: Replay, _: Translate) -> Html:
	"""Which orders are newly blocked, and which pass now."""
	if not replay.against:
		return Html("")
	changes = replay.changes()
	# What a book can't tell of an order, it can't tell under any policy.
	verdicts = (*VERDICTS, NOT_REPLAYED) if changes[(NOT_REPLAYED, NOT_REPLAYED)] else VERDICTS
	header = (replay.against.title, *(_(verdict) for verdict in verdicts))
	rows = [
		(_(before), *(f"{changes[(before, now)]:,}" if changes[(before, now)] else "–" for now in verdicts))
		for before in verdicts
	]
	note = _("Rows: the verdict of {0}. Columns: that of {1}. Numbers are orders.").format(
		replay.against.title, replay.side.title
	)
	newly = replay.side.orders("d.verdict = 'Blocked' AND a.verdict <> 'Blocked'", MOST_CHANGED)
	freed = replay.against.orders("d.verdict = 'Blocked' AND a.verdict <> 'Blocked'", MOST_CHANGED)
	parts = [table(header, rows, range(1, len(header)))]
	for title, orders in ((_("Newly blocked"), newly), (_("No longer blocked, and why it was"), freed)):
		parts += [tag("h3", title), order_table(orders, _) if orders else tag("p", _("No order."))]
	return section(_("Verdicts that change"), *parts, note=note, css="long")


def tier_change_section(replay: Replay, _: Translate) -> Html:
	if not replay.against:
		return Html("")
	earned = {tier.customer: tier.proposal.tier for tier in replay.against.tiers}
	counts: dict = {}
	for tier in replay.side.tiers:
		flow = (earned[tier.customer], tier.proposal.tier)
		counts[flow] = counts.get(flow, 0) + 1
	chart = flows(counts, (replay.against.title, replay.side.title), _("none"))
	return section(_("Tiers earned under both policies"), chart)


def _figures(before: Side, now: Side, _: Translate) -> list[tuple]:
	rows: list[tuple[str, Decimal | int | None, Decimal | int | None, object]] = [
		(_("Orders blocked"), before.counts()[VerdictCode.BLOCKED], now.counts()[VerdictCode.BLOCKED], whole),
		(_("Net total blocked"), before.net_of(VerdictCode.BLOCKED), now.net_of(VerdictCode.BLOCKED), whole),
		(
			_("Orders with a warning"),
			before.counts()[VerdictCode.WARNED],
			now.counts()[VerdictCode.WARNED],
			whole,
		),
		(_("Markup required, %"), before.markup().required, now.markup().required, percent),
		(_("Markup kept, %"), before.markup().kept, now.markup().kept, percent),
		(_("Rebates owed"), _rebates(before), _rebates(now), whole),
		(_("Accounts that earn a better tier"), before.moves()[0], now.moves()[0], whole),
		(_("Accounts that earn a worse tier"), before.moves()[1], now.moves()[1], whole),
	]
	return [
		(label, show(one), show(other), _difference(one, other, show)) for label, one, other, show in rows
	]


def _rebates(side: Side) -> Decimal:
	return sum(side.rebates_by_month().values(), ZERO)


def _difference(before, now, show) -> str:
	if before is None or now is None or before == now:
		return "–"
	return f"{'+' if now > before else '−'}{show(abs(now - before))}"
