"""Shared by all tests: where the checkout is, and one Hypothesis profile without time limits."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("kam", deadline=None, max_examples=200, print_blob=True)
settings.load_profile("kam")


@pytest.fixture(scope="session")
def checkout() -> Path:
	"""The root of the checkout that is tested."""
	return Path(__file__).resolve().parent.parent
