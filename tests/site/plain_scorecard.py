"""Tier and level told slowly: by reading a policy's rows over what the plain book says (R14, R15, R16)."""

from decimal import Decimal

from tests.site.plain_metrics import PlainBook

TIERS = (("A", 17), ("B", 13), ("C", 9))
CRITERIA = (
	("contract_amount", True, 20000, 8000, 1000, Decimal(1)),
	("receivable_balance", False, 0, 2000, 6000, Decimal(1)),
	("price_premium", True, 300, 60, 10, Decimal("1.5")),
	("on_time_payment_share", True, 80, 50, 20, Decimal("0.5")),
	("complaint_count", False, 0, 1, 3, Decimal(1)),
)
LEVELS = (("Group", 2, 3000, True), ("Subsidiary", 1, 2000, False), ("Project", 1, 500, False))
GRACE_DAYS = 15

POLICY = {
	"name": "Plain",
	"base_price_list": "Standard Selling",
	"tiers": [{"account_class": "Major", "tier": tier, "min_score": score} for tier, score in TIERS],
	"criteria": [
		dict(
			zip(
				("metric", "higher_is_better", "points_4", "points_3", "points_2", "weight"), row, strict=True
			)
		)
		for row in CRITERIA
	],
	"levels": [
		{
			"account_level": level,
			"min_contracts": number,
			"min_contract_amount": amount,
			"lookback_years": 5,
			"needs_judgement": judged,
		}
		for level, number, amount, judged in LEVELS
	],
}


def plain_points(book: PlainBook) -> Decimal:
	total = Decimal(0)
	for metric, higher, four, three, two, weight in CRITERIA:
		value, points = getattr(book, metric)(), 1
		for reward, threshold in ((2, two), (3, three), (4, four)):
			if value is not None and (value >= threshold if higher else value <= threshold):
				points = reward
		if metric == "contract_amount" and book.overdue_days_max() > GRACE_DAYS:
			points = max(points - 1, 1)
		total += points * weight
	return total


def plain_tier(book: PlainBook) -> str | None:
	months = book.tenure_months()
	if months is None:
		return None
	if months < 12:
		return "C"
	return next((tier for tier, score in TIERS if plain_points(book) >= score), None)


def plain_level(book: PlainBook) -> str | None:
	return next(
		(level for level, number, amount, _ in LEVELS if book.contracts(Decimal(amount)) >= number), None
	)
