"""Shared by the tests of the product service."""

import pytest


@pytest.fixture(scope="module")
def shop(running_shop):
    """The product service alone, with sample data."""
    with running_shop(services=("product",)) as made:
        yield made
