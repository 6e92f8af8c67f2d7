"""The first year, no orders and arrears at their edges, from real orders and invoices (R14, R15)."""

import json
from datetime import date

import frappe
import pytest
from frappe.utils import add_days, add_months, getdate

from kam_extension.integration.tiers.scorecards import score_accounts
from kam_extension.policy.terms import terms_from
from tests.site.books import AS_OF, invoice, listed_item, order
from tests.site.factories import default_policy, make_key_account


@pytest.fixture
def account(site):
	return make_key_account()


@pytest.fixture
def item(site) -> str:
	return listed_item(100)


def proposal(account, as_of=AS_OF):
	[card] = score_accounts([account], terms_from(json.loads(default_policy())), getdate(as_of))
	return card.proposal


def outcome(account, as_of=AS_OF) -> tuple:
	found = proposal(account, as_of)
	return found.tier, found.reason


def test_the_first_year_ends_on_the_anniversary(account, item):
	order(account, item, 1, 6_000_000, add_months(AS_OF, -12))
	assert outcome(account, add_days(AS_OF, -1)) == ("C", "first_year")
	assert outcome(account)[1] == "scored"


@pytest.mark.parametrize(
	("as_of", "reason"),
	[(date(2025, 2, 27), "first_year"), (date(2025, 2, 28), "scored"), (date(2025, 3, 1), "scored")],
)
def test_the_year_of_a_leap_day_ends_on_the_28th(account, item, as_of, reason):
	order(account, item, 1, 100, date(2024, 2, 29))
	assert outcome(account, as_of)[1] == reason


def test_no_order_until_the_day_is_no_order(account, item):
	order(account, item, 1, 100, add_days(AS_OF, 1))
	order(account, item, 1, 100, submit=False)
	assert outcome(account) == (None, "no_orders")


def test_a_cancelled_first_order_does_not_start_the_year(account, item):
	first = order(account, item, 1, 100, add_months(AS_OF, -20))
	order(account, item, 1, 100, add_months(AS_OF, -2))
	assert outcome(account)[1] == "scored"
	first.cancel()
	assert outcome(account) == ("C", "first_year")
	amended = frappe.copy_doc(first)
	amended.update({"amended_from": first.name, "docstatus": 0, "transaction_date": first.transaction_date})
	amended.insert().submit()
	assert outcome(account)[1] == "scored"


def test_arrears_begin_the_day_after_the_days_of_grace(account, item):
	order(account, item, 1, 2_000_000, add_months(AS_OF, -2))
	invoice(account, item, 1, 100, add_days(AS_OF, -60), due=add_days(AS_OF, -15))
	contract, *_ = proposal(account).scores
	assert contract.points == 3
	contract, *_ = proposal(account, add_days(AS_OF, 1)).scores
	assert contract.points == 2
