"""Paying by Stripe: its requests are checked by a real stripe-mock."""

import pytest
from lib import inventory
from lib.client import problem
from lib.payments import SECRET, at_rest, paying_shop, place, product, refund
from lib.stripe import Stripe


@pytest.fixture(scope="module")
def stripe(folder):
    """A real stripe-mock with a book before it."""
    made = Stripe(folder / "stripe")
    yield made
    made.close()


@pytest.fixture(scope="module")
def stripe_shop(running_shop, stripe):
    """With Stripe."""
    with paying_shop(running_shop, payments__provider="stripe", payments__stripe__api_key="sk_test_123",
                     payments__stripe__url=stripe.url, payments__stripe__webhook_secret=SECRET) as made:
        yield made


def intent_of(shop, stripe, order):
    return stripe.intents[shop.databases["order"].value(f"select reference from payments where order_id = {order}")]


def test_stripe_takes_the_money_once(stripe_shop, stripe):
    thing = product(stripe_shop)
    order = place(stripe_shop, thing, "pm_card_visa", quantity=2).json()["order_id"]
    at_rest(stripe_shop, order, "confirmed")
    intent = intent_of(stripe_shop, stripe, order)
    assert (intent["captured"], intent["refunded"]) == (2000, 0)
    with_body = [r for r in stripe.requests if r[0] == "POST"]
    assert all(r[3].get("Idempotency-Key") for r in with_body)
    assert all(r[3]["Authorization"] == "Bearer sk_test_123" for r in stripe.requests)
    assert with_body[0][2].items() >= {"amount": "2000", "currency": "usd", "capture_method": "manual"}.items()
    assert {r[4] for r in stripe.requests} == {200}, "stripe-mock finds nothing wrong with any request"
    assert "sk_test_123" not in stripe_shop.order.log() and SECRET not in stripe_shop.order.log()


def test_stripe_declines(stripe_shop, stripe):
    thing = product(stripe_shop)
    order = problem(place(stripe_shop, thing, "pm_declined"), 402)["order_id"]
    at_rest(stripe_shop, order, "rejected")
    assert intent_of(stripe_shop, stripe, order)["status"] == "canceled"
    assert inventory.stock(stripe_shop.databases["product"], thing) == (100, 0)
    assert [e["field"] for e in problem(place(stripe_shop, thing), 422)["errors"]] == ["payment"]
    for method in ("card_ok", "4242424242424242", "pm_/../x"):
        assert problem(place(stripe_shop, thing, method), 422)["errors"][0]["field"] == "payment.method"


def test_a_request_that_stripe_refuses_rejects_the_order(stripe_shop, stripe):
    """stripe-mock refuses what Stripe would: that is the end of the order, not of the service."""
    assert stripe.mock("POST", "/v1/payment_intents", b"amount=abc", {
        "Authorization": "Bearer sk_test_123", "Content-Type": "application/x-www-form-urlencoded"})[0] == 400
    order = problem(place(stripe_shop, product(stripe_shop), "pm_refused"), 402)["order_id"]
    assert stripe.requests[-1][4] == 400
    at_rest(stripe_shop, order, "rejected")


@pytest.mark.parametrize("trouble", ["lose", "fail"])
def test_stripe_without_an_answer(stripe_shop, stripe, trouble):
    thing = product(stripe_shop)
    setattr(stripe, trouble, 7)
    order = place(stripe_shop, thing, "pm_card_visa").json()["order_id"]
    at_rest(stripe_shop, order, "confirmed")
    setattr(stripe, trouble, 3)
    assert refund(stripe_shop, order, {"amount": 4}).status in (201, 202)
    at_rest(stripe_shop, order, "confirmed")
    intent = intent_of(stripe_shop, stripe, order)
    assert (intent["captured"], intent["refunded"]) == (1000, 400)
    assert stripe_shop.post(f"/api/orders/{order}/cancel", token=stripe_shop.token(1)).status == 200
    at_rest(stripe_shop, order, "cancelled")
    assert intent["refunded"] == 1000
    assert inventory.stock(stripe_shop.databases["product"], thing) == (100, 0)


def test_money_and_metrics(stripe_shop, stripe):
    paid = int(stripe_shop.databases["order"].value(
        "select coalesce(sum(p.captured_minor), 0) - coalesce((select sum(amount_minor) from refunds where state = 'done'), 0) "
        "from payments p"))
    assert stripe.taken() == paid
    metric = stripe_shop.order.metric
    assert metric("payments_total", provider="stripe", operation="capture", result="captured") >= 1
    assert metric("payment_duration_seconds_count", provider="stripe") >= 1
    assert metric("orders_revenue_total", currency="USD") >= 20
    assert metric("orders_refunded_total", currency="USD") >= 4
    assert metric("order_placement_duration_seconds_count") >= 1
    assert metric("orders_open", state="reserved") is not None
