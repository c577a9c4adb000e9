"""Every example of the API by its exact words and numbers, through the Ingress, on a new shop."""

import pytest
from kit import wait_until


@pytest.mark.parametrize("path, expected", [
    ("/health", {"status": "ok"}),
    ("/products/1", {"id": 1, "name": "Laptop", "price": 999.99}),
    ("/users/1", {"name": "Alice", "email": "alice@example.com"}),
    ("/orders/1", {"user_id": 1, "product": "Laptop"}),
    ("/orders/2", {"user_id": 2, "product": "Smartphone"})])
def test_read(http, path, expected):
    answer = http.get(path)
    assert answer.status == 200, answer
    assert answer.json().items() >= expected.items()


def test_products(http):
    answer = http.get("/products")
    assert answer.status == 200, answer
    products = answer.json()
    assert products[0] | {"id": 1, "name": "Laptop", "price": 999.99} == products[0]
    assert products[1] | {"id": 2, "name": "Phone", "price": 499.99} == products[1]
    assert {"Smartphone", "Tablet", "Headphones"} <= {p["name"] for p in products}


def test_product_missing(http):
    answer = http.get("/products/100000")
    assert answer.status == 404, answer
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert b"Product not found" in answer.body


def test_user_made(http):
    answer = http.post("/users", {"name": "Charlie", "email": "charlie@example.com"})
    assert answer.status == 201, answer
    assert answer.json()["user_id"] == 3
    read = http.get("/users/3").json()
    assert read | {"name": "Charlie", "email": "charlie@example.com"} == read


def test_orders_show_their_users(http):
    assert http.get("/orders/1").json()["user"].items() >= {"name": "Alice", "email": "alice@example.com"}.items()
    assert http.get("/orders/2").json()["user"]["name"] == "Bob"


def test_prices_are_written_as_decimals(http):
    body = http.get("/products/1").body
    assert b"999.99" in body and b"999.990" not in body, "not as binary floating point would be"


def test_orders_placed(http):
    """Also the second spelling of the field, and the numbers: after two sample orders come 3 and 4."""
    first = http.post("/orders", {"user_id": 2, "product": "Tablet"})
    assert (first.status, first.json()["order_id"]) == (201, 3), first
    second = http.post("/orders", {"user_id": 1, "product_name": "Headphones"})
    assert (second.status, second.json()["order_id"]) == (201, 4), second
    assert http.get("/orders/4").json()["product"] == "Headphones"


def test_unknown_user_reserves_nothing(http, shop):
    before = shop.sql("product", "select sum(reserved), sum(on_hand) from stock")
    answer = http.post("/orders", {"user_id": 100000, "product": "Tablet"})
    assert 400 <= answer.status < 500, answer
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert shop.sql("product", "select sum(reserved), sum(on_hand) from stock") == before


def test_order_leads_to_mail(shop):
    """order.confirmed goes through RabbitMQ to the notification service, which records a mail for each order."""
    wait_until("mails to be recorded", lambda: int(shop.sql("notification", "select count(*) from notifications")[0][0]) >= 2)


def test_authenticated_paths_want_a_token(http):
    """Open lets in only what the examples show."""
    for path in ("/api/customers/me", "/api/notifications"):
        answer = http.get(path)
        assert answer.status == 401, f"{path}: {answer}"
