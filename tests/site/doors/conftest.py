"""Fixtures of the tests that try every door to a price (docs/doors.md)."""

import pytest

from tests.site.doors.market import Market, open_market


@pytest.fixture
def market(site) -> Market:
	"""A Major A account under a blocking policy, and an item: 170.00 passes, 169.99 does not."""
	return open_market()
