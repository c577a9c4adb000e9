"""Repeats of an order with the same Idempotency-Key are one order."""

import itertools
from concurrent.futures import ThreadPoolExecutor

from lib import inventory
from lib.client import fields

_keys = itertools.count(1)


def test_100_repeats_with_one_key_are_one_order(shop):
    product = inventory.add_product(shop.databases["product"], "Once only", 1000)
    queue = shop.vhost.listen("order.placed")
    replica = shop.replica("order")
    headers = {"Idempotency-Key": f"test-{next(_keys)}"}
    ports = itertools.cycle((shop.order.api, replica.api))

    def place(client):
        return client.post("/orders", {"user_id": 1, "product": "Once only", "quantity": 2}, headers=headers, timeout=30)

    with ThreadPoolExecutor(100) as pool:
        answers = list(pool.map(place, itertools.islice(ports, 100)))
    assert {a.status for a in answers} == {201}
    assert len({(a.text, a.headers["location"]) for a in answers}) == 1
    order = answers[0].json()["order_id"]
    assert shop.databases["order"].query(
        f"select order_id from order_lines where product_id = {product}") == [[str(order)]]
    assert inventory.stock(shop.databases["product"], product) == (998, 0)
    assert place(shop.order.api).text == answers[0].text, "also later"
    assert [e["data"]["order_id"] for e in shop.vhost.wait_for_events(queue)] == [order]

    other = shop.post("/orders", {"user_id": 1, "product": "Once only", "quantity": 3}, headers=headers)
    assert fields(other, 422) == ["Idempotency-Key"]
    spelled = shop.post("/orders", b'{ "quantity":2,"product":"Once only" , "user_id":1}',
                        headers={**headers, "Content-Type": "application/json"})
    assert spelled.text == answers[0].text, "the same request, written otherwise"


def test_a_repeated_key_returns_the_same_refusal(shop):
    inventory.add_product(shop.databases["product"], "Not for all", 1)
    headers = {"Idempotency-Key": f"test-{next(_keys)}"}
    body = {"user_id": 1, "product": "Not for all", "quantity": 2}
    first = shop.post("/orders", body, headers=headers)
    assert first.status == 409
    shop.databases["product"].query("update stock set on_hand = on_hand + 5 where product_id = "
                                    "(select id from products where name = 'Not for all');"
                                    "insert into stock_ledger (product_id, change, reason) "
                                    "select id, 5, 'received' from products where name = 'Not for all'")
    again = shop.post("/orders", body, headers=headers)
    assert (again.status, again.json()) == (409, first.json())
    assert shop.post("/orders", body).status == 201


def test_idempotency_keys_of_different_users_are_different(shop):
    headers = {"Idempotency-Key": f"test-{next(_keys)}"}
    body = {"product": "Blender"}
    placed = [shop.post("/orders", body, token=shop.token(user), headers=headers) for user in (1, 2, 1)]
    assert [a.status for a in placed] == [201] * 3
    one, two, again = [a.json()["order_id"] for a in placed]
    assert one == again and one != two
