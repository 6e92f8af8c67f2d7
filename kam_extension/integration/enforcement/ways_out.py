"""The ways out of a refusal: prices that pass, and the buttons of the message (R26, R27)."""

import json

import frappe
from frappe import _
from frappe.utils import escape_html, flt, fmt_money

from kam_extension.integration.enforcement import repricing
from kam_extension.integration.enforcement.judgement import Judgement
from kam_extension.integration.enforcement.proposed_rows import rows_of

MOST_ROWS = 20


def passing_rates(doc, judgement: Judgement) -> dict[int, float] | None:
	"""Row number → rate (document currency and unit, as typed) of the rows that have to rise for the prices to pass.

	None when repricing is no way out, or when no price can pass.
	"""
	return (repricing.passing_rates(doc, judgement) or None) if is_about_price(judgement) else None


def is_about_price(judgement: Judgement) -> bool:
	"""Whether a price rule is broken, and no suspension stops the document at any price."""
	if any(violation.is_final for violation in judgement.verdict.violations):
		return False
	return repricing.breaks_a_price_rule(judgement)


def suggested_rates(doc, rates: dict[int, float] | None) -> str:
	"""The rates that pass, as an HTML list: the message may be all that the reader has."""
	if not rates:
		return ""
	rows = [row for row in doc.items if row.idx in rates]
	lines = [_suggestion(row, rates[row.idx], doc.currency) for row in rows[:MOST_ROWS]]
	if len(rows) > MOST_ROWS:
		lines.append(_("and {0} more rows").format(len(rows) - MOST_ROWS))
	items = "\n".join(f"<li>{escape_html(line)}</li>" for line in lines)
	heading = _("These rates pass:")
	return f"<p>{escape_html(heading)}</p>\n<ul>{items}</ul>"


def buttons(doc, judgement: Judgement, rates: dict[int, float] | None) -> str:
	"""Buttons that act on this document wherever the message shows; their labels vanish where tags are stripped.

	The desk's own message has one button for all messages shown together, as in a bulk submit.
	"""
	is_update = is_update_after_submit(doc)
	document = {"doctype": doc.doctype, "name": doc.name}
	shown = []
	if rates and not is_update:
		shown.append(button("apply_passing_prices", _("Apply Passing Prices"), "btn-primary", document))
	if may_request(judgement):
		rows = {"rows": rows_of(doc)} if is_update else {}
		style = "btn-default" if shown else "btn-primary"
		shown.append(button("request_exception", _("Request Price Exception"), style, {**document, **rows}))
	return f'<p class="kam-ways-out">{" ".join(shown)}</p>' if shown else ""


def is_update_after_submit(doc) -> bool:
	"""Whether a submitted document is being changed, by *Update Items* above all."""
	return doc.get("_action") == "update_after_submit"


def may_request(judgement: Judgement) -> bool:
	"""Whether a Price Exception could let the document through and the user may ask for one."""
	violations = judgement.verdict.violations
	is_final = any(violation.is_final for violation in violations)
	awaits_exception = any(violation.awaits_exception for violation in violations)
	return awaits_exception and not is_final and frappe.has_permission("Price Exception", "create")


def _suggestion(row, rate: float, currency: str) -> str:
	return _("Row {0}, {1}: {2} instead of {3}").format(
		row.idx,
		row.item_code,
		fmt_money(rate, currency=currency),
		fmt_money(flt(row.rate), currency=currency),
	)


def button(action: str, label: str, style: str, arguments: dict) -> str:
	"""HTML of a button in a message; `public/js/ways_out.js` does what `action` says."""
	data = escape_html(json.dumps(arguments, default=str))
	return (
		f'<input type="button" class="btn btn-sm {style}" value="{escape_html(label)}"'
		f' data-kam-action="{action}" data-kam-arguments="{data}">'
	)
