"""Shared by the tests of the catalog: the product service alone, with sample data."""

import pytest


@pytest.fixture(name="shop", scope="package")
def _shop(running_shop):
    with running_shop(services=("product",)) as made:
        yield made


@pytest.fixture(name="db", scope="package")
def _db(shop):
    return shop.databases["product"]


@pytest.fixture(name="api", scope="package")
def _api(shop):
    return shop.product.api


@pytest.fixture(name="staff", scope="package")
def _staff(shop, api):
    return api.bearer(shop.token(9, "staff"))
