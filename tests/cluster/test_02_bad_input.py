"""Bad requests are refused through the Ingress as by the services themselves, and change nothing."""

import pytest
from lib.client import problem


def state(shop):
    return (shop.sql("product", "select sum(reserved), sum(on_hand) from stock"),
            shop.sql("order", "select count(*) from orders where state not in ('rejected')"))


@pytest.mark.parametrize("body, status", [(b'{"user_id":1,', 400), (b'{"user_id":"one","product":"Tablet"}', 422),
                                          (b'{"user_id":1,"product":"' + b"x" * 300_000 + b'"}', 413)],
                         ids=["malformed", "wrong type", "too large"])
def test_a_bad_order_is_refused(http, shop, body, status):
    before = state(shop)
    answer = http.post("/orders", body, headers={"Content-Type": "application/json"})
    assert problem(answer, status)
    assert state(shop) == before


@pytest.mark.parametrize("path", ["/products/abc", "/products/99999999999999999999", "/orders/%00"])
def test_an_id_that_is_not_a_number_is_refused(http, path):
    answer = http.get(path)
    assert answer.status in (400, 404, 422), answer
