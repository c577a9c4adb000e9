"""Every example of the API by its exact words and numbers, through the Ingress, on a new shop."""

from kit import wait_until


def test_health(http):
    answer = http.get("/health")
    assert answer.status == 200, answer
    assert answer.json()["status"] == "ok", answer


def test_products(http):
    answer = http.get("/products")
    assert answer.status == 200, answer
    products = answer.json()
    assert products[0] | {"id": 1, "name": "Laptop", "price": 999.99} == products[0]
    assert products[1] | {"id": 2, "name": "Phone", "price": 499.99} == products[1]
    assert {"Smartphone", "Tablet", "Headphones"} <= {p["name"] for p in products}


def test_product(http):
    answer = http.get("/products/1")
    assert answer.status == 200, answer
    assert answer.json() | {"id": 1, "name": "Laptop", "price": 999.99} == answer.json()
    # The number is written as the example writes it, not as binary floating point would.
    assert b"999.99" in answer.body and b"999.990" not in answer.body


def test_product_missing(http):
    answer = http.get("/products/100000")
    assert answer.status == 404, answer
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert b"Product not found" in answer.body


def test_user(http):
    answer = http.get("/users/1")
    assert answer.status == 200, answer
    assert answer.json() | {"name": "Alice", "email": "alice@example.com"} == answer.json()


def test_user_made(http):
    answer = http.post("/users", {"name": "Charlie", "email": "charlie@example.com"})
    assert answer.status == 201, answer
    assert answer.json()["user_id"] == 3
    read = http.get("/users/3").json()
    assert read | {"name": "Charlie", "email": "charlie@example.com"} == read


def test_order(http):
    answer = http.get("/orders/1")
    assert answer.status == 200, answer
    order = answer.json()
    assert order["user_id"] == 1 and order["product"] == "Laptop"
    assert order["user"] | {"name": "Alice", "email": "alice@example.com"} == order["user"]


def test_order_of_bob(http):
    order = http.get("/orders/2").json()
    assert order["user_id"] == 2 and order["product"] == "Smartphone" and order["user"]["name"] == "Bob"


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
