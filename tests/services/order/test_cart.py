"""Carts: what they show, what they refuse, and what erasure leaves of them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from lib import inventory
from lib.client import problem
from lib.process import wait_until
from lib.shopper import HEADPHONES, TABLET, Shopper, product, retire


def test_lines_are_put_changed_and_removed(shop):
    carla = Shopper(shop)
    empty = carla.api.get("/api/cart")
    assert empty.json() == {"lines": [], "total": 0, "currency": "USD", "stale": False}
    assert empty.headers["etag"] == '"0"'
    answer = carla.put(TABLET, 2)
    assert answer.status == 200
    line = answer.json()["lines"][0]
    assert line == {"product_id": TABLET, "name": "Tablet", "quantity": 2, "unit_price": 299.99, "currency": "USD",
                    "available": True, "retired": False, "line_total": 599.98}
    assert carla.put(HEADPHONES, 1).json()["total"] == 749.97
    assert carla.put(TABLET, 1).status == 200
    assert carla.quantities() == {TABLET: 1, HEADPHONES: 1}
    assert [line["product_id"] for line in carla.cart()["lines"]] == [TABLET, HEADPHONES], "in the order of putting"
    assert carla.api.delete(f"/api/cart/lines/{TABLET}").json()["total"] == 149.99
    problem(carla.api.delete(f"/api/cart/lines/{TABLET}"), 404, "Line not found")
    assert Shopper(shop).cart()["lines"] == [], "a cart is its owner's"
    assert carla.api.delete("/api/cart").status == 204
    assert carla.cart()["lines"] == []


def test_bad_lines_change_nothing(shop):
    carla = Shopper(shop)
    carla.put(TABLET, 2)
    before = carla.api.get("/api/cart")
    for bad in ({}, {"quantity": 0}, {"quantity": 1001}, {"quantity": -1}, {"quantity": "2"}, {"quantity": 1.5},
                {"quantity": None}, {"quantity": 1, "price": 1}, [], 7):
        problem(carla.api.put(f"/api/cart/lines/{TABLET}", bad), 422)
    problem(carla.api.put(f"/api/cart/lines/{TABLET}", b"{", headers={"Content-Type": "application/json"}), 400)
    problem(carla.api.put(f"/api/cart/lines/{TABLET}", b'{"quantity":1}'), 415)
    for bad in ("0", "-1", "x", "99999999999999999999"):
        problem(carla.put(bad, 1), 400)
    problem(carla.put(999_999, 1), 404, "Product not found")
    problem(carla.put(2**63 - 1, 1), 404, "Product not found")
    gone = product(shop, "Long gone")
    retire(shop, gone)
    problem(carla.put(gone, 1), 409, "Product retired")
    assert shop.order.api.get("/api/cart").status == 401
    after = carla.api.get("/api/cart")
    assert (after.body, after.headers["etag"]) == (before.body, before.headers["etag"])


def test_at_most_fifty_products(shop):
    carla = Shopper(shop)
    numbers = shop.databases["product"].query("""
        with p as (insert into products (name, price_minor, currency)
                   select 'Fifty ' || n, 100, 'USD' from generate_series(1, 51) n returning id),
             s as (insert into stock (product_id, on_hand, low_at) select id, 0, 0 from p)
        select id from p order by id""")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: carla.put(n[0], 1).status, numbers))
    assert sorted(answers) == [200] * 50 + [409]
    assert len(carla.quantities()) == 50
    there = next(iter(carla.quantities()))
    assert carla.put(there, 7).status == 200, "a line that is there can be changed"
    # Also what comes back from an order that came to nothing finds no more room than that.
    assert carla.checkout().status == 409  # there is none in stock
    for number in list(carla.quantities())[:10]:
        assert carla.api.delete(f"/api/cart/lines/{number}").status == 200
    shop.databases["order"].query(f"""
        with o as (insert into orders (user_id, user_name, user_email, state, reason)
                   values ({carla.user}, '', '', 'cancelled', 'test') returning id)
        insert into checkouts (order_id, user_id, lines)
        select o.id, {carla.user}, jsonb_agg(jsonb_build_object(
          'product_id', n, 'quantity', 2, 'name', 'Back', 'unit_price_minor', 100, 'put_price_minor', 100, 'currency', 'USD'))
        from o, generate_series({numbers[0][0]}, {numbers[0][0]} + 99) n group by o.id""")
    lines = carla.quantities()
    assert len(lines) == 50 and sum(lines.values()) in (40 + 20, 46 + 20)
    assert carla.quantities() == lines, "and comes back once"


def test_carts_honour_if_match(shop):
    carla = Shopper(shop)
    tag = carla.put(TABLET, 1, headers={"If-Match": '"0"'}).headers["etag"]
    problem(carla.put(TABLET, 2, headers={"If-Match": '"0"'}), 412)
    problem(carla.api.delete("/api/cart", headers={"If-Match": '"nonsense"'}), 412)
    problem(carla.api.post(
        "/api/cart/checkout", {}, headers={"If-Match": '"0"'}), 412)
    assert carla.quantities() == {TABLET: 1}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: carla.put(TABLET, n, headers={"If-Match": tag}).status, range(2, 8)))
    assert sorted(answers) == [200] + [412] * 5, "one of them succeeds"
    assert carla.api.delete("/api/cart", headers={"If-Match": "*"}).status == 204


@pytest.mark.parametrize("early", [True, False])
def test_an_erased_user_leaves_no_name_in_orders(shop, early):
    """`user.erased` before or after what it is about, and twice."""
    dora = Shopper(shop, name="Dora Dorrit")
    database = shop.databases["order"]
    number = None
    if not early:
        dora.put(TABLET, 2)
        number = dora.checkout(key="dora").json()["order_id"]
        dora.put(HEADPHONES, 1)
        refund = shop.post(f"/api/orders/{number}/refunds", {"amount": 1, "reason": "test"},
                           token=shop.token(dora.user, "staff"), headers={"Idempotency-Key": "dora"})
        assert refund.status == 201, refund.text
    for name in ("00000000-0000-4000-8000-%012d" % dora.user, "00000000-0000-4000-8001-%012d" % dora.user):
        for _ in range(2):
            shop.vhost.publish_event("user.erased", {"user_id": dora.user}, event_id=name)
    wait_until("the event's effect", lambda: database.value(
        f"select count(*) from inbox where event_id like '%{dora.user:012d}'") == "2")
    left = database.query(f"select user_name, user_email from orders where user_id = {dora.user}")
    assert left == ([] if early else [["", ""]])
    assert database.value(f"select count(*) from carts where user_id = {dora.user}") == "0"
    assert database.value(f"select count(*) from idempotency_keys where scope like '%user/{dora.user}'") == "0"
    assert dora.put(TABLET, 1).status == 401, "the token counts no more"
    refused = shop.post("/orders", {"user_id": dora.user, "product": "Tablet"})
    problem(refused, 422)
    assert database.value(f"select count(*) from orders where user_id = {dora.user}") == ("0" if early else "1")
    if number:
        kept = shop.get(f"/api/orders/{number}", token=shop.token(9, "staff")).json()
        assert kept["total"] == 599.98 and kept["lines"][0]["quantity"] == 2 and kept["history"]
    inventory.check(shop.databases["product"])


def test_an_unreadable_event_is_dead_lettered(shop):
    shop.vhost.publish_event("user.erased", {"user_id": "everybody"})
    wait_until("it is put aside", lambda: shop.order.metric("events_consumed_total", result="unreadable"))
    assert shop.databases["order"].value("select count(*) from orders where user_name <> ''") != "0"
