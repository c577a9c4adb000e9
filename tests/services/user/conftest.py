"""Shared by the tests of the user service: each makes users of its own."""

import pytest
from lib.users import OtherServices


@pytest.fixture(scope="package")
def users(running_shop):
    """The user service alone."""
    with running_shop(access="Authenticated", services=("user",)) as made:
        yield made


@pytest.fixture(scope="module")
def shop(running_shop):
    """User and product service: one that keeps the list of revoked tokens, and one that asks for it. Accounts can be used at once."""
    with running_shop(access="Authenticated", services=("user", "product")) as made:
        yield made


@pytest.fixture(scope="module")
def verifying(running_shop):
    """As `shop`, where new addresses must be verified; `mails` of lib.accounts reads its events."""
    with running_shop(access="Authenticated", services=("user", "product"),
                      config={"user": {"accounts.verify_email": True}}) as made:
        made.events, made.seen = made.vhost.listen("user.#"), []
        yield made


@pytest.fixture
def others(users):
    """Without anything sold or known so far."""
    OtherServices(users).handled()
    users.databases["user"].query("truncate bought_orders, bought_lines, product_sales, product_pairs, known_products")
    return OtherServices(users)
