"""What each account of the book stands at; arithmetic only."""

from collections.abc import Iterator
from dataclasses import dataclass

# What earns 4, 3, 2 and 1 points under the shipped default policy, each well inside its band.
ORDERED = {4: 8_000_000, 3: 3_000_000, 2: 1_000_000, 1: 200_000}
OWED = {4: 50_000, 3: 200_000, 2: 600_000, 1: 2_000_000}
PREMIUM = {4: 12, 3: 7, 2: 2, 1: -5}
# Points for what was ordered, what is owed, premium and influence. Every tier is there; most accounts have none.
PROFILES = (
	(4, 4, 4, 4), (4, 3, 4, 4), (3, 3, 3, 4), (2, 4, 3, 3), (4, 2, 3, 3), (2, 3, 3, 3), (1, 4, 3, 2), (3, 2, 2, 3),
	(2, 4, 2, 2), (1, 4, 1, 1), (1, 3, 2, 2), (2, 1, 2, 1), (1, 2, 3, 3), (1, 4, 2, 2), (2, 2, 2, 2), (1, 1, 1, 4),
)  # fmt: skip
MINIMUM_POINTS = {"A": 14, "B": 12, "C": 10}
OLD_DAYS, NEW_DAYS = 3 * 365, 300
NEW_EVERY, ARREARS_EVERY = 50, 20
CHANGING_EVERY, CHANGING = 100, 50


@dataclass(frozen=True)
class Standing:
	"""One account: amounts in company currency, premium in percent, `days` since its first order.

	`changed_influence` is a judgement that gives it another tier.
	"""

	n: int
	customer: str
	key_account: str
	account_class: str
	tier: str | None
	ordered: int
	owed: int
	premium: int
	influence: int
	changed_influence: int
	days: int
	in_arrears: bool


def standing(n: int) -> Standing:
	"""The account of that number, from 1."""
	ordered, owed, premium, influence = PROFILES[n % len(PROFILES)]
	is_new, in_arrears = n % NEW_EVERY == 3, n % ARREARS_EVERY == 5
	tier = "C" if is_new else tier_of(max(ordered - in_arrears, 1) + owed + premium + influence)
	return Standing(
		n=n,
		customer=f"CUST-{n:06}",
		key_account=f"KA-{n:05}",
		account_class="Major" if n % 5 == 0 else "Ordinary",
		tier=tier,
		ordered=ORDERED[ordered],
		owed=OWED[owed],
		premium=PREMIUM[premium],
		influence=influence,
		changed_influence=1 if tier else 4,
		days=NEW_DAYS if is_new else OLD_DAYS,
		in_arrears=in_arrears,
	)


def tier_of(points: int) -> str | None:
	return next((tier for tier, minimum in MINIMUM_POINTS.items() if points >= minimum), None)


def standings(accounts: int) -> Iterator[Standing]:
	return (standing(n) for n in range(1, accounts + 1))


def changing_accounts(accounts: int) -> int:
	"""How many accounts `change_one_percent` gives another tier."""
	return sum(n % CHANGING_EVERY == CHANGING for n in range(1, accounts + 1))
