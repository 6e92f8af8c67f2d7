"""Levels that contracts and strategic agreements of key accounts earn (R16): read in one query each, judged by the
policy core.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import frappe

from kam_extension.integration.agreements.in_force import strategic_agreements
from kam_extension.integration.money import company_currency, currency_precision
from kam_extension.policy.codes import LevelBasis
from kam_extension.policy.levels import (
	Contract,
	LevelProposal,
	counted_since,
	counts_agreements,
	counts_contracts,
	propose_level,
)
from kam_extension.policy.money import ZERO, decimal
from kam_extension.policy.terms import LevelRule, PolicyTerms

# A union of distinct rows ends also where old data holds a circle of parents.
_QUERY = """
	with recursive member as (
		select name head, name, customer from `tabKey Account` where name in %(accounts)s
		union
		select member.head, below.name, below.customer
		from member join `tabKey Account` below on below.parent_key_account = member.name
	)
	select head, signed_on, amount
	from (
		select member.head, contract.transaction_date signed_on, round(contract.base_net_total
			* if(contract.status = 'Closed', greatest(contract.per_billed, contract.per_delivered) / 100, 1),
			%(precision)s) amount
		from member join `tabSales Order` contract on contract.customer = member.customer
		where contract.docstatus = 1 and contract.company = %(company)s and contract.is_internal_customer = 0
			and contract.transaction_date between %(since)s and %(as_of_date)s
	) counted
	where amount >= %(lowest_amount)s
	order by head, signed_on
"""


def propose_levels(accounts: Sequence, terms: PolicyTerms, as_of_date: date) -> dict[str, LevelProposal]:
	"""{key account: better level than it has}; accounts whose contracts and agreements earn none are left out. One query
	for the contracts, one for the agreements, as far as the policy asks for them.

	`accounts`: rows with name, company and account_level, all of one home company. A contract is a submitted order
	of the home company without tax, in company currency, as *Update Items* left it; a closed one counts with the
	share that was delivered or billed, whichever is more; cancelled orders and those between own companies don't
	count. An account that others belong to counts their contracts as its own (R6), their agreements not.
	"""
	if not accounts:
		return {}
	contracts = _contracts(accounts, [rule for rule in terms.levels if counts_contracts(rule)], as_of_date)
	agreements = _agreements(accounts, terms, as_of_date)
	proposals = {
		account.name: propose_level(
			terms.levels,
			contracts.get(account.name, ()),
			account.account_level,
			as_of_date,
			agreements.get(account.name, 0),
		)
		for account in accounts
		if account.name in contracts or account.name in agreements
	}
	return {name: proposal for name, proposal in proposals.items() if proposal}


def _agreements(accounts: Sequence, terms: PolicyTerms, as_of_date: date) -> dict[str, int]:
	if not any(counts_agreements(rule) for rule in terms.levels):
		return {}
	return strategic_agreements([account.name for account in accounts], as_of_date)


def _contracts(
	accounts: Sequence, rules: Sequence[LevelRule], as_of_date: date
) -> defaultdict[str, list[Contract]]:
	"""Key account → its contracts, no more of them than the rules need."""
	if not rules:
		return defaultdict(list)
	company = accounts[0].company
	needs_all = any(rule.counts == LevelBasis.FOLLOW_UP_TOTAL for rule in rules)
	rows = frappe.db.sql(
		_QUERY,
		{
			"accounts": [account.name for account in accounts],
			"company": company,
			"as_of_date": as_of_date,
			"since": date.min if needs_all else min(counted_since(rule, as_of_date) for rule in rules),
			"lowest_amount": ZERO if needs_all else min(rule.min_contract_amount for rule in rules),
			"precision": currency_precision(company_currency(company)),
		},
	)
	contracts = defaultdict(list)
	for head, signed_on, amount in rows:
		contracts[head].append(Contract(signed_on, decimal(amount)))
	return contracts
