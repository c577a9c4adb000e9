"""The API as customers and staff use it, through the Ingress: from registering to a review, and the mails about it."""

import json
import secrets

import pytest
from kit import wait_until
from lib.event_stream import EventStream

PASSWORD = "correct horse battery"


def log_in(http, shop, role=None):
    """A client that is logged in with a new account, and the account's e-mail address."""
    email = f"{secrets.token_hex(4)}@example.com"
    answer = http.post("/api/auth/register", {"name": "Dora", "email": email, "password": PASSWORD})
    assert answer.status == 201, answer
    if role:
        shop.kubectl("exec", "deploy/shop-user", "--", "/usr/local/bin/shopkeeper-user", "grant", email, role)
    answer = http.post("/api/auth/login", {"email": email, "password": PASSWORD})
    assert answer.status == 200, answer
    return http.bearer(answer.json()["access_token"]), email


@pytest.fixture(scope="module", autouse=True)
def sandbox(shop):
    """Orders of these tests are paid for."""
    shop.patch({"payments": {"provider": "sandbox"}})
    shop.wait_ready()
    # A pod that ends still answers what comes to it.
    wait_until("the old pod to be gone", lambda: len(shop.items("pods", "-l", "app.kubernetes.io/component=order")) == 1)
    wait_until("the gateway to be well", lambda: shop.http.get("/health").json()["status"] == "ok")
    yield
    shop.patch({"payments": None})
    shop.wait_ready()


@pytest.fixture(name="admin", scope="module")
def _admin(http, shop):
    return log_in(http, shop, "admin")[0]


def posted(client, path, body, statuses=(201,), key=None):
    """The body of the answer, which has one of these statuses."""
    answer = client.post(path, body, headers={"Idempotency-Key": key} if key else None)
    assert answer.status in statuses, (path, answer)
    return answer.json()


def test_the_description_and_its_page(http):
    api = http.get("/api/openapi.json").json()
    assert api["openapi"].startswith("3.1") and len(api["paths"]) > 40
    page = http.get("/api/docs")
    assert page.status == 200 and b"/api/docs/docs.js" in page.body
    assert http.get("/api/docs/docs.js").status == 200


def test_from_cart_to_review_and_mails(http, shop, admin):
    thing = posted(admin, "/api/products", {"name": f"Cluster thing {secrets.token_hex(4)}", "price": 12.5})["id"]
    posted(admin, f"/api/products/{thing}/stock/moves", {"change": 20, "reason": "received"}, key="first")
    dora, email = log_in(http, shop)
    assert dora.put(f"/api/cart/lines/{thing}", {"quantity": 2}).status in (200, 201)
    assert dora.get("/api/cart").json()["total"] == 25
    order = posted(dora, "/api/cart/checkout", {"payment": {"method": "card_ok"}}, key="one")["order_id"]
    assert posted(dora, "/api/cart/checkout", {"payment": {"method": "card_ok"}}, key="one")["order_id"] == order
    assert dora.get("/api/cart").json()["lines"] == []
    assert [o["id"] for o in dora.get("/api/orders").json()] == [order]

    with EventStream(dora, f"/api/orders/{order}/events") as stream:
        posted(admin, f"/api/orders/{order}/ship", {"carrier": "Post", "tracking_number": "T1"}, {200})
        wait_until("the event of the shipment", lambda: "shipped" in stream.types, 30)
    posted(admin, f"/api/orders/{order}/refunds", {"amount": 5, "reason": "a scratch"}, {201, 202}, key="r1")
    posted(admin, f"/api/orders/{order}/deliver", {}, {200})

    posted(dora, f"/api/products/{thing}/reviews", {"rating": 4, "text": "Does what it says."}, {201, 409})
    wait_until("the purchase to be known", lambda: any(r["verified_purchase"] for r in dora.get(f"/api/products/{thing}/reviews").json()), 30)
    assert dora.get(f"/api/products/{thing}").json()["rating"] == {"average": 4, "count": 1}

    def mails():
        return {mail["kind"] for mail in admin.get("/api/notifications?limit=100").json() if mail["to"]["email"] == email}
    wait_until("the mails about the order", lambda: {"order.confirmed", "order.shipped", "order.delivered"} <= mails(), 30)


def test_signing_keys_rotate_on_request_without_a_failed_request(shop, admin):
    """A new key is published at once; the old one signs until all services know the new one."""
    def published():
        return [key["kid"] for key in json.loads(shop.get("configmap", "shop-keys")["data"]["jwks.json"])["keys"]]
    before = published()
    shop.kubectl("annotate", "shop", "shop", f"shopkeeper.dev/rotate-keys={secrets.token_hex(4)}")
    after = wait_until("a second key to be published", lambda: published() if len(published()) == len(before) + 1 else None)
    assert after[0] == before[0]
    assert admin.get("/api/customers/me").status == 200
