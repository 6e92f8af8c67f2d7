"""Carry a policy to its customers: price lists, tiers, due visits (R13, R20, R46)."""

import frappe
from frappe.query_builder import DocType

from kam_extension.integration.accounts.accounts import customer_values, publish_account, tier_price_list
from kam_extension.integration.accounts.visits import next_visit_due, refresh_visit_dates
from kam_extension.integration.policies.tier_price_lists import publish_policy_prices
from kam_extension.policy.terms import PolicyTerms


def publish_policy(terms: PolicyTerms) -> None:
	"""A policy was submitted or cancelled: make its price lists, then bring its customers in step in background."""
	publish_policy_prices(terms)
	frappe.enqueue(
		"kam_extension.integration.policies.publication.publish_all",
		queue="long",
		enqueue_after_commit=True,
		job_id="kam_publish_all_accounts",
		deduplicate=True,
	)


def publish_all() -> None:
	"""Bring Customers in step with their key accounts and the policies of today: those that differ, and no other.

	Nightly too: policies start, overrides lapse by date. Each account is committed by itself, so that one that can't
	be saved is logged and holds up no other.
	"""
	for name in accounts_out_of_step():
		try:
			account = frappe.get_doc("Key Account", name)
			publish_account(account)
			refresh_visit_dates(account)
			frappe.db.commit()  # nosemgrep: a long background job keeps what is done
		except Exception:
			frappe.db.rollback()
			frappe.log_error(title=f"Key Account {name} was not published to its customer")


def accounts_out_of_step() -> list[str]:
	"""Key accounts whose Customer or due visit is not what account and policy say today; one query."""
	return [row.name for row in _published_state() if not _is_in_step(row)]


def _is_in_step(row) -> bool:
	shown = {field: row[f"shown_{field}"] or None for field in SHOWN_FIELDS}
	price_list = tier_price_list(row)
	wanted = customer_values(row) | {"kam_tier_price_list": price_list}
	if price_list:
		wanted["default_price_list"] = price_list
	due = next_visit_due(row, row.last_visit_date)
	return all(shown[field] == value for field, value in wanted.items()) and row.next_visit_due == due


SHOWN_FIELDS = (
	"kam_key_account", "kam_tier", "kam_account_class", "kam_risk_level", "kam_tier_price_list", "default_price_list",
	"kam_credit_limit", "kam_shipping_priority", "kam_currency",
)  # fmt: skip


def _published_state() -> list:
	account, customer = DocType("Key Account"), DocType("Customer")
	return (
		frappe.qb.from_(account)
		.join(customer)
		.on(customer.name == account.customer)
		.select(
			account.name,
			account.company,
			account.account_class,
			account.tier,
			account.tier_override,
			account.tier_override_until,
			account.credit_limit_override,
			account.credit_tier,
			account.credit_review,
			account.risk_level,
			account.last_visit_date,
			account.next_visit_due,
			account.creation,
			*(customer[field].as_(f"shown_{field}") for field in SHOWN_FIELDS),
		)
	).run(as_dict=True)
