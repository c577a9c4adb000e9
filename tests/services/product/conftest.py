"""Shared by the tests of the product service."""

import pytest


@pytest.fixture(scope="module")
def shop(running_shop):
    """The product service alone, with sample data."""
    with running_shop(services=("product",)) as made:
        yield made


@pytest.fixture(scope="module")
def db(shop):
    return shop.databases["product"]


@pytest.fixture(scope="module")
def api(shop):
    return shop.product.api


@pytest.fixture(scope="module")
def staff(shop, api):
    return api.bearer(shop.token(9, "staff"))
