"""Metrics of a whole company are those of its accounts one by one, though they are asked for differently (R14, R17)."""

import random

import frappe
import pytest
from frappe.utils import add_days

from kam_extension.integration.metrics import METRICS
from kam_extension.integration.tiers.scorecards import scope_of_company
from kam_extension.policy.codes import Metric
from kam_extension.policy.terms import PolicyTerms
from tests.site.books import (
	AS_OF,
	cheque,
	credit_note,
	customer_row,
	invoice,
	issue,
	journal,
	listed_item,
	order,
	pay,
	refund,
	scope_of,
	termed_invoice,
)
from tests.site.factories import (
	BASE_PRICE_LIST,
	bank_account,
	company,
	make_customer,
	make_key_account,
	make_price,
	make_visit_log,
)


@pytest.fixture
def item(site) -> str:
	"""Listed twice, the prices overlapping."""
	name = listed_item(100)
	make_price(name, 120, valid_from=add_days(AS_OF, -90), valid_upto=add_days(AS_OF, -30))
	return name


def whole_company():
	return scope_of_company(company(), PolicyTerms(base_price_list=BASE_PRICE_LIST), AS_OF)


def write_book(accounts, item: str) -> None:
	chance = random.Random(7)
	for account in accounts:
		for _ in range(2):
			order(
				account,
				item,
				chance.randint(1, 9),
				chance.randint(80, 130),
				add_days(AS_OF, -chance.randint(1, 120)),
			)
		sold = invoice(
			account, item, 10, 100, add_days(AS_OF, -60), due=add_days(AS_OF, -chance.randint(1, 50))
		)
		pay(sold, chance.choice([250, 1000]), add_days(AS_OF, -20))
		termed_invoice(account, item, add_days(AS_OF, -25))
	issue(accounts[0], AS_OF)
	make_visit_log(accounts[0].name, visit_date=AS_OF, status="Completed", discussion="Talked").db_set(
		"satisfaction", 80
	)
	paid_back_twice(accounts[1], item)
	journal_of_two(accounts[0], accounts[1])


def paid_back_twice(account, item: str) -> None:
	"""An invoice that is settled, and its credit note, of which more was paid out than it gave: the rest is owed."""
	sold = invoice(account, item, 10, 100, add_days(AS_OF, -200), due=add_days(AS_OF, -170))
	pay(sold, sold.grand_total, add_days(AS_OF, -150))
	note = credit_note(sold, 2, add_days(AS_OF, -140))
	frappe.db.set_value(
		"Payment Ledger Entry", {"voucher_no": note.name}, {"amount": 50, "against_voucher_no": note.name}
	)
	refund(account, 100, add_days(AS_OF, -130))
	frappe.db.delete("Payment Schedule", {"parent": sold.name})


def journal_of_two(debtor, creditor) -> None:
	"""One journal whose two customers cancel out each other's amounts."""
	journal(add_days(AS_OF, -250), customer_row(debtor, 300, 0), customer_row(creditor, 0, 300))
	cash = (bank_account(), 500, 0, {})
	journal(AS_OF, cash, customer_row(creditor, 0, 500), voucher_type="Bank Entry", **cheque())


@pytest.fixture
def accounts(site, item) -> list:
	made = [make_key_account(strategic_influence=2), make_key_account()]
	write_book(made, item)
	return made


def test_a_company_measures_what_its_accounts_do(accounts):
	one_by_one = {metric: METRICS[metric](scope_of(*accounts)) for metric in Metric}
	assert {metric: METRICS[metric](whole_company()) for metric in Metric} == one_by_one
	unknown = [metric for metric, values in one_by_one.items() if not any(values.values())]
	assert list(one_by_one[Metric.OVERDUE_DAYS_MAX].values()) == [250, 170]
	assert unknown == [Metric.REVENUE_GROWTH, Metric.GROSS_MARGIN]


def test_what_is_not_scored_is_not_measured(accounts, item):
	for status in ("Prospect", "Terminated"):
		order(make_key_account(status=status), item, 1, 100)
	order(frappe._dict(customer=make_customer().name), item, 1, 100)
	assert set(METRICS[Metric.CONTRACT_AMOUNT](whole_company())) == {account.name for account in accounts}


def test_an_account_made_since_the_list_was_read_is_passed_over(accounts, item):
	scope = whole_company()
	order(make_key_account(), item, 1, 100)
	assert set(METRICS[Metric.COLLECTED](scope)) == {account.name for account in accounts}
	assert set(METRICS[Metric.CONTRACT_AMOUNT](scope)) == {account.name for account in accounts}
