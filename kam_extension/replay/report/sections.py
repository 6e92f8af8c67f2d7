"""What the policy that is tried says about orders; every text goes through `_`."""

from collections.abc import Callable, Sequence

from kam_extension.policy.codes import Metric, VerdictCode
from kam_extension.policy.explain import explain, explain_cost
from kam_extension.replay.engine import Replay
from kam_extension.replay.report.charts import required_against_kept, stacked_columns
from kam_extension.replay.report.markup import Html, join, section, table, tag
from kam_extension.replay.side import ShownOrder, Side
from kam_extension.replay.tally import HIGHEST_STEP, LOWEST_STEP, STEP
from kam_extension.replay.wording import amount, percent

Translate = Callable[[str], str]
MOST_ORDERS, MOST_ACCOUNTS = 100, 60
"""Percent: the steps of the markup distribution."""


def month_section(replay: Replay, _: Translate) -> Html:
	chart = stacked_columns(replay.side.counts_by_month(), _verdicts(_))
	return section(_("Decisions by month"), chart)


def rule_section(replay: Replay, _: Translate) -> Html:
	title = _("Rules that orders break")
	rules = replay.side.counts_by_rule()
	if not rules:
		return section(title, tag("p", _("No order breaks a rule.")))
	note = _("An order that breaks several rules counts with each.")
	labelled = {_(rule): counts for rule, counts in rules.items()}
	return section(title, stacked_columns(labelled, _verdicts(_)), note=note)


def distribution_section(replay: Replay, _: Translate) -> Html:
	"""Before: all columns. After: without what is blocked."""
	note = _(
		"Orders by actual markup, after rebate and other costs. Without the blocked ones it is what the policy leaves."
	)
	charts = [_distribution(side, _, is_titled=bool(replay.against)) for side in replay.sides]
	return section(_("Markup before and after"), *charts, note=note)


def markup_section(replay: Replay, _: Translate) -> Html:
	side = replay.side
	names = names_of(side)
	rows = [
		(names[customer], markup.required, markup.kept)
		for customer, markup in side.markups(MOST_ACCOUNTS).items()
		if markup.required is not None and markup.kept is not None
	]
	labels = (_("required"), _("kept"))
	notes = [_("Markup on cost in percent over all orders, weighted by cost, after rebates and other costs.")]
	if len(side.tiers) > MOST_ACCOUNTS:
		notes.append(_("The {0} accounts with the highest cost.").format(MOST_ACCOUNTS))
	chart = required_against_kept(rows, labels, percent)
	return section(_("Markup kept and required"), chart, note=" ".join(notes))


def blocked_section(replay: Replay, _: Translate) -> Html:
	orders = replay.side.blocked(MOST_ORDERS)
	note = _("Orders that this policy would have stopped, the largest first.")
	hidden = replay.side.counts()[VerdictCode.BLOCKED] - len(orders)
	if hidden > 0:
		more = _("{0} more are in decisions.csv.").format(f"{hidden:,}")
		note = f"{note} {more}"
	body = order_table(orders, _) if orders else tag("p", _("No order would have been blocked."))
	return section(_("Blocked orders and why"), body, note=note, css="long")


def order_table(orders: Sequence[ShownOrder], _: Translate) -> Html:
	header = (_("Order"), _("Key Account"), _("Tier"), _("Net Total"), _("Keeps the Markup at"), _("Why"))
	rows = [
		(
			tag("span", order.order, tag("small", order.order_date), class_="order"),
			order.customer_name,
			order.tier or "–",
			amount(order.net_total),
			_way_out(order),
			_reasons(order, _),
		)
		for order in orders
	]
	return table(header, rows, numeric=(3, 4))


def names_of(side: Side) -> dict[str, str]:
	return {tier.customer: tier.customer_name for tier in side.tiers}


def _verdicts(_: Translate) -> tuple[tuple[str, str, str], ...]:
	return (
		(VerdictCode.PASS, "good", _("Pass")),
		(VerdictCode.WARNED, "warned", _("Warned")),
		(VerdictCode.BLOCKED, "bad", _("Blocked")),
	)


def _distribution(side: Side, _: Translate, is_titled: bool) -> Html:
	steps = side.markup_distribution(STEP, LOWEST_STEP, HIGHEST_STEP)
	chart = stacked_columns({_step(edge): counts for edge, counts in steps.items()}, _verdicts(_))
	return join((tag("h3", side.title), chart)) if is_titled else chart


def _step(edge: int) -> str:
	if edge < LOWEST_STEP:
		return f"< {LOWEST_STEP} %"
	return f"≥ {HIGHEST_STEP} %" if edge >= HIGHEST_STEP else f"{edge}–{edge + STEP} %"


def _way_out(order: ShownOrder) -> str:
	if order.verdict.margin is None or order.verdict.margin.passes:
		return "–"
	passing = order.verdict.passing_net
	return "–" if passing is None else amount(passing)


def _reasons(order: ShownOrder, _: Translate) -> Html:
	verdict = order.verdict
	items = []
	for violation in verdict.violations:
		cost = explain_cost(violation, verdict, amount, percent)
		detail = tag("small", cost.text(_)) if cost else Html("")
		items.append(tag("li", explain(violation, amount).text(_), detail))
	return tag("ul", *items)


def _label(metric: str) -> str:
	"""contract_amount → Contract Amount, as the metric reads on the policy's form."""
	return str(Metric(metric)).replace("_", " ").title()
