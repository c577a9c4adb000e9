"""Shared by the tests of payments."""

import pytest
from lib.payments import SECRET, paying_shop


@pytest.fixture(scope="package")
def shop(running_shop):
    """With the sandbox."""
    with paying_shop(running_shop, payments__provider="sandbox", payments__sandbox__webhook_secret=SECRET,
                       payments__sandbox__review="1h") as made:
        yield made
