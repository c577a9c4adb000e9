"""Orders: the examples, bad input that leaves nothing behind, whose order it is, and its events."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from lib import inventory
from lib.client import fields, problem
from lib.orders import rows_of_orders
from lib.process import wait_until


def test_the_examples_are_answered_literally(shop_factory):
    shop = shop_factory()
    answer = shop.get("/orders/1")
    assert answer.status == 200
    assert answer.text.startswith('{"user_id":1,"product":"Laptop","user":{"name":"Alice","email":"alice@example.com"}')
    assert shop.get("/orders/2").json().items() >= {
        "user_id": 2, "product": "Smartphone", "user": {"name": "Bob", "email": "bob@example.com"}, "id": 2,
        "status": "confirmed", "quantity": 1, "total": 699.99, "currency": "USD"}.items()

    answer = shop.post("/orders", {"user_id": 2, "product": "Tablet"})
    assert (answer.status, answer.json()["order_id"]) == (201, 3)
    assert answer.text.startswith('{"order_id":3')
    assert answer.headers["location"] == "/orders/3"

    before = rows_of_orders(shop)
    assert fields(shop.post("/orders", {"user_id": 999, "product": "Tablet"}), 422) == ["user_id"]
    assert fields(shop.post("/orders", {"user_id": 1, "product": "Unicorn"}), 422) == ["product"]
    assert fields(shop.post("/orders", {"user_id": 1, "product_name": "Unicorn"}), 422) == ["product_name"]
    assert rows_of_orders(shop) == before, "refused: nothing reserved, nothing written, no number used up"

    answer = shop.post("/orders", {"user_id": 1, "product_name": "Headphones"})
    assert (answer.status, answer.json()["order_id"]) == (201, 4)
    assert shop.get("/orders/4").json().items() >= {"user_id": 1, "product": "Headphones", "total": 149.99,
                                                    "status": "confirmed"}.items()
    assert inventory.stock(shop.databases["product"], 4) == (99, 0)
    assert inventory.stock(shop.databases["product"], 5) == (99, 0)
    inventory.check(shop.databases["product"])
    assert problem(shop.get("/orders/999999"), 404)["title"] == "Order not found"


def test_sample_data_comes_once_however_often(service_factory):
    service = service_factory("order", start=False, config={"peers.user": "http://127.0.0.1:1",
                                                            "peers.product": "http://127.0.0.1:1"})
    service.run("migrate")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: service.run("sample-data"), range(4)))
    service.run("sample-data")
    assert service.database.query("select id, user_id, state from orders order by id") == [
        ["1", "1", "confirmed"], ["2", "2", "confirmed"]]


def test_quantity_and_price(shop):
    product = inventory.add_product(shop.databases["product"], "By the dozen", 100, price=1999)
    answer = shop.post("/orders", {"user_id": 1, "product": "by the DOZEN", "quantity": 12})
    assert answer.status == 201
    order = shop.get(answer.headers["location"]).json()
    assert order["product"] == "By the dozen"
    assert (order["quantity"], order["total"]) == (12, 239.88)
    assert order["lines"] == [{"product_id": product, "product": "By the dozen", "quantity": 12, "unit_price": 19.99}]
    assert inventory.stock(shop.databases["product"], product) == (88, 0)


BAD_BODIES = [
    (b'{"user_id":1,', 400, None), (b"", 400, None), (b"null", 422, "body"), (b"[]", 422, "body"), (b"7", 422, "body"),
    (b'{"user_id":1,"product":"\xff"}', 400, None), (b'{"user_id":1,"user_id":2,"product":"Tablet"}', 400, None),
    (b"[" * 1000 + b"]" * 1000, 400, None), (b'{"user_id":1,"product":"Tablet"} x', 400, None),
    (b'{"product":"Tablet"}', 422, "user_id"), (b'{"user_id":1}', 422, "product"),
    (b'{"user_id":"1","product":"Tablet"}', 422, "user_id"), (b'{"user_id":0,"product":"Tablet"}', 422, "user_id"),
    (b'{"user_id":-1,"product":"Tablet"}', 422, "user_id"), (b'{"user_id":1.5,"product":"Tablet"}', 422, "user_id"),
    (b'{"user_id":99999999999999999999,"product":"Tablet"}', 422, "user_id"),
    (b'{"user_id":9223372036854775807,"product":"Tablet"}', 422, "user_id"),
    (b'{"user_id":null,"product":"Tablet"}', 422, "user_id"), (b'{"user_id":[1],"product":"Tablet"}', 422, "user_id"),
    (b'{"user_id":1,"product":4}', 422, "product"), (b'{"user_id":1,"product":""}', 422, "product"),
    (b'{"user_id":1,"product":" "}', 422, "product"), (b'{"user_id":1,"product":"Tab\\u0000let"}', 422, "product"),
    (b'{"user_id":1,"product_name":{}}', 422, "product_name"),
    (json.dumps({"user_id": 1, "product": "x" * 201}).encode(), 422, "product"),
    (b'{"user_id":1,"product":"Tablet","product_name":"Tablet"}', 422, "product_name"),
    (b'{"user_id":1,"product":"Tablet","price":1}', 422, "price"),
    *[(f'{{"user_id":1,"product":"Tablet","quantity":{q}}}'.encode(), 422, "quantity")
      for q in ("0", "-1", "1001", "1e9", "1.5", '"1"', "true", "99999999999999999999", "-9223372036854775808")],
    (b'{"user_id":1,"product":"\'; drop table orders; --"}', 422, "product"),
    (b'{"user_id":999999,"product":"Tablet"}', 422, "user_id"),
]


def test_bad_input_writes_nothing(shop):
    before = rows_of_orders(shop)
    for body, status, field in BAD_BODIES:
        answer = shop.post("/orders", body, headers={"Content-Type": "application/json"})
        named = fields(answer, status)
        if field:
            assert field in named, (body, answer.text)
    good = b'{"user_id":1,"product":"Tablet"}'
    problem(shop.post("/orders", good, headers={"Content-Type": "text/plain"}), 415)
    problem(shop.post("/orders", good), 415)
    problem(shop.post("/orders", b'{"user_id":1,"product":"' + b"x" * 200_000 + b'"}',
                      headers={"Content-Type": "application/json"}), 413)
    for key in ("a b", "k" * 256, "\u00e4"):
        answer = shop.post("/orders", good, headers={"Content-Type": "application/json", "Idempotency-Key": key})
        assert answer.status == 400, (key, answer.text)
    assert rows_of_orders(shop) == before


@pytest.mark.parametrize("bad", ["abc", "0", "-1", "1.5", "9223372036854775808", "%F0%9F%92%A9"])
def test_an_id_that_is_not_a_number_is_400(shop, bad):
    assert fields(shop.get(f"/orders/{bad}"), 400) == ["path.id"]


def test_too_little_in_stock(shop):
    product = inventory.add_product(shop.databases["product"], "Almost gone", 2)
    body = problem(shop.post("/orders", {"user_id": 1, "product": "Almost gone", "quantity": 3}), 409)
    assert body["title"] == "Insufficient stock"
    assert body["missing"] == [{"product_id": product, "product": "Almost gone", "requested": 3, "available": 2}]
    assert shop.get(f"/orders/{body['order_id']}").json().items() >= {
        "status": "rejected", "reason": "insufficient_stock", "user_id": 1}.items()
    assert inventory.stock(shop.databases["product"], product) == (2, 0)


def test_orders_are_their_users_and_staffs(shop):
    alice, bob, staff = shop.token(1), shop.token(2), shop.token(9, "staff")
    body = {"user_id": 1, "product": "Toaster"}
    assert fields(shop.post("/orders", body, token=bob), 403) == ["user_id"]
    answer = shop.post("/orders", body, token=alice)
    assert answer.status == 201
    path = answer.headers["location"]
    assert shop.get(path, token=alice).status == 200
    assert shop.get(path, token=staff).status == 200
    assert shop.post("/orders", body, token=staff).status == 201
    theirs = problem(shop.get(path, token=bob), 404)
    nobodys = problem(shop.get("/orders/999999999", token=bob), 404)
    assert theirs["title"] == nobodys["title"] == "Order not found"
    assert shop.get(path, token="forged").status == 401


def test_with_access_authenticated_a_token_is_needed(shop_factory):
    shop = shop_factory(access="Authenticated")
    assert shop.post("/orders", {"user_id": 1, "product": "Tablet"}).status == 401
    assert shop.get("/orders/1").status == 401
    assert shop.get("/orders/1", token=shop.token(1)).status == 200
    assert shop.get("/orders/1", token=shop.token(2)).status == 404
    assert shop.post("/orders", {"product": "Tablet"}, token=shop.token(2)).json()["order_id"] == 3
    assert shop.get("/health").status == 200


def test_events_reach_the_broker(shop):
    product = inventory.add_product(shop.databases["product"], "Told of", 1, price=500)
    queue = shop.vhost.listen("order.*")
    order = shop.post("/orders", {"user_id": 2, "product": "Told of"}).json()["order_id"]
    refused = problem(shop.post("/orders", {"user_id": 2, "product": "Told of"}), 409)["order_id"]
    events = shop.vhost.wait_for_events(queue, 4)
    published = {(e["subject"], e["type"]): e for e in events}
    assert len(published) == len(events) == 4
    assert {kind for subject, kind in published if subject == f"order/{refused}"} == {"order.placed", "order.rejected"}
    bob = {"id": 2, "name": "Bob", "email": "bob@example.com"}
    lines = [{"product_id": product, "product": "Told of", "name": "Told of", "quantity": 1}]
    assert published[f"order/{refused}", "order.rejected"]["data"] == {
        "order_id": refused, "user_id": 2, "user": bob, "lines": lines, "reason": "insufficient_stock"}
    assert published[f"order/{order}", "order.placed"]["data"] == {
        "order_id": order, "user_id": 2, "user": bob, "lines": lines}
    confirmed = published[f"order/{order}", "order.confirmed"]
    assert confirmed["data"] == {
        "order_id": order, "user_id": 2, "user": bob,
        "lines": [{"product_id": product, "name": "Told of", "quantity": 1,
                   "unit_price": {"minor": 500, "currency": "USD"}}],
        "total": {"minor": 500, "currency": "USD"}}
    assert confirmed["source"] == "/shopkeeper/order" and confirmed["specversion"] == "1.0"


def test_health(shop):
    def ok():
        answer = shop.get("/health")
        return answer.status == 200 and answer.json()["status"] == "ok" and answer
    answer = wait_until("health ok", ok, 10)
    assert answer.text.startswith('{"status":"ok"')
    assert answer.json()["service"] == "order"
    assert set(answer.json()["checks"]) >= {"database", "broker", "user", "product"}
