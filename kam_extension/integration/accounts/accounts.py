"""The one writer of what a Customer shows of its key account: account, tier, class, risk, price list, credit limit and
shipping priority (R6, R20, R31, R36).
"""

import frappe

from kam_extension.integration.accounts.account_file import credit_tier_of, effective_tier
from kam_extension.integration.money import company_currency
from kam_extension.integration.policies.policies import is_enabled, policy_in_force
from kam_extension.integration.policies.tier_price_lists import price_list_of
from kam_extension.policy.terms import PolicyTerms

CACHE_KEY = "kam_key_account_of_customer"
NO_ACCOUNT = ""
PUBLISHED_FIELDS = (
	"kam_key_account", "kam_tier", "kam_account_class", "kam_risk_level", "kam_tier_price_list",
	"kam_previous_price_list", "kam_credit_limit", "kam_shipping_priority", "kam_currency",
)  # fmt: skip


def account_of(customer: str | None) -> str | None:
	"""Name of the customer's key account, or None. One cached lookup: every selling document asks this."""
	if not customer:
		return None
	name = frappe.cache.hget(CACHE_KEY, customer, lambda: _find_account(customer))
	return name or None


def keep_published_values(customer, method: str | None = None) -> None:
	"""Event validate of Customer: what it shows of its key account is written here only, whatever a request sends."""
	if customer.flags.kam_system:
		return
	before = customer.get_doc_before_save()
	for field in PUBLISHED_FIELDS:
		customer.set(field, before.get(field) if before else None)


def publish_account(account) -> None:
	"""Bring the Customer in step with its Key Account document; writes only what differs."""
	forget_customer(account.customer)
	_write_customer(account.customer, customer_values(account), tier_price_list(account))


def customer_values(account) -> dict:
	"""What the Customer of a Key Account (document or row) has to show, the price list aside."""
	return {
		"kam_key_account": account.name,
		"kam_tier": effective_tier(account),
		"kam_account_class": account.account_class,
		"kam_risk_level": account.risk_level or None,
		**_service_values(account),
	}


def _service_values(account) -> dict:
	"""Credit limit in the home company's currency, own or by the policy, and shipping priority; None for none.

	ERPNext's own credit limits stay the administrator's (R31).
	"""
	terms = _terms_today(account)
	own_limit = float(account.credit_limit_override or 0)
	by_policy, priority = 0.0, 0
	if terms:
		credit_level = terms.service_level(account.account_class, credit_tier_of(account))
		by_policy = float(credit_level.credit_limit)
		priority = terms.service_level(account.account_class, effective_tier(account)).shipping_priority
	limit = own_limit or by_policy
	return {
		"kam_credit_limit": limit or None,
		"kam_shipping_priority": priority or None,
		"kam_currency": company_currency(account.company) if limit else None,
	}


def tier_price_list(account) -> str | None:
	"""The price list that the account's tier gives its Customer today; None for the customer's own."""
	terms = _terms_today(account)
	if terms is None:
		return None
	return price_list_of(terms, terms.service_level(account.account_class, effective_tier(account)))


def _terms_today(account) -> PolicyTerms | None:
	return policy_in_force(account.company) if is_enabled() else None


def unpublish_account(account) -> None:
	"""Take everything of the key account off its Customer and give its own price list back."""
	forget_customer(account.customer)
	fields = set(PUBLISHED_FIELDS) - {"kam_tier_price_list", "kam_previous_price_list"}
	if frappe.db.exists("Customer", account.customer):
		_write_customer(account.customer, dict.fromkeys(fields), None)


def forget_customer(customer: str) -> None:
	"""Drop the cached lookup: now, and again when this transaction ends either way."""
	frappe.cache.hdel(CACHE_KEY, customer)
	for ending in (frappe.db.after_commit, frappe.db.after_rollback):
		ending.add(lambda: frappe.cache.hdel(CACHE_KEY, customer))


def _find_account(customer: str) -> str:
	return frappe.db.get_value("Key Account", {"customer": customer}) or NO_ACCOUNT


def _write_customer(name: str, values: dict, price_list: str | None) -> None:
	customer = frappe.get_doc("Customer", name)
	values.update(_price_list_values(customer, price_list))
	if all((customer.get(field) or None) == value for field, value in values.items()):
		return
	customer.update(values)
	customer.flags.kam_system = True
	# The right to this change was checked on the Key Account; its manager need not be allowed to edit customers.
	customer.save(ignore_permissions=True)


def _price_list_values(customer, price_list: str | None) -> dict:
	"""Default price list for the tier, keeping the customer's own to give back."""
	ours = customer.kam_tier_price_list or None
	is_still_ours = bool(ours) and customer.default_price_list == ours
	own = customer.kam_previous_price_list or None if is_still_ours else customer.default_price_list or None
	if price_list is None:
		return {"default_price_list": own, "kam_previous_price_list": None, "kam_tier_price_list": None}
	return {
		"default_price_list": price_list,
		"kam_previous_price_list": own,
		"kam_tier_price_list": price_list,
	}


def customer_renamed(customer, method: str, old: str, new: str, merge: bool = False) -> None:
	"""Event of Customer: names changed, so what was remembered under both is forgotten."""
	for name in (old, new):
		forget_customer(name)
