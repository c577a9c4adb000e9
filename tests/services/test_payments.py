"""Payments: the sandbox with its own book, Stripe's requests checked by a real stripe-mock, webhooks; money is taken once for
what is confirmed, and for nothing else."""

import hashlib
import hmac
import itertools
import json
import time
from concurrent.futures import ThreadPoolExecutor

import books
import pytest
from lib.process import wait_until
from lib.stripe import Stripe

SECRET = "whsec_of_the_tests"
_numbers = itertools.count(1)


def make(folder, postgres, rabbitmq, **order):
    """A shop without mails; `order`: configuration of the order service."""
    from conftest import _make_shop  # pylint: disable=import-outside-toplevel
    return _make_shop(folder, postgres, rabbitmq, services=("user", "product", "order"), config={"order": {
        "orders.lease": "3s", "orders.recovery": "100ms", **{k.replace("__", "."): v for k, v in order.items()}}})


@pytest.fixture(scope="module")
def shop(folder, postgres, rabbitmq):
    """With the sandbox."""
    made = make(folder, postgres, rabbitmq, payments__provider="sandbox", payments__sandbox__webhook_secret=SECRET,
                payments__sandbox__review="1h")
    yield made
    made.close()


@pytest.fixture(scope="module")
def stripe(folder):
    """A real stripe-mock with a book before it."""
    made = Stripe(folder / "stripe")
    yield made
    made.close()


@pytest.fixture(scope="module")
def stripe_shop(folder, postgres, rabbitmq, stripe):
    """With Stripe."""
    made = make(folder, postgres, rabbitmq, payments__provider="stripe", payments__stripe__api_key="sk_test_123",
                payments__stripe__url=stripe.url, payments__stripe__webhook_secret=SECRET)
    yield made
    made.close()


def problem(answer, status):
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


def product(shop, stock=100, price=1000):
    name = f"Paid thing {next(_numbers)}"
    return books.add_product(shop.databases["product"], name, stock, price=price)


def place(shop, what, method=None, quantity=1, user=1, **kwargs):
    body = {"lines": [{"product_id": what, "quantity": quantity}]}
    if method:
        body["payment"] = {"method": method}
    return shop.post("/api/orders", body, token=shop.token(user), **kwargs)


def order_row(shop, order):
    row = shop.databases["order"].query(
        f"select state, coalesce(reason, ''), due_at is null from orders where id = {order}")[0]
    return row[0], row[1], row[2] == "t"


def at_rest(shop, order, state):
    """Waits until the order is in the state and owes nothing."""
    wait_until(f"order {order} {state} and at rest",
               lambda: order_row(shop, order)[0] == state and order_row(shop, order)[2], 30)


def book(shop, order):
    """What the sandbox's own book says, as [(kind, amount)]."""
    return [(kind, int(amount)) for kind, amount in shop.databases["order"].query(
        "select b.kind, b.amount_minor from sandbox_book b join sandbox_payments p on p.id = b.payment_id "
        f"where p.order_id = {order} order by b.id")]


def balanced(shop):
    """At the provider's own book: captured less refunded is what confirmed orders cost less what they were refunded."""
    taken = shop.databases["order"].value(
        "select coalesce(sum(case kind when 'captured' then amount_minor when 'refunded' then -amount_minor else 0 end), 0) "
        "from sandbox_book")
    ours = shop.databases["order"].value(
        "select coalesce(sum(total_minor), 0) - coalesce((select sum(amount_minor) from refunds f join orders o on o.id = "
        "f.order_id where f.state = 'done' and f.cause <> 'undone' and o.payment_provider = 'sandbox'), 0) "
        "from orders where confirmed_at is not null and payment_provider = 'sandbox'")
    assert taken == ours
    books.check(shop.databases["product"])


def signed(body, secret=SECRET, at=None):
    at = int(time.time()) if at is None else at
    v1 = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={v1}"


def event(kind, reference, number=None):
    return json.dumps({"id": number or f"evt_{next(_numbers)}", "type": kind,
                       "data": {"object": {"id": reference, "object": "payment_intent"}}})


def webhook(shop, body, signature=None):
    return shop.post("/api/payments/webhook", body, headers={"Content-Type": "application/json",
                                                             "Stripe-Signature": signature or signed(body)})


# --- the sandbox ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("card", [None, "card_ok", "card_timeout", "card_flaky"])
def test_money_is_taken_once(shop, card):
    thing = product(shop)
    answer = place(shop, thing, card, quantity=3)
    assert answer.status in (201, 202), answer.text
    order = answer.json()["order_id"]
    at_rest(shop, order, "confirmed")
    assert book(shop, order) == [("authorised", 3000), ("captured", 3000)]
    assert books.stock(shop.databases["product"], thing) == (97, 0)
    balanced(shop)
    if card in (None, "card_ok"):
        assert answer.status == 201


def test_the_examples_hold_with_a_provider(shop):
    answer = shop.post("/orders", {"user_id": 2, "product": "Tablet"})
    assert answer.status == 201, answer.text
    assert book(shop, answer.json()["order_id"]) == [("authorised", 29999), ("captured", 29999)]


def test_a_declined_card(shop):
    thing = product(shop)
    headers = {"Idempotency-Key": f"pay-{next(_numbers)}"}
    body = problem(place(shop, thing, "card_declined", headers=headers), 402)
    assert body["title"] == "Payment declined"
    assert place(shop, thing, "card_declined", headers=headers).json() == body, "a repeat gets the same"
    at_rest(shop, body["order_id"], "rejected")
    assert order_row(shop, body["order_id"])[1] == "payment_declined"
    assert book(shop, body["order_id"]) == []
    assert books.stock(shop.databases["product"], thing) == (100, 0)


def test_ways_of_paying_that_there_are_not(shop):
    thing = product(shop)
    for method in ("none", "cash", "card", "CARD_OK", "pm_card_visa"):
        body = problem(place(shop, thing, method), 422)
        assert [e["field"] for e in body["errors"]] == ["payment.method"], method
    body = problem(shop.post("/api/orders", {"lines": [{"product_id": thing}], "payment": {"number": "4242424242424242"}},
                             token=shop.token(1)), 422)
    assert {e["field"] for e in body["errors"]} == {"payment.method", "payment.number"}
    assert books.stock(shop.databases["product"], thing) == (100, 0)


def review(shop, thing):
    """An order whose payment is being looked at: (order, the payment's reference)."""
    answer = place(shop, thing, "card_review")
    assert answer.status == 202, answer.text
    order = answer.json()["order_id"]
    assert order_row(shop, order)[0] == "reserved"
    reference = shop.databases["order"].value(f"select reference from payments where order_id = {order}")
    return order, reference


def end_review(shop, reference):
    shop.databases["order"].query(f"update sandbox_payments set review_until = now() where id = '{reference}'")


def test_a_review_that_ends_well_is_told_by_webhook(shop):
    thing = product(shop)
    order, reference = review(shop, thing)
    end_review(shop, reference)
    # Far from its next look: only the event can have woken it.
    shop.databases["order"].query(f"update orders set due_at = now() + interval '1 hour' where id = {order}")
    body = event("payment_intent.amount_capturable_updated", reference)
    assert webhook(shop, body).json() == {"received": True}
    at_rest(shop, order, "confirmed")
    assert book(shop, order) == [("authorised", 1000), ("captured", 1000)]
    assert webhook(shop, body).status == 200, "again"
    assert shop.order.metric("payment_events_total", result="repeated") >= 1
    assert order_row(shop, order) == ("confirmed", "", True)
    balanced(shop)


def test_a_review_that_ends_well_is_found_without_a_webhook(shop):
    order, reference = review(shop, product(shop))
    end_review(shop, reference)
    at_rest(shop, order, "confirmed")


def test_a_payment_that_succeeds_after_the_order_was_cancelled_is_voided(shop):
    thing = product(shop)
    order, reference = review(shop, thing)
    assert shop.post(f"/api/orders/{order}/cancel", token=shop.token(1)).status == 200
    wait_until("the stock given back", lambda: books.stock(shop.databases["product"], thing) == (100, 0))
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


def test_an_event_for_an_order_that_was_over_has_it_looked_at_again(shop):
    order, reference = review(shop, product(shop))
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


def test_a_crash_between_capture_and_confirmation(shop):
    """What a kill -9 leaves at the worst moments, written as it would be, and taken up by recovery."""
    thing = product(shop)
    order = place(shop, thing).json()["order_id"]
    orders = shop.databases["order"]
    for state, payment in (("authorised", "capturing"), ("authorised", "authorised"), ("reserved", "authorising")):
        orders.query(f"update payments set state = '{payment}', captured_minor = 0 where order_id = {order}; "
                     f"update orders set state = '{state}', confirmed_at = null, due_at = now() where id = {order}")
        at_rest(shop, order, "confirmed")
        assert book(shop, order) == [("authorised", 1000), ("captured", 1000)], (state, payment)
    assert books.stock(shop.databases["product"], thing) == (99, 0)


def test_kill_9_in_the_middle_of_many_orders(folder, postgres, rabbitmq):
    shop = make(folder, postgres, rabbitmq, payments__provider="sandbox", payments__sandbox__review="200ms")
    try:
        replica = shop.replica("order")
        thing = product(shop, stock=1000)
        token = shop.token(1)
        cards = itertools.cycle(("card_ok", "card_timeout", "card_flaky", "card_review", "card_declined"))

        def customer(number):
            client = (shop.order, replica)[number % 2].api.bearer(token)
            body = {"lines": [{"product_id": thing}], "payment": {"method": next(cards)}}
            headers = {"Idempotency-Key": f"kill-{number}"}
            for _ in range(200):
                try:
                    answer = client.post("/api/orders", body, headers=headers, timeout=20)
                    if answer.status in (201, 202, 402):
                        return answer.json()["order_id"]
                except OSError:
                    pass
                time.sleep(0.05)  # the service is being started again
            raise AssertionError("never answered")

        with ThreadPoolExecutor(8) as pool:
            placed = [pool.submit(customer, number) for number in range(40)]
            for service in (shop.order, replica, shop.order):
                before = sum(p.done() for p in placed)
                wait_until("some are placed", lambda: sum(p.done() for p in placed) > before + 3 or  # noqa: B023
                           all(p.done() for p in placed), 30)
                service.kill()
                service.start()
            orders = [p.result() for p in placed]
        assert len(set(orders)) == 40
        rest = "select count(*) from orders where due_at is not null"
        wait_until("all at rest", lambda: shop.databases["order"].value(rest) == "0", 60)
        states = dict(shop.databases["order"].query("select state, count(*) from orders where id > 2 group by 1"))
        assert set(states) == {"confirmed", "rejected"} and states["rejected"] == "8", states
        balanced(shop)
        assert books.stock(shop.databases["product"], thing) == (1000 - int(states["confirmed"]), 0)
    finally:
        shop.close()


# --- webhooks ---------------------------------------------------------------------------------------------------------


def test_a_webhook_that_is_not_the_providers(shop):
    order, reference = review(shop, product(shop))
    end_review(shop, reference)
    shop.databases["order"].query(f"update orders set due_at = now() + interval '1 hour' where id = {order}")
    body = event("payment_intent.succeeded", reference)
    now = int(time.time())
    bad = {"none": "", "another's": signed(body, "whsec_other"), "another body's": signed(body + " "),
           "old": signed(body, at=now - 3600), "from the future": signed(body, at=now + 3600), "words": "let me in",
           "no time": signed(body).split(",")[1], "no signature": f"t={now}", "empty": f"t={now},v1=",
           "another scheme": signed(body).replace("v1=", "v0=")}
    for kind, signature in bad.items():
        answer = shop.post("/api/payments/webhook", body, headers={"Stripe-Signature": signature} if signature else {})
        assert problem(answer, 400)["title"] == "Bad signature", kind
    assert order_row(shop, order)[0] == "reserved"
    assert shop.databases["order"].value("select count(*) from payment_events where type = 'payment_intent.succeeded' and id "
                                         f"= '{json.loads(body)['id']}'") == "0"
    rotating = signed(body, "whsec_old") + "," + signed(body).split(",")[1]
    assert webhook(shop, body, rotating).status == 200, "several v1 while the secret is being changed"
    at_rest(shop, order, "confirmed")


def test_a_signed_webhook_that_says_nothing(shop):
    for body in ("", "{", "[]", "null", '{"id":1,"type":2}', '{"id":"evt_x"}', "\x00"):
        assert problem(webhook(shop, body), 400)["title"] != "Bad signature", body
    for body in (event("charge.dispute.created", "ch_1"), event("payment_intent.succeeded", "pi_of_nobody"),
                 '{"id":"evt_a","type":"payment_intent.succeeded"}', '{"id":"evt_b","type":"payment_intent.x","data":[]}',
                 '{"id":"evt_c","type":"payment_intent.x","data":{"object":{"id":7}}}'):
        assert webhook(shop, body).status == 200, body


def test_without_a_provider_no_webhook_is_believed(service_factory):
    service = service_factory("order", config={"peers.user": "http://127.0.0.1:1", "peers.product": "http://127.0.0.1:1"})
    body = event("payment_intent.succeeded", "x")
    for secret in ("", "none"):
        answer = service.api.post("/api/payments/webhook", body, headers={"Stripe-Signature": signed(body, secret or "x")})
        assert problem(answer, 400)["title"] == "Bad signature"


# --- refunds at the provider ------------------------------------------------------------------------------------------


def refund(shop, order, body, **kwargs):
    return shop.post(f"/api/orders/{order}/refunds", {"reason": "broken", **body}, token=shop.token(9, "staff"), **kwargs)


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


def test_cancelling_gives_all_back_that_is_left(shop):
    thing = product(shop)
    order = place(shop, thing, quantity=5).json()["order_id"]
    assert refund(shop, order, {"amount": 12}).status == 201
    answer = shop.post(f"/api/orders/{order}/cancel", token=shop.token(1))
    assert answer.status == 200 and answer.json()["refunded"] == 50, answer.text
    at_rest(shop, order, "cancelled")
    assert book(shop, order)[2:] == [("refunded", 1200), ("refunded", 3800)]
    assert books.stock(shop.databases["product"], thing) == (100, 0)
    balanced(shop)


# --- Stripe -----------------------------------------------------------------------------------------------------------


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
    assert books.stock(stripe_shop.databases["product"], thing) == (100, 0)
    assert [e["field"] for e in problem(place(stripe_shop, thing), 422)["errors"]] == ["payment"]
    for method in ("card_ok", "4242424242424242", "pm_/../x"):
        assert problem(place(stripe_shop, thing, method), 422)["errors"][0]["field"] == "payment.method"


def test_a_request_that_stripe_refuses(stripe_shop, stripe):
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
    assert books.stock(stripe_shop.databases["product"], thing) == (100, 0)


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


def test_a_live_key_never_goes_unencrypted(service_factory):
    service = service_factory("order", start=False, config={
        "peers.user": "http://127.0.0.1:1", "peers.product": "http://127.0.0.1:1", "payments.provider": "stripe",
        "payments.stripe.api_key": "sk_live_abc", "payments.stripe.url": "http://127.0.0.1:1"})
    done = service.run("check-config", check=False)
    assert done.returncode == 78 and "payments.stripe.url" in done.stderr and "sk_live_abc" not in done.stderr
