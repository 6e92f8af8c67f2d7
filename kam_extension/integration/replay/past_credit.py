"""Credit as it stood on the day of an order, with what another policy allows (R31, R32, R62)."""

from dataclasses import replace

from kam_extension.policy.facts import AccountFacts, CreditFacts
from kam_extension.policy.terms import PolicyTerms


def credit_under(
	recorded: CreditFacts | None,
	account: AccountFacts,
	terms: PolicyTerms,
	recorded_terms: PolicyTerms | None,
) -> CreditFacts | None:
	"""The recorded exposure and days overdue against the policy's limits.

	A limit that was not the service level's, by a credit review or for the account alone, stays what it was; so do
	limits of groups.
	"""
	if recorded is None or recorded_terms is None:
		return recorded
	then = recorded_terms.service_level(account.account_class, account.tier)
	now = terms.service_level(account.account_class, account.tier)
	is_own_limit = recorded.credit_limit != then.credit_limit
	is_own_time = recorded.max_overdue_days != then.max_overdue_days
	return replace(
		recorded,
		credit_limit=recorded.credit_limit if is_own_limit else now.credit_limit,
		max_overdue_days=recorded.max_overdue_days if is_own_time else now.max_overdue_days,
	)
