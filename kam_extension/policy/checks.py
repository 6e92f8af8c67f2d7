"""Contradictions in a policy, found when it is saved and not when an order trips over them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from kam_extension.policy.codes import Action, CostSource, Metric
from kam_extension.policy.contradictions import Contradiction
from kam_extension.policy.money import HUNDRED, ZERO
from kam_extension.policy.programme_checks import check_programmes
from kam_extension.policy.terms import Criterion, PolicyTerms, TierTerms

FEWEST_ORDERS = 2


def find_contradictions(terms: PolicyTerms) -> list[Contradiction]:
	"""Everything in `terms` that can't hold at once, or can't mean anything."""
	return [
		*_check_dates(terms),
		*_check_numbers(terms),
		*_check_review_months(terms),
		*_check_early_warning(terms),
		*_check_bands("margin_bands", terms.margin_bands, "min_markup", None),
		*_check_bands("rebate_bands", terms.rebate_bands, "rebate_rate", HUNDRED),
		*check_programmes(terms.rebate_programmes, terms.programme_bands, terms.ladder_priority),
		*_check_tiers(terms.tiers, is_scored=bool(terms.criteria)),
		*_check_criteria(terms.criteria),
		*_check_levels(terms),
		*_check_authorities(terms),
		*_check_sources(terms),
	]


def review_months(text: str) -> list[int]:
	"""Months 1–12 from a comma list such as "1,7"; ValueError for anything else."""
	months = [int(part) for part in text.replace("\uff0c", ",").split(",") if part.strip()]
	if any(month < 1 or month > 12 for month in months):
		raise ValueError(text)
	return months


def _check_dates(terms: PolicyTerms) -> Iterator[Contradiction]:
	if terms.valid_from and terms.valid_to and terms.valid_to < terms.valid_from:
		yield Contradiction("valid_to", "ends_before_it_starts")


def _check_numbers(terms: PolicyTerms) -> Iterator[Contradiction]:
	for name in ("new_customer_months", "arrears_penalty", "grace_days", "commission_rate"):
		if getattr(terms, name) < 0:
			yield Contradiction(name, "negative")
	if terms.commission_rate > HUNDRED:
		yield Contradiction("commission_rate", "over_hundred_percent")


def _check_review_months(terms: PolicyTerms) -> Iterator[Contradiction]:
	for name in ("tier_review_months", "credit_review_months"):
		if not _are_months(getattr(terms, name)):
			yield Contradiction(name, "no_month", values={"value": getattr(terms, name)})


def _are_months(text: str) -> bool:
	try:
		review_months(text)
	except ValueError:
		return False
	return True


def _check_early_warning(terms: PolicyTerms) -> Iterator[Contradiction]:
	"""A level of 0 is off. Below its usual gap every account is silent now and then."""
	for medium, high in (("silence_medium", "silence_high"), ("order_drop_medium", "order_drop_high")):
		if getattr(terms, medium) > getattr(terms, high) > 0:
			yield Contradiction(medium, "medium_over_high")
	for name in ("silence_medium", "silence_high", "order_drop_medium", "order_drop_high"):
		value = getattr(terms, name)
		if value < 0:
			yield Contradiction(name, "negative")
		if name.startswith("silence") and 0 < value <= 1:
			yield Contradiction(name, "silence_too_short")
		if name.startswith("order_drop") and value > HUNDRED:
			yield Contradiction(name, "over_hundred_percent")
	if terms.rhythm_min_orders < FEWEST_ORDERS:
		yield Contradiction("rhythm_min_orders", "too_few_orders")


def _check_bands(
	table: str, bands: Sequence, rate_field: str, highest: Decimal | None
) -> Iterator[Contradiction]:
	previous: dict[str | None, Decimal] = {}
	for row, band in enumerate(bands, start=1):
		rate = getattr(band, rate_field)
		if band.from_amount < 0 or rate < 0:
			yield Contradiction(table, "negative", row)
		if highest is not None and rate > highest:
			yield Contradiction(table, "over_hundred_percent", row)
		if band.tier in previous and band.from_amount == previous[band.tier]:
			yield Contradiction(table, "bands_overlap", row, {"amount": str(band.from_amount)})
		elif band.tier in previous and band.from_amount < previous[band.tier]:
			yield Contradiction(table, "bands_unsorted", row, {"amount": str(band.from_amount)})
		previous[band.tier] = band.from_amount
	general = [band.from_amount for band in bands if band.tier is None]
	if bands and (not general or min(general) > 0):
		yield Contradiction(table, "bands_leave_gap")


def _check_tiers(tiers: Sequence[TierTerms], is_scored: bool) -> Iterator[Contradiction]:
	"""Tiers of a class need minimum scores of their own as soon as a scorecard decides between them."""
	for row in _repeated((tier.account_class, tier.tier) for tier in tiers):
		yield Contradiction("tiers", "repeated", row)
	scores: dict[tuple[str, Decimal], str] = {}
	for row, tier in enumerate(tiers, start=1):
		yield from _check_tier(tier, row)
		key = (tier.account_class, tier.min_score)
		if is_scored and tier.tier and key in scores:
			yield Contradiction("tiers", "same_score", row, {"tier": tier.tier, "other": scores[key]})
		if tier.tier:
			scores[key] = tier.tier


def _check_tier(tier: TierTerms, row: int) -> Iterator[Contradiction]:
	numbers = (
		tier.min_score, tier.discount_percentage, tier.max_discount_percentage, tier.shipping_priority,
		tier.visit_interval_months, tier.credit_limit, tier.max_overdue_days,
	)  # fmt: skip
	if min(numbers) < 0:
		yield Contradiction("tiers", "negative", row)
	if not _are_months(tier.report_months):
		yield Contradiction("tiers", "no_month", row, {"value": tier.report_months})
	if max(tier.discount_percentage, tier.max_discount_percentage) > HUNDRED:
		yield Contradiction("tiers", "over_hundred_percent", row)
	if tier.discount_percentage > tier.max_discount_percentage:
		yield Contradiction("tiers", "discount_over_cap", row)


def _check_criteria(criteria: Sequence[Criterion]) -> Iterator[Contradiction]:
	for row in _repeated(criterion.metric for criterion in criteria):
		yield Contradiction("criteria", "repeated", row)
	for row, criterion in enumerate(criteria, start=1):
		if criterion.metric not in set(Metric):
			yield Contradiction("criteria", "unknown_metric", row, {"metric": criterion.metric})
		if criterion.weight <= 0:
			yield Contradiction("criteria", "weight_not_positive", row)
		steps = (criterion.points_4, criterion.points_3, criterion.points_2)
		if list(steps) != sorted(steps, reverse=criterion.higher_is_better) or len(set(steps)) < len(steps):
			yield Contradiction("criteria", "thresholds_unsorted", row)


def _check_levels(terms: PolicyTerms) -> Iterator[Contradiction]:
	for row in _repeated((level.account_level, level.counts) for level in terms.levels):
		yield Contradiction("levels", "repeated", row)
	for row, level in enumerate(terms.levels, start=1):
		if min(level.min_contracts, level.min_contract_amount, level.lookback_years) < 0:
			yield Contradiction("levels", "negative", row)


def _check_authorities(terms: PolicyTerms) -> Iterator[Contradiction]:
	for row in _repeated(authority.role for authority in terms.authorities):
		yield Contradiction("authorities", "repeated", row)
	for row, authority in enumerate(terms.authorities, start=1):
		limits = (authority.max_markup_concession, authority.max_discount)
		if min(limits) < ZERO:
			yield Contradiction("authorities", "negative", row)
		if max(limits) > HUNDRED:
			yield Contradiction("authorities", "over_hundred_percent", row)


def _check_sources(terms: PolicyTerms) -> Iterator[Contradiction]:
	for row in _repeated(terms.cost_sources):
		yield Contradiction("cost_sources", "repeated", row)
	if CostSource.COST_PRICE_LIST in terms.cost_sources and not terms.cost_price_list:
		yield Contradiction("cost_price_list", "cost_price_list_missing")
	if terms.margin_action != Action.OFF and terms.margin_bands and not terms.cost_sources:
		yield Contradiction("cost_sources", "cost_sources_missing")
	if terms.price_action != Action.OFF and not terms.base_price_list:
		yield Contradiction("base_price_list", "base_price_list_missing")


def _repeated(keys: Iterable) -> Iterator[int]:
	"""1-based rows whose key stood in an earlier row."""
	seen: Counter = Counter()
	for row, key in enumerate(keys, start=1):
		seen[key] += 1
		if seen[key] > 1:
			yield row
