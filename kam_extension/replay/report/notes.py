"""How the report is to be read, and what it leaves out; every text goes through `_`."""

from collections.abc import Iterator

from kam_extension.policy.codes import RebateBase, RebateBasis
from kam_extension.replay.engine import Replay
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
	yield _(
		"Not replayed: credit limits, price exceptions, quotations, costs from bills of materials, rebate programmes."
	)
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
