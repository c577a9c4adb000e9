"""Refunds at the provider."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from lib import inventory
from lib.client import problem
from lib.payments import at_rest, balanced, book, place, product, refund


@pytest.mark.parametrize("card", ["card_ok", "card_timeout", "card_flaky"])
def test_refunds_never_exceed_what_was_paid(shop, card):
    order = place(shop, product(shop, price=1000), card, quantity=10).json()["order_id"]
    at_rest(shop, order, "confirmed")
    headers = {"Idempotency-Key": f"refund-{order}"}
    first = refund(shop, order, {"amount": 25.5}, headers=headers)
    assert first.status in (201, 202), first.text
    at_rest(shop, order, "confirmed")
    again = refund(shop, order, {"amount": 25.5}, headers=headers)
    assert again.status == 201 and again.json()["id"] == first.json()["id"]
    assert problem(refund(shop, order, {"amount": 26}, headers=headers), 422)["errors"][0]["field"] == "Idempotency-Key"
    client = shop.order.api.bearer(shop.token(9, "staff"))
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: client.post(f"/api/orders/{order}/refunds", {"reason": "x", "amount": 10},
                                                      timeout=30), range(10)))
    at_rest(shop, order, "confirmed")
    assert sorted(a.status // 100 for a in answers) == [2] * 7 + [4] * 3
    over = problem(next(a for a in answers if a.status == 409), 409)
    assert over["state"] == "confirmed" and over["paid"] == 100 and over["refunded"] == 95.5
    assert refund(shop, order, {}).json()["amount"] == 4.5, "without an amount: what is left"
    at_rest(shop, order, "confirmed")
    problem(refund(shop, order, {"amount": 0.01}), 409)
    refunds = [amount for kind, amount in book(shop, order) if kind == "refunded"]
    assert sorted(refunds) == sorted([2550, 450] + [1000] * 7)
    balanced(shop)


def test_cancelling_refunds_what_is_left(shop):
    thing = product(shop)
    order = place(shop, thing, quantity=5).json()["order_id"]
    assert refund(shop, order, {"amount": 12}).status == 201
    answer = shop.post(f"/api/orders/{order}/cancel", token=shop.token(1))
    assert answer.status == 200 and answer.json()["refunded"] == 50, answer.text
    at_rest(shop, order, "cancelled")
    assert book(shop, order)[2:] == [("refunded", 1200), ("refunded", 3800)]
    assert inventory.stock(shop.databases["product"], thing) == (100, 0)
    balanced(shop)
