"""Shared by the tests of payments."""

import pytest
from lib.payments import SECRET, paying_shop


@pytest.fixture(scope="package")
def shop(folder, postgres, rabbitmq):
    """With the sandbox."""
    made = paying_shop(folder, postgres, rabbitmq, payments__provider="sandbox", payments__sandbox__webhook_secret=SECRET,
                       payments__sandbox__review="1h")
    yield made
    made.close()
