"""Shared by the tests of the catalog: the product service alone, with sample data."""

import pytest


@pytest.fixture(name="shop", scope="package")
def _shop(folder, postgres, rabbitmq):
    from conftest import _make_shop  # pylint: disable=import-outside-toplevel
    made = _make_shop(folder, postgres, rabbitmq, services=("product",))
    yield made
    made.close()


@pytest.fixture(name="db", scope="package")
def _db(shop):
    return shop.databases["product"]


@pytest.fixture(name="api", scope="package")
def _api(shop):
    return shop.product.api


@pytest.fixture(name="staff", scope="package")
def _staff(shop, api):
    return api.bearer(shop.token(9, "staff"))
