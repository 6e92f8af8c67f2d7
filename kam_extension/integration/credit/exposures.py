"""Exposure and limit of many accounts at once, as the credit rule has them of one (R31)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from kam_extension.integration.accounts.account_file import credit_tier_of
from kam_extension.integration.credit.exposure import EXPOSURE, exposure_by_customer
from kam_extension.integration.credit.groups import groups_of
from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.questions import Question, ask
from kam_extension.policy.money import HUNDRED, ZERO, decimal


@dataclass(frozen=True)
class CreditPosition:
	"""In company currency with tax. A limit of zero is no limit."""

	exposure: Decimal
	credit_limit: Decimal

	@property
	def use(self) -> Decimal | None:
		"""Percent of the limit; None without one."""
		return self.exposure * HUNDRED / self.credit_limit if self.credit_limit else None


def credit_positions(company: str, accounts: Iterable[Mapping]) -> dict[str, CreditPosition]:
	"""Key account → where it stands today without a document being judged; one query for all, one more for groups.

	`accounts` are rows with name, customer, account_class, credit_limit_override and what `credit_tier_of` reads. The
	head of a group with a tier or a limit of its own answers for all below it, as when its order is judged.
	"""
	accounts = list(accounts)
	terms = policy_in_force(company)
	groups = groups_of([account.name for account in accounts])
	customers = {account.customer for account in accounts}
	customers.update(*(group.customers for group in groups.values()))
	exposure = exposures(company, customers)
	rounding = site_rounding(company_currency(company))
	# Thousands of accounts share a few classes and tiers.
	limit_of = cache(lambda *level: terms.service_level(*level).credit_limit if terms else ZERO)
	positions = {}
	for account in accounts:
		override, tier = decimal(account.credit_limit_override), credit_tier_of(account)
		own = exposure.get(account.customer, ZERO)
		if account.name in groups and (tier or override):
			own = groups[account.name].exposure_under(account.name, exposure)
		limit = override or limit_of(account.account_class, tier)
		positions[account.name] = CreditPosition(rounding.money(own), limit)
	return positions


def exposures(company: str, customers: Iterable[str]) -> dict[str, Decimal]:
	"""Customer → exposure in company currency, in one query; customers without any are left out."""
	names = tuple(customers)
	if not names:
		return {}
	values = {"customers": names, "company": company, "name": ""}
	return exposure_by_customer(ask(Question(EXPOSURE, values)))
