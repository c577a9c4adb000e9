"""Webhooks: whose they are, and what they say."""

import json
import time

from lib.client import problem
from lib.payments import at_rest, end_review, event, order_row, product, put_to_sleep, review, signed, webhook


def test_a_webhook_with_a_bad_signature_is_refused(shop):
    order, reference = review(shop, product(shop))
    put_to_sleep(shop, order)
    end_review(shop, reference)
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


def test_signed_webhooks_without_use_are_400_or_ignored(shop):
    for body in ("", "{", "[]", "null", '{"id":1,"type":2}', '{"id":"evt_x"}', "\x00"):
        assert problem(webhook(shop, body), 400)["title"] != "Bad signature", body
    for body in (event("charge.dispute.created", "ch_1"), event("payment_intent.succeeded", "pi_of_nobody"),
                 '{"id":"evt_a","type":"payment_intent.succeeded"}', '{"id":"evt_b","type":"payment_intent.x","data":[]}',
                 '{"id":"evt_c","type":"payment_intent.x","data":{"object":{"id":7}}}'):
        assert webhook(shop, body).status == 200, body


def test_without_a_provider_every_webhook_is_refused(service_factory):
    service = service_factory("order", config={"peers.user": "http://127.0.0.1:1", "peers.product": "http://127.0.0.1:1"})
    body = event("payment_intent.succeeded", "x")
    for secret in ("", "none"):
        answer = service.api.post("/api/payments/webhook", body, headers={"Stripe-Signature": signed(body, secret or "x")})
        assert problem(answer, 400)["title"] == "Bad signature"
