"""The formula N ≥ C + C·m + R + O of a recorded decision, term by term, for readers entitled to cost (R22, R23, R82)."""

from decimal import Decimal

from frappe import _

from kam_extension.integration.decisions.decision_details import margin_in
from kam_extension.integration.enforcement.messages import money_formatter, percent
from kam_extension.policy.codes import RebateBasis
from kam_extension.policy.margin import MarginFigures
from kam_extension.policy.money import decimal


def formula(details: dict, company: str) -> list[dict]:
	"""Rows of `symbol`, `meaning`, `amount`, and `is_sum` for those under a line; none without a markup judged."""
	margin, terms = margin_in(details), details.get("terms") or {}
	if margin is None:
		return []
	money = money_formatter(company)
	other_costs = decimal(details.get("other_costs"))
	markup = margin.required_net - margin.cost - margin.rebate - other_costs
	rows = [
		_term("C", _("Cost of the rows judged"), money(margin.cost)),
		_term("C·m", _markup_meaning(margin, terms, money), money(markup)),
		_term("R", _rebate_meaning(margin, terms, money), money(margin.rebate)),
		_term("O", _("Other costs"), money(other_costs)),
		_term("C + C·m + R + O", _("Required net total"), money(margin.required_net), is_sum=True),
		_term("N", _comparison(margin, money), money(margin.net), is_sum=True),
	]
	if margin.actual_markup is not None:
		rows += [
			_term("", _("Actual markup by the policy's basis"), f"{percent(margin.actual_markup)} %"),
			_term("", _("Net markup after paying the whole rebate"), f"{percent(margin.net_markup)} %"),
		]
	return rows


def _term(symbol: str, meaning: str, amount: str, is_sum: bool = False) -> dict:
	return {"symbol": symbol, "meaning": meaning, "amount": amount, "is_sum": is_sum}


def _markup_meaning(margin: MarginFigures, terms: dict, money) -> str:
	meaning = _("Minimum markup of {0} % on cost").format(percent(margin.required_markup))
	return f"{meaning} {_band(terms.get('margin_band'), money)}".strip()


def _rebate_meaning(margin: MarginFigures, terms: dict, money) -> str:
	if not margin.rebate_rate:
		return _("Rebate: no agreement covers the document")
	rate = percent(margin.rebate_rate)
	if terms.get("rebate_basis") == RebateBasis.ON_RECEIPTS:
		meaning = _("Rebate of {0} % on receipts of {1}").format(rate, money(margin.rebate_base_amount))
	else:
		meaning = _("Rebate of {0} % on cost").format(rate)
	return f"{meaning} {_band(terms.get('rebate_band'), money)}".strip()


def _band(band: dict | None, money) -> str:
	if not band:
		return ""
	low = money(Decimal(band["from"]))
	if band["to"] is None:
		return _("(net totals from {0})").format(low)
	return _("(net totals from {0} to below {1})").format(low, money(Decimal(band["to"])))


def _comparison(margin: MarginFigures, money) -> str:
	if margin.passes:
		return _("Net total judged: it is enough")
	return _("Net total judged: {0} is missing").format(money(margin.shortfall))
