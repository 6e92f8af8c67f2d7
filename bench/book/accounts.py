"""Customers and key accounts of the book, and the one percent of them that changes."""

from dataclasses import astuple, fields

import frappe
from frappe.utils import now_datetime

from book import tables
from book.size import Size
from book.standings import CHANGING, CHANGING_EVERY, Standing, changing_accounts, standings
from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.policies.tier_price_lists import price_list_of

HELPER = "Bench Account"
DEFINITION = """
	n int primary key, customer varchar(140), key_account varchar(140), account_class varchar(20), tier varchar(10),
	ordered decimal(21,2), owed decimal(21,2), premium decimal(9,2), influence int, changed_influence int, days int,
	in_arrears int, key (key_account), key (customer)
"""
KEY_ACCOUNT = {
	"name": "key_account",
	"customer": "customer",
	"customer_name": "customer",
	"company": "%(company)s",
	"status": "'Active'",
	"account_class": "account_class",
	"tier": "tier",
	"strategic_influence": "influence",
	"account_manager": "'Administrator'",
}
CUSTOMER = {
	"name": "customer",
	"customer_name": "customer",
	"customer_type": "'Company'",
	"customer_group": "'Commercial'",
	"territory": "'Rest Of The World'",
	"kam_key_account": "key_account",
	"kam_tier": "tier",
	"kam_account_class": "account_class",
}


def load_accounts(size: Size, company: str) -> None:
	"""Customers and active key accounts of the company, with the tiers that a recompute will find.

	Tiers and price lists are those of the shipped default policy, which has to be in force.
	"""
	tables.make_helper(HELPER, DEFINITION)
	frappe.db.bulk_insert(
		HELPER, [field.name for field in fields(Standing)], map(astuple, standings(size.accounts))
	)
	values = {"now": now_datetime(), "company": company}
	with tables.bulk_loading():
		tables.refill(
			(("Key Account", KEY_ACCOUNT, f"`tab{HELPER}`"), ("Customer", CUSTOMER, f"`tab{HELPER}`")), values
		)
	_publish_price_lists(company)
	tables.analyze("Customer", "Key Account")


def change_one_percent(size: Size) -> int:
	"""Judge the influence of every hundredth account anew, so that its tier has to change; returns how many."""
	frappe.db.sql(
		f"""
		update `tabKey Account` account join `tab{HELPER}` standing on standing.key_account = account.name
		set account.strategic_influence = standing.changed_influence
		where standing.n %% %s = %s
		""",
		(CHANGING_EVERY, CHANGING),
	)
	frappe.db.commit()
	return changing_accounts(size.accounts)


def restore_accounts(company: str) -> None:
	"""Give every account and customer back what `load_accounts` gave it."""
	frappe.db.sql(
		f"""
		update `tabKey Account` account join `tab{HELPER}` standing on standing.key_account = account.name
		set account.strategic_influence = standing.influence, account.tier = standing.tier,
			account.next_visit_due = null
		where account.strategic_influence != standing.influence or not account.tier <=> standing.tier
		"""
	)
	frappe.db.sql(
		f"""
		update `tabCustomer` customer join `tab{HELPER}` standing on standing.customer = customer.name
		set customer.kam_tier = standing.tier, customer.default_price_list = null,
			customer.kam_tier_price_list = null, customer.kam_previous_price_list = null
		where not customer.kam_tier <=> standing.tier
		"""
	)
	_publish_price_lists(company)


def _publish_price_lists(company: str) -> None:
	"""Show on each customer the price list that its class and tier give it."""
	terms = policy_in_force(company)
	for level in terms.tiers:
		frappe.db.sql(
			"""
			update `tabCustomer` set default_price_list = %(price_list)s, kam_tier_price_list = %(price_list)s
			where kam_account_class = %(account_class)s and kam_tier <=> %(tier)s
				and not kam_tier_price_list <=> %(price_list)s
			""",
			{
				"price_list": price_list_of(terms, level),
				"account_class": level.account_class,
				"tier": level.tier,
			},
		)
	frappe.db.commit()
