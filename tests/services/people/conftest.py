"""Shared by the tests of what people look after themselves: each makes persons of its own."""

import pytest
from lib.people import Catalog


@pytest.fixture(scope="package")
def users(folder, postgres, rabbitmq):
    """The user service alone."""
    from conftest import _make_shop  # pylint: disable=import-outside-toplevel
    made = _make_shop(folder, postgres, rabbitmq, access="Authenticated", services=("user",))
    yield made
    made.close()


@pytest.fixture
def catalog(users):
    """Without anything sold or known so far."""
    Catalog(users).handled()
    users.databases["user"].query("truncate bought_orders, bought_lines, product_sales, product_pairs, known_products")
    return Catalog(users)
