"""Whom the reader may see, and what is known of them: customers and their key accounts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import frappe

from kam_extension.integration.accounts.account_file import effective_tier
from kam_extension.integration.receivables.filters import Filters

ACCOUNT_FIELDS = (
	"name", "customer", "account_class", "tier", "tier_override", "tier_override_until",
	"credit_tier", "credit_review", "credit_limit_override", "account_manager", "responsible_unit",
)  # fmt: skip
SHOWN_OF_ACCOUNT = ("account_class", "tier", "account_manager", "responsible_unit")
NO_ACCOUNT = {"key_account": None, **dict.fromkeys(SHOWN_OF_ACCOUNT)}
SHOWN_OF_CUSTOMER = (
	"customer_name", "territory", "customer_group", "customer_primary_contact", "default_sales_partner",
)  # fmt: skip


@dataclass(frozen=True)
class Parties:
	"""`accounts` by customer. `customers` None: every customer whom the reader may see, key account or not."""

	accounts: dict[str, frappe._dict]
	customers: tuple[str, ...] | None

	def details(self, customers: Iterable[str], columns: Sequence[str]) -> dict[str, dict]:
		"""These columns of each customer, and its key account's; empty where there is none. One query."""
		names = tuple(customers)
		rows = frappe.db.sql(
			f"select name, {', '.join(columns)} from `tabCustomer` where name in %(names)s",
			{"names": names or ("",)},
		)
		known = {name: dict(zip(columns, values, strict=True)) for name, *values in rows}
		nothing = dict.fromkeys(columns)
		return {name: known.get(name, nothing) | self._account_columns(name) for name in names}

	def _account_columns(self, customer: str) -> dict:
		account = self.accounts.get(customer)
		if account is None:
			return NO_ACCOUNT
		return {"key_account": account.name, **{name: account[name] for name in SHOWN_OF_ACCOUNT}}


def permitted_parties(filters: Filters) -> Parties:
	"""Key accounts that the session's user may read and the filters ask for; all customers only when asked."""
	accounts = _permitted_accounts(filters)
	asked = filters.lists.get("party")
	only_accounts = not filters.is_on("all_customers") or {"tier", "account_manager"} & filters.links.keys()
	if only_accounts:
		return Parties(accounts, tuple(name for name in accounts if not asked or name in asked))
	return Parties(accounts, None)


def _permitted_accounts(filters: Filters) -> dict[str, frappe._dict]:
	wanted = {}
	if "account_manager" in filters.links:
		wanted["account_manager"] = filters.links["account_manager"]
	if "party" in filters.lists:
		wanted["customer"] = ("in", filters.lists["party"])
	rows = frappe.get_list("Key Account", filters=wanted, fields=ACCOUNT_FIELDS, limit_page_length=0)
	tier = filters.links.get("tier")
	for row in rows:
		row.tier = effective_tier(row)
	return {row.customer: row for row in rows if not tier or row.tier == tier}
