"""The sections of the report; every text goes through `_`."""

from collections.abc import Callable
from decimal import Decimal

from kam_extension.policy.codes import Metric, RebateBase, RebateBasis, VerdictCode
from kam_extension.policy.explain import explain, explain_cost
from kam_extension.policy.money import ZERO
from kam_extension.replay.decisions import Decision
from kam_extension.replay.engine import Replay
from kam_extension.replay.metrics import NOT_IN_A_BOOK
from kam_extension.replay.report.charts import columns, required_against_kept, stacked_columns
from kam_extension.replay.report.markup import Html, join, section, table, tag
from kam_extension.replay.report.wording import amount, percent, plain, points, whole
from kam_extension.replay.tiers import TierMove

Translate = Callable[[str], str]


def month_section(replay: Replay, _: Translate) -> Html:
	series = (
		(VerdictCode.PASS, "good", _("Pass")),
		(VerdictCode.WARNED, "warned", _("Warned")),
		(VerdictCode.BLOCKED, "bad", _("Blocked")),
	)
	return section(_("Decisions by month"), stacked_columns(replay.counts_by_month(), series))


def blocked_section(replay: Replay, _: Translate) -> Html:
	header = (_("Order"), _("Key Account"), _("Tier"), _("Net Total"), _("Keeps the Markup at"), _("Why"))
	rows = [
		(
			tag("span", decision.order, tag("small", decision.order_date), class_="order"),
			decision.customer_name,
			decision.tier or "–",
			amount(decision.net_total),
			_way_out(decision),
			_reasons(decision, _),
		)
		for decision in replay.blocked()
	]
	note = _(
		"Orders that this policy would have stopped, the largest first. The account's tier is the one that it has today."
	)
	body = table(header, rows, numeric=(3, 4)) if rows else tag("p", _("No order would have been blocked."))
	return section(_("Blocked orders and why"), body, note=note, css="long")


def markup_section(replay: Replay, _: Translate) -> Html:
	names = {tier.customer: tier.customer_name for tier in replay.tiers}
	rows = [
		(names[customer], markup.required, markup.kept)
		for customer, markup in replay.markups().items()
		if markup.required is not None and markup.kept is not None
	]
	labels = (_("required"), _("kept"))
	note = _("Markup on cost in percent over all orders, weighted by cost, after rebates and other costs.")
	return section(_("Markup kept and required"), required_against_kept(rows, labels, percent), note=note)


def rebate_section(replay: Replay, _: Translate) -> Html:
	by_customer = replay.rebates_by_customer_and_month()
	title = _("Rebates owed by account and month")
	if not by_customer:
		return section(title, tag("p", _("No rebate agreement covers an order that was paid.")))
	by_month = replay.rebates_by_month()
	names = {tier.customer: tier.customer_name for tier in replay.tiers}
	rows = [
		(names[customer], *(_owed(months.get(month)) for month in by_month), whole(sum(months.values())))
		for customer, months in by_customer.items()
	]
	rows.append((_("Total"), *(whole(owed) for owed in by_month.values()), whole(sum(by_month.values()))))
	note = _("The agreed rate on what was received in the month ({0}), refunds taken off.").format(
		_(replay.terms.rebate_base)
	)
	grid = table((_("Key Account"), *by_month, _("Total")), rows, numeric=range(1, len(by_month) + 2))
	return section(title, columns(by_month, "accent", whole), grid, note=note)


def tier_section(replay: Replay, _: Translate) -> Html:
	metrics = [criterion.metric for criterion in replay.terms.criteria]
	header = (
		_("Key Account"), _("Class"), *(_(_label(metric)) for metric in metrics),
		_("Points"), _("Tier today"), _("Tier earned"),
	)  # fmt: skip
	rows = [
		(
			tier.customer_name,
			_(tier.account_class),
			*(_score(score, _) for score in tier.proposal.scores),
			tag("b", points(tier.proposal.total_points)),
			tier.current_tier or "–",
			_earned(tier, _),
		)
		for tier in replay.tiers
	]
	note = _("Value and points per criterion over the twelve months up to the as-of date.")
	body = table(header, rows, numeric=range(2, len(metrics) + 3))
	return section(_("Tiers earned and held"), body, note=note)


def notes_section(replay: Replay, _: Translate) -> Html:
	terms = replay.terms
	notes = [
		_(
			"Required: cost, minimum markup of the band, rebate and other costs; amounts are compared as money."
		),
		_("Rebate in the price: {0}.").format(
			_("on cost") if terms.rebate_basis == RebateBasis.ON_COST else _("on receipts")
		),
		_("Rebate paid: on {0}.").format(
			_("gross receipts") if terms.rebate_base == RebateBase.GROSS_RECEIPTS else _("net receipts")
		),
		_("Not replayed: credit limits, price exceptions, dealer-led projects and quotations."),
		_("Drafts and orders after the as-of date are left out."),
	]
	missing = [criterion.metric for criterion in terms.criteria if criterion.metric in NOT_IN_A_BOOK]
	if missing:
		labels = ", ".join(_(_label(metric)) for metric in missing)
		notes.append(_("A book does not say: {0}. These criteria get the lowest points.").format(labels))
	return section(_("How to read this"), tag("ul", *(tag("li", note) for note in notes)))


def _way_out(decision: Decision) -> str:
	if decision.verdict.margin is None or decision.verdict.margin.passes:
		return "–"
	passing = decision.verdict.passing_net
	return "–" if passing is None else amount(passing)


def _reasons(decision: Decision, _: Translate) -> Html:
	verdict = decision.verdict
	items = []
	for violation in verdict.violations:
		cost = explain_cost(violation, verdict, amount, percent)
		detail = tag("small", cost.text(_)) if cost else Html("")
		items.append(tag("li", explain(violation, amount).text(_), detail))
	return tag("ul", *items)


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


def _label(metric: str) -> str:
	"""contract_amount → Contract Amount, as the metric reads on the policy's form."""
	return str(Metric(metric)).replace("_", " ").title()
