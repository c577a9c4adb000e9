"""Shared by the tests of orders."""

import pytest


@pytest.fixture(scope="module")
def shop(running_shop):
    """With the services that an order needs."""
    with running_shop(services=("user", "product", "order")) as made:
        yield made
