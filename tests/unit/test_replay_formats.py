"""Whatever a book was exported as, its decisions are the same."""

import json
from contextlib import closing

import pytest

from kam_extension.replay.book import open_book
from kam_extension.replay.engine import replay
from kam_extension.replay.policy_file import Policy
from tests.unit.builders import make_terms
from tests.unit.replay_book import BOOK, write_book
from tests.unit.replay_exports import EXPORTS


def results(directory):
	"""Everything that a replay finds: decisions, rebates, tiers."""
	with closing(open_book(directory)) as book:
		found = replay(book, Policy("", make_terms()))
		side = found.side
		tiers = [(tier.customer, tier.current_tier, tier.proposal, tier.overdue_days) for tier in side.tiers]
		decisions = book.rows(f"FROM {side.decisions} JOIN judged_orders USING (place) ORDER BY place")
		rebates = book.rows(f"FROM {side.rebates} JOIN receipts USING (place) ORDER BY place")
		return decisions, rebates, tiers, found.other_orders


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
	return results(write_book(tmp_path_factory.mktemp("book")))


@pytest.fixture
def folder(tmp_path):
	(tmp_path / "book.json").write_text(json.dumps(BOOK), "utf-8")
	return tmp_path


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_every_export_gives_the_same_decisions(folder, expected, export):
	export(folder)
	assert results(folder) == expected
