"""Metrics, tier, level and evidence (R14–R16, R18) against reading every document of random books, one by one."""

from decimal import Decimal

import pytest

from kam_extension.integration.evidence.documents_behind import BREAKDOWNS
from kam_extension.integration.metrics import measure
from kam_extension.integration.tiers.scorecards import score_accounts
from kam_extension.policy.codes import Metric
from kam_extension.policy.terms import terms_from
from tests.site.books import AS_OF, scope_of
from tests.site.evidence_values import value_of
from tests.site.plain_metrics import PlainBook
from tests.site.plain_scorecard import POLICY, plain_level, plain_points, plain_tier
from tests.site.random_book import RandomBook

ROUNDS = 3


@pytest.mark.parametrize("seed", [1, 2])
def test_random_book(site, seed):
	book = RandomBook(seed).write(ROUNDS)
	plain_books = {account.name: PlainBook(account) for account in book.accounts}
	check_metrics(book, plain_books)
	check_scorecards(book, plain_books)
	check_evidence(book)


def check_metrics(book: RandomBook, plain_books: dict) -> None:
	measured = measure(Metric, scope_of(*book.accounts))
	for name, plain in plain_books.items():
		expected = {metric: getattr(plain, metric)() for metric in Metric}
		assert {metric: values[name] for metric, values in measured.items()} == almost(expected)


def check_scorecards(book: RandomBook, plain_books: dict) -> None:
	for card in score_accounts(book.accounts, terms_from(POLICY), AS_OF):
		plain = plain_books[card.key_account]
		assert card.proposal.total_points == plain_points(plain)
		assert card.proposal.tier == plain_tier(plain)
		assert (card.level and card.level.level) == plain_level(plain)


def check_evidence(book: RandomBook) -> None:
	for account in book.accounts:
		scope = scope_of(account)
		values = {metric: by_account[account.name] for metric, by_account in measure(Metric, scope).items()}
		listed = {metric: value_of(metric, BREAKDOWNS[metric].read(scope)) for metric in Metric}
		assert listed == almost(values)


def almost(values: dict) -> dict:
	return {
		metric: None if value is None else pytest.approx(Decimal(value), abs=Decimal("0.000001"))
		for metric, value in values.items()
	}
