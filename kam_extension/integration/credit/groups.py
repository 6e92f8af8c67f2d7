"""Groups of accounts: who is above and below whom, and what each of them may owe (R6, R31)."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import frappe

from kam_extension.integration.accounts.account_file import credit_tier_of
from kam_extension.policy.facts import GroupFacts
from kam_extension.policy.money import ZERO, Rounding, decimal
from kam_extension.policy.terms import PolicyTerms

CACHE_KEY = "kam_parent_of_key_account"
FIELDS = (
	"name", "customer", "account_class", "tier", "tier_override", "tier_override_until", "credit_limit_override",
	"credit_tier", "credit_review",
)  # fmt: skip


@dataclass(frozen=True)
class Group:
	"""The members of a group, by account name, and the accounts above the one that is judged."""

	members: dict[str, frappe._dict]
	parents: dict[str, str]
	ancestors: tuple[str, ...]

	@property
	def customers(self) -> set[str]:
		return {member.customer for member in self.members.values()}

	def exposure_under(self, account: str, exposure: dict[str, Decimal]) -> Decimal:
		"""Exposure of the account and of everybody below it; `exposure` is by customer."""
		below = _subtree(account, self.parents)
		members = (self.members[name] for name in below if name in self.members)
		return sum((exposure.get(member.customer, ZERO) for member in members), ZERO)


def belongs_to_a_group(name: str) -> bool:
	"""Whether somebody is above or below the account; without a query."""
	parents = _parents()
	return name in parents or name in parents.values()


def group_of(name: str) -> Group | None:
	"""The group that the account belongs to; None, without a query, for an account with nobody above or below."""
	parents = _parents()
	ancestors = _ancestors(name, parents)
	names = _subtree(ancestors[-1] if ancestors else name, parents)
	if len(names) == 1:
		return None
	# Credit is the company's business: whoever sells to a member need not see the others' files.
	rows = frappe.get_all("Key Account", filters={"name": ("in", list(names))}, fields=FIELDS)
	return Group({row.name: row for row in rows}, parents, ancestors)


def groups_of(names: Iterable[str]) -> dict[str, Group]:
	"""As `group_of`, for many accounts in one query; accounts with nobody above or below are left out."""
	parents = _parents()
	grouped = parents.keys() | set(parents.values())
	ancestors = {name: _ancestors(name, parents) for name in names if name in grouped}
	heads = {name: above[-1] if above else name for name, above in ancestors.items()}
	trees = {head: _subtree(head, parents) for head in set(heads.values())}
	wanted = {name for tree in trees.values() for name in tree}
	if not wanted:
		return {}
	# As for one account: credit is the company's business.
	rows = frappe.get_all("Key Account", filters={"name": ("in", list(wanted))}, fields=FIELDS)
	members = {row.name: row for row in rows}
	return {
		name: Group({one: members[one] for one in trees[head] if one in members}, parents, ancestors[name])
		for name, head in heads.items()
	}


def members_below(name: str) -> list[frappe._dict]:
	"""Rows (name, customer) of the account and all below it; a query only where somebody is."""
	names = _subtree(name, _parents())
	if len(names) == 1:
		return []
	return frappe.get_all("Key Account", filters={"name": ("in", list(names))}, fields=("name", "customer"))


def groups_above(
	group: Group, exposure: dict[str, Decimal], added: Decimal, terms: PolicyTerms, rounding: Rounding
) -> tuple[GroupFacts, ...]:
	"""The accounts above with their exposure, `added` included, and their own limits."""
	return tuple(
		GroupFacts(
			name,
			rounding.money(group.exposure_under(name, exposure) + added),
			_limit_of(group.members[name], terms),
		)
		for name in group.ancestors
		if name in group.members
	)


def forget_groups() -> None:
	"""Drop the cached tree: now, and again when this transaction ends either way."""
	frappe.cache.delete_value(CACHE_KEY)
	for ending in (frappe.db.after_commit, frappe.db.after_rollback):
		ending.add(lambda: frappe.cache.delete_value(CACHE_KEY))


def _limit_of(member: frappe._dict, terms: PolicyTerms) -> Decimal:
	"""Its own limit, else that of its class and credit tier. A head without either only bundles others: it sets no limit."""
	tier = credit_tier_of(member)
	own = decimal(member.credit_limit_override)
	if own or not tier:
		return own
	return terms.service_level(member.account_class, tier).credit_limit


def _parents() -> dict[str, str]:
	"""Account → the account above it, of all that have one."""
	return frappe.cache.get_value(CACHE_KEY, _load_parents)


def _load_parents() -> dict[str, str]:
	filters = {"parent_key_account": ("is", "set")}
	rows = frappe.get_all("Key Account", filters=filters, fields=("name", "parent_key_account"))
	return {row.name: row.parent_key_account for row in rows}


def _ancestors(name: str, parents: dict[str, str]) -> tuple[str, ...]:
	"""The accounts above, nearest first. Circles are refused on the form; one in old data ends the walk."""
	found: list[str] = []
	while (name := parents.get(name)) and name not in found:
		found.append(name)
	return tuple(found)


def _subtree(head: str, parents: dict[str, str]) -> set[str]:
	children: dict[str, list[str]] = {}
	for name, parent in parents.items():
		children.setdefault(parent, []).append(name)
	found, fresh = {head}, [head]
	while fresh:
		fresh = [child for name in fresh for child in children.get(name, ()) if child not in found]
		found.update(fresh)
	return found
