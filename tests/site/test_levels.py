"""Levels that contracts earn (R16), read from real orders."""

import frappe
import pytest
from frappe.utils import add_days, add_years, formatdate

from kam_extension.integration.policies.policies import policy_in_force
from kam_extension.integration.tiers.level_evidence import level_values
from kam_extension.integration.tiers.levels import propose_levels
from kam_extension.integration.tiers.scorecards import score_accounts
from kam_extension.policy.terms import terms_from
from tests.site.books import AS_OF, LONG_AGO, OTHER_COMPANY, listed_item, order, vat_row
from tests.site.factories import company, make_key_account, make_policy

THRESHOLD = 50_000
LEVELS = [
	{"account_level": "Group", "min_contracts": 2, "min_contract_amount": 4 * THRESHOLD, "lookback_years": 5,
	"needs_judgement": 1},
	{"account_level": "Project", "min_contracts": 1, "min_contract_amount": THRESHOLD, "lookback_years": 5},
]  # fmt: skip


@pytest.fixture
def account(site):
	return make_key_account(account_level=None)


@pytest.fixture
def item(site) -> str:
	return listed_item(100)


def proposals(*accounts, levels=LEVELS) -> dict:
	return propose_levels(accounts, terms_from({"levels": levels}), AS_OF)


def level_of(account) -> str | None:
	proposal = proposals(account).get(account.name)
	return proposal and proposal.level


def test_a_contract_of_the_amount_earns_the_level(account, item):
	order(account, item, 1, THRESHOLD)
	proposal = proposals(account)[account.name]
	assert (proposal.level, proposal.contracts, proposal.amount) == ("Project", 1, THRESHOLD)
	assert not proposal.needs_judgement


def test_a_cent_less_does_not(account, item):
	order(account, item, 1, THRESHOLD - 0.01)
	assert proposals(account) == {}


def test_the_long_term_has_to_be_judged(account, item):
	for _ in range(2):
		order(account, item, 1, 4 * THRESHOLD)
	proposal = proposals(account)[account.name]
	assert (proposal.level, proposal.needs_judgement, proposal.otherwise) == ("Group", True, "Project")


def test_rules_only_raise(account, item):
	account.account_level = "Subsidiary"
	order(account, item, 1, THRESHOLD)
	assert proposals(account) == {}


@pytest.mark.parametrize(
	("fields", "earned"),
	[
		({"currency": "USD", "conversion_rate": 7, "plc_conversion_rate": 1}, "Project"),
		({"taxes": True}, None),
		({"submit": False}, None),
	],
)
def test_company_currency_without_tax_and_submitted(account, item, fields, earned):
	if "taxes" in fields:
		fields = {"taxes": [vat_row()]}
	order(account, item, 1, THRESHOLD / (7 if earned else 1.01), **fields)
	assert level_of(account) == earned


@pytest.mark.parametrize(
	("changes", "earned"),
	[
		({"status": "Closed", "per_billed": 40, "per_delivered": 50}, "Project"),
		({"status": "Closed", "per_billed": 49.9, "per_delivered": 10}, None),
		({"status": "Closed"}, None),
		({"is_internal_customer": 1}, None),
		({"company": OTHER_COMPANY}, None),
	],
)
def test_what_a_closed_or_internal_order_counts_for(account, item, changes, earned):
	order(account, item, 1, 2 * THRESHOLD).db_set(changes)
	assert level_of(account) == earned


def test_a_cancelled_order_counts_again_when_amended(account, item):
	cancelled = order(account, item, 1, THRESHOLD)
	cancelled.cancel()
	assert proposals(account) == {}
	amended = frappe.copy_doc(cancelled)
	amended.update({"amended_from": cancelled.name, "docstatus": 0}).insert().submit()
	assert level_of(account) == "Project"


@pytest.mark.parametrize(("day_shift", "earned"), [(0, "Project"), (-1, None)])
def test_five_years_back_and_not_a_day_more(account, item, day_shift, earned):
	order(account, item, 1, THRESHOLD, add_days(add_years(AS_OF, -5), day_shift))
	assert level_of(account) == earned


def test_what_is_signed_after_the_day_does_not_count(account, item):
	order(account, item, 1, THRESHOLD, add_days(AS_OF, 1))
	assert proposals(account) == {}


def test_follow_up_contracts_count_together(account, item):
	rule = {"account_level": "Subsidiary", "counts": "Follow-up Total", "min_contracts": 1}
	make_policy(levels=[rule | {"min_contract_amount": THRESHOLD, "lookback_years": 5}], valid_from=LONG_AGO)
	terms = policy_in_force(company(), AS_OF)
	order(account, item, 1, 9 * THRESHOLD, add_years(AS_OF, -7))
	order(account, item, 1, THRESHOLD / 2, add_days(AS_OF, -9))
	assert propose_levels([account], terms, AS_OF) == {}
	order(account, item, 1, THRESHOLD / 2)
	assert propose_levels([account], terms, AS_OF)[account.name].level == "Subsidiary"


def test_a_parent_counts_what_all_below_it_signed(account, item):
	child = make_key_account(parent_key_account=account.name, account_level=None)
	grandchild = make_key_account(parent_key_account=child.name, account_level=None)
	order(grandchild, item, 1, 4 * THRESHOLD)
	order(child, item, 1, 4 * THRESHOLD)
	stranger = make_key_account(account_level=None)
	earned = proposals(account, child, grandchild, stranger)
	assert {name: row.level for name, row in earned.items()} == {
		account.name: "Group",
		child.name: "Group",
		grandchild.name: "Project",
	}


def test_a_circle_in_old_data_ends(account, item):
	child = make_key_account(parent_key_account=account.name)
	account.db_set("parent_key_account", child.name)
	order(child, item, 1, THRESHOLD)
	assert level_of(account) == "Project"


def test_without_rules_nothing_is_read(account, item):
	order(account, item, 1, THRESHOLD)
	assert proposals(account, levels=[]) == {}


def test_a_review_says_which_contracts_earn_the_level(account, item):
	for _ in range(2):
		order(account, item, 1, 4 * THRESHOLD)
	[card] = score_accounts([account], terms_from({"levels": LEVELS}), AS_OF)
	values = level_values(card)
	assert values["level_reason"] == (
		"Contracts of at least CNY 200,000.00: 2, together CNY 400,000.00; the policy asks for 2. "
		f"Dated from {formatdate(add_years(AS_OF, -5))} to {formatdate(AS_OF)}. "
		"It holds only if the prospects are also judged as long-term."
	)
	assert (values["proposed_level"], values["level_without_judgement"]) == ("Group", "Project")
	assert values["level_needs_judgement"] == 1


def test_a_review_without_better_level_keeps_the_present_one(account):
	account.account_level = "Project"
	[card] = score_accounts([account], terms_from({"levels": LEVELS}), AS_OF)
	assert level_values(card) == {
		"current_level": "Project",
		"proposed_level": "Project",
		"level_reason": None,
		"level_needs_judgement": 0,
		"level_without_judgement": None,
	}
