"""What the approval of a Tier Review would change for the customer: now and then, service by service (R18; S2)."""

from collections.abc import Callable
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import fmt_money, formatdate

from kam_extension.integration.accounts.account_file import credit_tier_of, is_overridden
from kam_extension.integration.money import company_currency
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.policies.tier_price_lists import price_list_of
from kam_extension.policy.codes import ReviewType, Service
from kam_extension.policy.levels import is_higher
from kam_extension.policy.scoring import is_upgrade
from kam_extension.policy.terms import PolicyTerms, TierTerms

ACCOUNT_FIELDS = (
	"name", "customer", "company", "account_class", "account_level", "tier", "tier_override", "tier_override_until",
	"credit_limit_override", "credit_tier", "credit_review",
)  # fmt: skip
CREDIT_SERVICES = (Service.CREDIT_LIMIT, Service.OVERDUE_DAYS)
OWN_PRICE_LIST = "Customer's own"
ACCOUNT_MANAGER = "Account Manager"
UNCHANGED, UPGRADE, DOWNGRADE = "Unchanged", "Upgrade", "Downgrade"


def account_row(review) -> frappe._dict | None:
	"""The reviewed account's file: what the caller has read for many reviews at once, else one query."""
	return review.flags.account or frappe.db.get_value(
		"Key Account", review.key_account, ACCOUNT_FIELDS, as_dict=True
	)


def refresh_comparison(review, account) -> None:
	"""Bring `direction`, the rows of services and the note in step with what the review proposes.

	Services are those of the policy in force today, because approval takes effect today; without one there are none.
	"""
	terms = policy_in_force(account.company)
	review.direction = _direction(review, account, terms or PolicyTerms())
	review.set("services", _rows(review, account, terms) if terms else [])
	review.service_note = _note(review, account)


def _direction(review, account, terms: PolicyTerms) -> str:
	"""By the tier; where it stays, by the level. So a review that takes anything away is no Upgrade by its level."""
	before, after = review.current_tier or None, review.proposed_tier or None
	if before != after:
		return UPGRADE if is_upgrade(terms, account.account_class, before, after) else DOWNGRADE
	before, after = review.current_level or None, review.proposed_level or None
	if before == after:
		return UNCHANGED
	return UPGRADE if is_higher(after, before) else DOWNGRADE


def _rows(review, account, terms: PolicyTerms) -> list[dict]:
	is_credit = review.review_type == ReviewType.CREDIT
	now = terms.service_level(account.account_class, review.current_tier or None)
	then = terms.service_level(account.account_class, review.proposed_tier or None)
	credit_now = now if is_credit else terms.service_level(account.account_class, own_credit_tier(account))
	rows = []
	for service, show in _show(account, terms).items():
		if is_credit and service not in CREDIT_SERVICES:
			continue
		before = credit_now if service in CREDIT_SERVICES else now
		row = {"service": str(service), "current_value": show(before), "proposed_value": show(then)}
		rows.append(_own_limit(row, account) if service == Service.CREDIT_LIMIT else row)
	return rows


def own_credit_tier(account) -> str | None:
	"""The tier whose credit terms the file has, a manual override left aside."""
	return (account.credit_tier if account.credit_review else account.tier) or None


def _show(account, terms: PolicyTerms) -> dict[Service, Callable[[TierTerms], str]]:
	currency = company_currency(account.company)
	return {
		Service.PRICE_LIST: lambda level: price_list_of(terms, level) or OWN_PRICE_LIST,
		Service.TIER_DISCOUNT: lambda level: _percent(level.discount_percentage),
		Service.DISCOUNT_CAP: lambda level: _percent(level.max_discount_percentage),
		Service.CREDIT_LIMIT: lambda level: fmt_money(float(level.credit_limit), currency=currency),
		Service.OVERDUE_DAYS: lambda level: str(level.max_overdue_days),
		Service.SHIPPING_PRIORITY: lambda level: _number(level.shipping_priority),
		Service.VISIT_INTERVAL: lambda level: _number(level.visit_interval_months),
		Service.VISITOR: lambda level: level.visitor_role or ACCOUNT_MANAGER,
	}


def _percent(value: Decimal) -> str:
	return f"{float(value):g} %"


def _number(value: int) -> str:
	return str(value) if value else "-"


def _own_limit(row: dict, account) -> dict:
	"""An own credit limit of the account stays whatever its tier (R31)."""
	if not account.credit_limit_override:
		return row
	limit = fmt_money(account.credit_limit_override, currency=company_currency(account.company))
	note = _("The account's own credit limit stays. Its tier would give {0}.").format(row["proposed_value"])
	return row | {"current_value": limit, "proposed_value": limit, "note": note}


def _note(review, account) -> str | None:
	if is_overridden(account):
		return _(
			"Manual tier {0} holds until {1}: what changes on approval shows at the customer when it ends."
		).format(account.tier_override, formatdate(account.tier_override_until))
	if review.review_type == ReviewType.TIER and credit_tier_of(account) != (account.tier or None):
		return _("The credit terms of review {0} end with the approval.").format(account.credit_review)
	return None
