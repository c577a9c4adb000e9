"""The API as customers and staff use it, through the Ingress: from registering to a review, and the mails about it."""

import itertools
import json
import secrets

import pytest
from kit import wait_until
from lib.client import Client
from lib.event_stream import EventStream

JSON = {"Content-Type": "application/json"}
PASSWORD = "correct horse battery"
_numbers = itertools.count(1)


class Customer:
    """Somebody with an account, logged in."""

    def __init__(self, gateway, shop, role=None):
        self.gateway, self.shop = gateway, shop
        self.email = f"{secrets.token_hex(4)}@example.com"
        answer = gateway.post("/api/auth/register", {"name": "Dora", "email": self.email, "password": PASSWORD})
        assert answer.status == 201, answer
        if role:
            shop.kubectl("exec", "deploy/shop-user", "--", "/usr/local/bin/shopkeeper-user", "grant", self.email, role)
        answer = gateway.post("/api/auth/login", {"email": self.email, "password": PASSWORD})
        assert answer.status == 200, answer
        self.token, self.refresh_token = answer.json()["access_token"], answer.json()["refresh_token"]
        self.id = self.get("/api/customers/me").json()["id"]

    def request(self, method, path, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.gateway.request(method, path, body, {"Authorization": f"Bearer {self.token}", **headers})

    def get(self, path):
        answer = self.request("GET", path)
        assert answer.status == 200, (path, answer)
        return answer

    def post(self, path, body, **headers):
        return self.request("POST", path, body, **headers)


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


@pytest.fixture(scope="module")
def admin(http, shop):  # pylint: disable=redefined-outer-name
    return Customer(http, shop, "admin")


@pytest.fixture(scope="module")
def dora(http, shop):
    return Customer(http, shop)


@pytest.fixture(scope="module")
def thing(admin):
    """A product that staff has just made, 20 of it in stock."""
    name = f"Cluster thing {next(_numbers)}"
    answer = admin.post("/api/products", {"name": name, "price": 12.5, "description": "Made by a test."})
    assert answer.status == 201, answer
    product = answer.json()["id"]
    answer = admin.post(f"/api/products/{product}/stock/moves", {"change": 20, "reason": "received"}, Idempotency_Key="first")
    assert answer.status == 201, answer
    return product


def events_of(customer, order, until):
    """The types of the events of the order's stream up to `until`."""
    client = Client(customer.gateway.port, "127.0.0.1", {"Authorization": f"Bearer {customer.token}", "Host": customer.gateway.host})
    with EventStream(client, f"/api/orders/{order}/events") as stream:
        wait_until(f"the event {until}", lambda: until in stream.types, 30)
        return stream.types[:stream.types.index(until) + 1]


def test_the_description_and_its_page(http):  # pylint: disable=redefined-outer-name
    api = http.get("/api/openapi.json").json()
    assert api["openapi"].startswith("3.1") and len(api["paths"]) > 40
    page = http.get("/api/docs")
    assert page.status == 200 and b"/api/docs/docs.js" in page.body
    assert http.get("/api/docs/docs.js").status == 200


def test_search(http):  # pylint: disable=redefined-outer-name
    found = http.get("/api/products?q=headphnes")
    assert found.status == 200 and any("Headphones" in p["name"] for p in found.json()), found
    assert http.get("/api/categories").status == 200


def test_from_cart_to_review(dora, admin, thing):
    assert dora.request("PUT", f"/api/cart/lines/{thing}", {"quantity": 2}).status in (200, 201)
    assert dora.get("/api/cart").json()["total"] == 25
    answer = dora.post("/api/cart/checkout", {"payment": {"method": "card_ok"}}, Idempotency_Key="one")
    assert answer.status == 201, answer
    order = answer.json()["order_id"]
    again = dora.post("/api/cart/checkout", {"payment": {"method": "card_ok"}}, Idempotency_Key="one")
    assert (again.status, again.json()["order_id"]) == (201, order)
    assert dora.get("/api/cart").json()["lines"] == []
    assert [o["id"] for o in dora.get("/api/orders").json()] == [order]

    early = admin.post(f"/api/orders/{order}/deliver", {})
    assert early.status == 409 and early.json()["state"] == "confirmed", early
    shipped = admin.post(f"/api/orders/{order}/ship", {"carrier": "Post", "tracking_number": "T1"})
    assert shipped.status == 200, shipped
    assert events_of(dora, order, "shipped")[-1] == "shipped"
    refund = admin.post(f"/api/orders/{order}/refunds", {"amount": 5, "reason": "a scratch"}, Idempotency_Key="r1")
    assert refund.status in (201, 202), refund
    too_much = admin.post(f"/api/orders/{order}/refunds", {"amount": 25, "reason": "more"}, Idempotency_Key="r2")
    assert too_much.status == 409, too_much
    assert admin.post(f"/api/orders/{order}/deliver", {}).status == 200

    review = dora.post(f"/api/products/{thing}/reviews", {"rating": 4, "text": "Does what it says."})
    assert review.status in (201, 409), review
    wait_until("the purchase to be known", lambda: any(r["verified_purchase"] for r in dora.get(f"/api/products/{thing}/reviews").json()), 30)
    assert dora.get(f"/api/products/{thing}").json()["rating"] == {"average": 4, "count": 1}


def test_declined_and_cancelled(dora, thing):
    refused = dora.post("/api/orders", {"lines": [{"product_id": thing}], "payment": {"method": "card_declined"}})
    assert refused.status == 402, refused
    answer = dora.post("/api/orders", {"lines": [{"product_id": thing}], "payment": {"method": "card_ok"}})
    assert answer.status == 201, answer
    order = answer.json()["order_id"]
    assert dora.post(f"/api/orders/{order}/cancel", {}).status == 200
    twice = dora.post(f"/api/orders/{order}/cancel", {})
    assert twice.status == 409 and twice.json()["state"] == "cancelled", twice


def test_other_customers_see_nothing_of_an_order(http, shop, dora):  # pylint: disable=redefined-outer-name
    order = dora.get("/api/orders").json()[0]["id"]
    other = Customer(http, shop)
    for path in ("", "/events", "/refunds"):
        assert other.request("GET", f"/api/orders/{order}{path}").status in (403, 404), path
    assert other.post(f"/api/orders/{order}/cancel", {}).status in (403, 404)
    assert other.request("GET", "/api/notifications").status == 403
    assert other.request("GET", "/api/customers").status == 403


def test_favorites_and_recommendations(dora, thing):
    assert dora.request("PUT", "/api/customers/me/favorites/1").status in (200, 201, 204)
    assert [p["product_id"] for p in dora.get("/api/customers/me/favorites").json()] == [1]
    recommended = wait_until("recommendations", lambda: dora.get("/api/customers/me/recommendations").json())
    assert all(r["because"] for r in recommended)
    assert thing not in [r["product_id"] for r in recommended], "what one has is not recommended"


def test_staff_sees_the_mails(admin, dora):
    def told():
        mails = admin.get("/api/notifications?limit=100").json()
        return {mail["kind"] for mail in mails if mail["to"]["email"] == dora.email}
    wait_until("the mails about the order", lambda: {"order.confirmed", "order.shipped", "order.delivered"} <= told(), 30)


def test_the_keys_that_sign_change_without_a_failed_request(shop, admin):
    """Asked for: a new key is published at once, and the old one goes on signing until all know the new one."""
    def published():
        return [key["kid"] for key in json.loads(shop.get("configmap", "shop-keys")["data"]["jwks.json"])["keys"]]
    before = published()
    shop.kubectl("annotate", "shop", "shop", f"shopkeeper.dev/rotate-keys={secrets.token_hex(4)}")
    after = wait_until("a second key to be published", lambda: published() if len(published()) == len(before) + 1 else None)
    assert after[0] == before[0]
    assert admin.get("/api/customers/me").status == 200


def test_a_logout_counts_everywhere_within_seconds(http, shop):  # pylint: disable=redefined-outer-name
    customer = Customer(http, shop)
    assert http.post("/api/auth/logout", {"refresh_token": customer.refresh_token}).status == 204
    for path in ("/api/customers/me", "/api/orders", "/api/cart"):
        wait_until(f"{path} to refuse the token", lambda path=path: customer.request("GET", path).status == 401, 20)


def test_erasure(http, shop):  # pylint: disable=redefined-outer-name
    customer = Customer(http, shop)
    answer = customer.post("/api/orders", {"lines": [{"product_id": 1}], "payment": {"method": "card_ok"}})
    assert answer.status == 201, answer
    order = answer.json()["order_id"]
    erased = customer.request("DELETE", "/api/customers/me", {"password": PASSWORD})
    assert erased.status == 204, erased
    wait_until("the order to forget who it was", lambda: shop.sql("order", f"select count(*) from orders where id = {order} and user_email like '%@%'") == [["0"]], 30)
    wait_until("the mails to forget, too", lambda: shop.sql("notification", f"select count(*) from notifications where recipient_email = '{customer.email}'") == [["0"]], 30)
