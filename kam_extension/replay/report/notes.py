"""How the report is to be read, and what it leaves out; every text goes through `_`."""

from collections.abc import Iterator

from kam_extension.policy.codes import CostSource, RebateBase, RebateBasis
from kam_extension.replay.engine import Replay
from kam_extension.replay.gaps import NOT_REPLAYED, Gap
from kam_extension.replay.metrics import NOT_IN_A_BOOK
from kam_extension.replay.report.markup import Html, section, tag
from kam_extension.replay.report.sections import Translate, _label


def notes_section(replay: Replay, _: Translate) -> Html:
	notes = [*_rules(replay, _), *_gaps(replay, _), *_left_out(replay, _)]
	return section(_("How to read this"), tag("ul", *(tag("li", note) for note in notes)))


def _rules(replay: Replay, _: Translate) -> Iterator[str]:
	terms = replay.side.terms
	yield _(
		"Required: cost, minimum markup of the band, rebate and other costs; amounts are compared as money."
	)
	yield _("Rebate in the price: {0}.").format(
		_("on cost") if terms.rebate_basis == RebateBasis.ON_COST else _("on receipts")
	)
	yield _("Rebate paid: on {0}.").format(
		_("gross receipts") if terms.rebate_base == RebateBase.GROSS_RECEIPTS else _("net receipts")
	)
	yield _(
		"The account's tier is that of the order's day where the book has a tier history, else the one of today."
	)


def _gaps(replay: Replay, _: Translate) -> Iterator[str]:
	yield from _not_replayed(replay, _)
	yield from _missing_masters(replay, _)
	yield _("Drafts and orders after the as-of date are left out.")
	missing = [
		criterion.metric for criterion in replay.side.terms.criteria if criterion.metric in NOT_IN_A_BOOK
	]
	if missing:
		labels = ", ".join(_(_label(metric)) for metric in missing)
		yield _("A book does not say: {0}. These criteria get the lowest points.").format(labels)
	names = {
		"invoices": _("no invoices"),
		"invoice_orders": _("no orders of invoices"),
		"payments": _("no payments"),
		"rebate_agreements": _("no rebate agreements"),
	}
	if replay.book.missing:
		yield _("The book has {0}: what follows from them is zero here.").format(
			", ".join(names[table] for table in replay.book.missing)
		)


def _not_replayed(replay: Replay, _: Translate) -> Iterator[str]:
	"""What single orders miss, with their numbers; what no order ever gets is in the documentation."""
	labels = {
		Gap.PACKAGE: _("parts added to a package"),
		Gap.FREE_ITEM: _("free rows whose pricing rule the book does not hold"),
		Gap.EXCHANGE_RATE: _("whether the site knew the exchange rate"),
		Gap.QUOTATION: _("what a quotation exempts"),
		Gap.PRICE_EXCEPTION: _("approved price exceptions"),
		Gap.CREDIT: _("credit"),
		Gap.ACCOUNT_STATUS: _("the status of accounts that are suspended today"),
	}
	gaps = replay.side.gaps()
	if gaps:
		listed = "; ".join(f"{labels[Gap(gap)]}: {orders:,}" for gap, orders in gaps.items())
		yield _("Not replayed, by number of orders: {0}. decisions.csv names them by order.").format(listed)
	if unjudged := replay.side.counts()[NOT_REPLAYED]:
		yield _(
			"Orders without a verdict, because the book does not hold what their prices or costs depend on: {0}."
		).format(f"{unjudged:,}")


def _missing_masters(replay: Replay, _: Translate) -> Iterator[str]:
	"""Files that prices and costs from ERPNext's exports may depend on. A book with prices of its own needs none."""
	if not replay.book.has_rows("item_prices"):
		return
	names = {
		"product_bundles": _("product bundles"),
		"packed_items": _("packed items"),
		"order_taxes": _("taxes of orders"),
		"item_units": _("units of items"),
		"pricing_rules": _("pricing rules"),
	}
	sources = replay.side.terms.cost_sources
	if CostSource.BOM in sources:
		names["boms"] = _("bills of materials")
	if CostSource.VALUATION_RATE in sources:
		names["bins"] = _("stock by warehouse")
	missing = [label for table, label in names.items() if not replay.book.has_rows(table)]
	if missing:
		yield _("Not in the book, and taken as if there were none: {0}.").format(", ".join(missing))


def _left_out(replay: Replay, _: Translate) -> Iterator[str]:
	reasons = {
		"cancelled": _("cancelled"),
		"draft or cancelled": _("draft or cancelled"),
		"of another company": _("of another company"),
		"not of a customer": _("not of a customer"),
		"for another kind of document": _("for another kind of document"),
		"of a document that is left out": _("of a document that is left out"),
	}
	counts: dict[str, int] = {}
	for (_table, reason), count in replay.book.left_out.items():
		counts[reason] = counts.get(reason, 0) + count
	if counts:
		listed = "; ".join(f"{reasons[reason]}: {count:,}" for reason, count in sorted(counts.items()))
		yield _("Sound rows that do not count were left out: {0}.").format(listed)
	if replay.book.skipped:
		yield _(
			"{0} broken rows were skipped, with the orders that they belong to. They are listed in skipped.csv."
		).format(f"{replay.book.skipped:,}")
