"""The credit facts of one document (R31, R32)."""

from collections.abc import Sequence
from decimal import Decimal

from kam_extension.integration.accounts.account_file import Account
from kam_extension.integration.credit.counted import added_exposure, paid_now
from kam_extension.integration.credit.exposure import exposure_by_customer
from kam_extension.integration.credit.groups import Group, group_of, groups_above
from kam_extension.integration.credit.instalments import unpaid_instalments
from kam_extension.integration.credit.overdue import overdue_days
from kam_extension.integration.credit.position import position_question
from kam_extension.integration.money import company_currency, site_rounding
from kam_extension.integration.questions import Question, Row, ask
from kam_extension.policy.facts import CreditFacts
from kam_extension.policy.money import ZERO, Rounding, decimal
from kam_extension.policy.terms import PolicyTerms


def credit_question(doc, customer: str, group: Group | None, rounding: Rounding) -> Question:
	"""What `credit_facts_from` has to know; `group` is `groups.group_of` the customer's account."""
	return position_question(doc, customer, group.customers if group else {customer}, rounding)


def credit_facts(doc, terms: PolicyTerms, account: Account) -> CreditFacts:
	"""As `credit_facts_from`, asking for itself: one query; one more where the account belongs to a group."""
	group, rounding = group_of(account.name), site_rounding(company_currency(doc.company))
	answers = ask(credit_question(doc, account.customer, group, rounding))
	return credit_facts_from(answers, doc, terms, account, group, rounding)


def credit_facts_from(
	answers: Sequence[Row],
	doc,
	terms: PolicyTerms,
	account: Account,
	group: Group | None,
	rounding: Rounding,
	exchange_share: Decimal = Decimal(1),
) -> CreditFacts:
	"""Where the account stands with `doc` included, in company currency with tax.

	`doc` is an order, a delivery, or a purchase order that delivers to the customer. `exchange_share` is what the judged
	exchange rate leaves of the document's own.
	"""
	level = terms.service_level(account.account_class, account.credit_tier)
	exposure = exposure_by_customer(answers)
	added = added_exposure(doc, answers, exchange_share)
	override = decimal(account.credit_limit_override)
	own = exposure.get(account.customer, ZERO)
	# A head without tier and override only bundles others: what it may owe itself is for itself.
	if group and (account.credit_tier or override):
		own = group.exposure_under(account.name, exposure)
	return CreditFacts(
		exposure=rounding.money(own + added),
		credit_limit=override or level.credit_limit,
		overdue_days=overdue_days(answers),
		max_overdue_days=level.max_overdue_days,
		groups=groups_above(group, exposure, added, terms, rounding) if group else (),
		instalments=unpaid_instalments(answers, paid_now(doc), rounding),
	)
