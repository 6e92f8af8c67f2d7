"""What a KAM Decision keeps: everything that its page needs, and nothing that may change later (R29)."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from decimal import Decimal

from kam_extension.integration.enforcement.judgement import Judgement
from kam_extension.policy.bands import band_for, edges
from kam_extension.policy.facts import DocumentFacts
from kam_extension.policy.margin import MarginFigures
from kam_extension.policy.terms import PolicyTerms
from kam_extension.policy.verdict import Violation

TERMS = (
	"base_price_list", "cost_price_list", "rebate_basis", "rebate_base", "price_action", "margin_action",
	"credit_action", "unknown_cost_action", "unlisted_item_action", "unknown_exchange_rate_action",
	"show_cost_to_sales",
)  # fmt: skip


def details_of(doc, judgement: Judgement) -> dict:
	"""The figures, terms and violations behind a verdict; money of the company as text with its decimals."""
	verdict, facts = judgement.verdict, judgement.facts
	return {
		"violations": [_plain(asdict(violation)) for violation in verdict.violations],
		"margin": _plain(asdict(verdict.margin)) if verdict.margin else None,
		"terms": _terms(judgement),
		"currency": doc.currency,
		"occasion": judgement.occasion,
		**(_facts(facts, judgement) if facts else {"other_costs": "0", "agreement": None, "lines": []}),
	}


def violations_in(details: dict) -> list[Violation]:
	"""The violations as they were judged. What later versions of the app add to a violation is not in old records."""
	return [Violation(**_typed(Violation, values)) for values in details.get("violations") or ()]


def margin_in(details: dict) -> MarginFigures | None:
	values = details.get("margin")
	return MarginFigures(**_typed(MarginFigures, values)) if values else None


def _facts(facts: DocumentFacts, judgement: Judgement) -> dict:
	floors = judgement.verdict.floor_rates
	return {
		"gross": str(facts.gross),
		"other_costs": str(facts.other_costs),
		"agreement": facts.agreement.name if facts.agreement else None,
		"is_dealer_led": facts.is_dealer_led,
		"exchange_rate": str(facts.exchange_rate),
		"credit": _plain(asdict(facts.credit)) if facts.credit else None,
		"lines": [{**_plain(vars(line)), "floor_rate": _plain(floors.get(line.row))} for line in facts.lines],
	}


def _terms(judgement: Judgement) -> dict:
	terms, account = judgement.terms, judgement.account
	level = terms.service_level(account.account_class, account.tier)
	net = judgement.verdict.net
	return {
		**{name: getattr(terms, name) for name in TERMS},
		"cost_sources": list(terms.cost_sources),
		"account_class": account.account_class,
		"max_discount_percentage": str(level.max_discount_percentage),
		"margin_band": _band(terms.margin_bands, net, account.tier),
		"rebate_band": _rebate_band(terms, judgement, net),
	}


def _rebate_band(terms: PolicyTerms, judgement: Judgement, net: Decimal) -> dict | None:
	has_agreement = judgement.facts and judgement.facts.agreement
	return _band(terms.rebate_bands, net, judgement.account.tier) if has_agreement else None


def _band(bands: Sequence, net: Decimal, tier: str | None) -> dict | None:
	"""The band of `net`: from (inclusive) and to (exclusive, None for the last one) in company currency."""
	band = band_for(bands, net, tier)
	if band is None:
		return None
	above = [edge for edge in edges(bands, tier) if edge > max(net, band.from_amount)]
	return {"from": str(band.from_amount), "to": str(min(above)) if above else None}


def _plain(value):
	"""Decimals as text, containers all the way down."""
	if isinstance(value, Decimal):
		return str(value)
	if isinstance(value, dict):
		return {key: _plain(inner) for key, inner in value.items()}
	if isinstance(value, list | tuple):
		return [_plain(inner) for inner in value]
	return value


def _typed(kind: type, values: dict) -> dict:
	known = {field.name: str(field.type) for field in fields(kind)}
	return {
		name: Decimal(value) if value is not None and "Decimal" in known[name] else value
		for name, value in values.items()
		if name in known
	}
