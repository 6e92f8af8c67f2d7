"""What the policy that is tried says about accounts: rebates owed, tiers earned; every text goes through `_`."""

from decimal import Decimal

from kam_extension.policy.money import ZERO
from kam_extension.replay.engine import Replay
from kam_extension.replay.report.charts import columns
from kam_extension.replay.report.flows import flows
from kam_extension.replay.report.markup import Html, join, section, table, tag
from kam_extension.replay.report.sections import MOST_ACCOUNTS, Translate, _label, names_of
from kam_extension.replay.tiers import TierMove
from kam_extension.replay.wording import plain, points, whole

MOST_MONTHS = 24
"""As many columns as a table can have and be read; beyond, it has the totals only."""


def rebate_section(replay: Replay, _: Translate) -> Html:
	side = replay.side
	by_customer = side.rebates_by_customer_and_month(MOST_ACCOUNTS)
	title = _("Rebates owed by account and month")
	if not by_customer:
		return section(title, tag("p", _("No rebate agreement covers an order that was paid.")))
	by_month = side.rebates_by_month()
	months = list(by_month) if len(by_month) <= MOST_MONTHS else []
	names = names_of(side)
	rows = [
		(names[customer], *(_owed(owed.get(month)) for month in months), whole(sum(owed.values())))
		for customer, owed in by_customer.items()
	]
	rows.append((_("Total"), *(whole(by_month[month]) for month in months), whole(sum(by_month.values()))))
	note = _("The agreed rate on what was received in the month ({0}), refunds taken off.").format(
		_(side.terms.rebate_base)
	)
	if len(by_customer) == MOST_ACCOUNTS:
		more = _("The {0} accounts with the highest rebates; the total is that of all.").format(MOST_ACCOUNTS)
		note = f"{note} {more}"
	grid = table((_("Key Account"), *months, _("Total")), rows, numeric=range(1, len(months) + 2))
	return section(title, columns(by_month, "accent", whole), grid, note=note)


def tier_section(replay: Replay, _: Translate) -> Html:
	side = replay.side
	metrics = [criterion.metric for criterion in side.terms.criteria]
	header = (
		_("Key Account"), _("Class"), *(_(_label(metric)) for metric in metrics),
		_("Points"), _("Tier today"), _("Tier earned"),
	)  # fmt: skip
	shown = side.tiers
	note = _("Value and points per criterion over the twelve months up to the as-of date.")
	if len(shown) > MOST_ACCOUNTS:
		shown = sorted(shown, key=lambda tier: tier.move == 0)[:MOST_ACCOUNTS]
		more = _("{0} accounts, those that move first; all are in tiers.csv.").format(MOST_ACCOUNTS)
		note = f"{note} {more}"
	rows = [_tier_row(tier, _) for tier in shown]
	chart = flows(side.tier_flows(), (_("Tier today"), _("Tier earned")), _("none"))
	body = table(header, rows, numeric=range(2, len(metrics) + 3))
	return section(_("Tiers earned and held"), chart, body, note=note)


def _tier_row(tier: TierMove, _: Translate) -> tuple:
	return (
		tier.customer_name,
		_(tier.account_class),
		*(_score(score, _) for score in tier.proposal.scores),
		tag("b", points(tier.proposal.total_points)),
		tier.current_tier or "–",
		_earned(tier, _),
	)


def _owed(owed: Decimal | None) -> str:
	return "" if owed is None else whole(owed)


def _score(score, _: Translate) -> Html:
	earned = _("{0} points").format(points(score.weighted_points))
	return join((plain(score.value), tag("small", earned)))


def _earned(tier: TierMove, _: Translate) -> Html:
	css = {1: "good", -1: "bad", 0: ""}[tier.move]
	arrow = {1: "▲ ", -1: "▼ ", 0: ""}[tier.move]
	badge = tag("span", arrow + (tier.proposal.tier or _("none")), class_=f"badge {css}".strip())
	why = {"first_year": _("first year"), "no_orders": _("no orders")}.get(tier.proposal.reason)
	if tier.overdue_days > ZERO:
		overdue = _("{0} days overdue").format(plain(tier.overdue_days))
		why = f"{why}, {overdue}" if why else overdue
	return join((badge, tag("small", why))) if why else badge
