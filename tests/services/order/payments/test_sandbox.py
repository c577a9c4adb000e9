"""Paying by the sandbox, with its own book: every card, and what is reviewed meanwhile."""

import uuid

import pytest
from lib import inventory
from lib.client import problem
from lib.payments import at_rest, balanced, book, end_review, event, order_row, place, product, put_to_sleep, review, webhook
from lib.process import wait_until


@pytest.mark.parametrize("card", [None, "card_ok", "card_timeout", "card_flaky"])
def test_money_is_taken_once(shop, card):
    thing = product(shop)
    answer = place(shop, thing, card, quantity=3)
    assert answer.status in (201, 202), answer.text
    order = answer.json()["order_id"]
    at_rest(shop, order, "confirmed")
    assert book(shop, order) == [("authorised", 3000), ("captured", 3000)]
    assert inventory.stock(shop.databases["product"], thing) == (97, 0)
    balanced(shop)
    if card in (None, "card_ok"):
        assert answer.status == 201


def test_the_examples_hold_with_a_provider(shop):
    answer = shop.post("/orders", {"user_id": 2, "product": "Tablet"})
    assert answer.status == 201, answer.text
    assert book(shop, answer.json()["order_id"]) == [("authorised", 29999), ("captured", 29999)]


def test_a_declined_card(shop):
    thing = product(shop)
    headers = {"Idempotency-Key": f"pay-{uuid.uuid4()}"}
    body = problem(place(shop, thing, "card_declined", headers=headers), 402)
    assert body["title"] == "Payment declined"
    assert place(shop, thing, "card_declined", headers=headers).json() == body, "a repeat gets the same"
    at_rest(shop, body["order_id"], "rejected")
    assert order_row(shop, body["order_id"])[1] == "payment_declined"
    assert book(shop, body["order_id"]) == []
    assert inventory.stock(shop.databases["product"], thing) == (100, 0)


def test_unknown_payment_methods_are_refused(shop):
    thing = product(shop)
    for method in ("none", "cash", "card", "CARD_OK", "pm_card_visa"):
        body = problem(place(shop, thing, method), 422)
        assert [e["field"] for e in body["errors"]] == ["payment.method"], method
    body = problem(shop.post("/api/orders", {"lines": [{"product_id": thing}], "payment": {"number": "4242424242424242"}},
                             token=shop.token(1)), 422)
    assert {e["field"] for e in body["errors"]} == {"payment.method", "payment.number"}
    assert inventory.stock(shop.databases["product"], thing) == (100, 0)


def test_a_payment_review_that_ends_well_is_confirmed_by_webhook(shop):
    thing = product(shop)
    order, reference = review(shop, thing)
    put_to_sleep(shop, order)
    end_review(shop, reference)
    body = event("payment_intent.amount_capturable_updated", reference)
    assert webhook(shop, body).json() == {"received": True}
    at_rest(shop, order, "confirmed")
    assert book(shop, order) == [("authorised", 1000), ("captured", 1000)]
    assert webhook(shop, body).status == 200, "again"
    assert shop.order.metric("payment_events_total", result="repeated") >= 1
    assert order_row(shop, order) == ("confirmed", "", True)
    balanced(shop)


def test_a_payment_review_that_ends_well_is_confirmed_without_a_webhook(shop):
    order, reference = review(shop, product(shop))
    end_review(shop, reference)
    at_rest(shop, order, "confirmed")


def test_a_payment_that_succeeds_after_the_order_was_cancelled_is_voided(shop):
    thing = product(shop)
    order, reference = review(shop, thing)
    assert shop.post(f"/api/orders/{order}/cancel", token=shop.token(1)).status == 200
    wait_until("the stock given back", lambda: inventory.stock(shop.databases["product"], thing) == (100, 0))
    assert not order_row(shop, order)[2], "its payment is still looked at: it cannot be voided yet"
    end_review(shop, reference)
    assert webhook(shop, event("payment_intent.amount_capturable_updated", reference)).status == 200
    at_rest(shop, order, "cancelled")
    assert book(shop, order) == [("authorised", 1000), ("voided", 1000)]


def test_a_payment_that_was_captured_after_the_order_was_cancelled_is_refunded(shop):
    order, reference = review(shop, product(shop))
    assert shop.post(f"/api/orders/{order}/cancel", token=shop.token(1)).status == 200
    shop.databases["order"].query(
        f"update sandbox_payments set state = 'captured' where id = '{reference}'; insert into sandbox_book "
        f"(payment_id, kind, amount_minor, key) values ('{reference}', 'authorised', 1000, 'late-a'), "
        f"('{reference}', 'captured', 1000, 'late-c')")
    at_rest(shop, order, "cancelled")
    assert book(shop, order)[-1] == ("refunded", 1000)
    balanced(shop)


def test_a_payment_event_for_an_ended_order_is_settled(shop):
    order, reference = review(shop, product(shop))
    put_to_sleep(shop, order)  # or it is confirmed before it is cancelled
    end_review(shop, reference)
    assert shop.post(f"/api/orders/{order}/cancel", token=shop.token(1)).status == 200
    at_rest(shop, order, "cancelled")
    # As if the provider had taken the money all the same.
    shop.databases["order"].query(
        f"update sandbox_payments set state = 'captured' where id = '{reference}'; insert into sandbox_book "
        f"(payment_id, kind, amount_minor, key) values ('{reference}', 'captured', 1000, 'later-c')")
    assert webhook(shop, event("payment_intent.succeeded", reference)).status == 200
    wait_until("the refund", lambda: book(shop, order)[-1] == ("refunded", 1000))
    at_rest(shop, order, "cancelled")
    balanced(shop)
