"""Carts become orders, once and only as they are."""

from concurrent.futures import ThreadPoolExecutor

from lib import inventory
from lib.client import problem
from lib.process import wait_until
from lib.shopper import HEADPHONES, TABLET, Shopper, change, product, retire


def test_a_changed_price_is_shown_in_the_cart(shop):
    carla = Shopper(shop)
    thing = product(shop, "Dear thing", stock=3, price=1000)
    carla.put(thing, 2)
    change(shop, thing, price_minor=1500, name="'Dearer thing'")
    line = wait_until("the new price", lambda: next(
        (x for x in carla.cart()["lines"] if x["unit_price"] == 15), None))
    assert (line["name"], line["price_changed_from"], line["line_total"]) == ("Dearer thing", 10, 30)
    assert "price_changed_from" not in carla.put(thing, 2).json()["lines"][0], "who sets the quantity has seen it"
    assert carla.put(thing, 4).json()["lines"][0]["available"] is False
    body = problem(carla.checkout(), 409, "Insufficient stock")
    assert body["missing"] == [{"product_id": thing, "product": "Dearer thing", "requested": 4, "available": 3}]
    assert carla.quantities() == {thing: 4}, "nothing was ordered"


def test_checkout_orders_what_is_in_the_cart(shop):
    carla = Shopper(shop)
    thing = product(shop, "Cart thing", stock=5, price=250)
    carla.put(thing, 2)
    carla.put(TABLET, 1)
    answer = carla.checkout(key="cart-1")
    assert answer.status == 201, answer.text
    number = answer.json()["order_id"]
    order = carla.order(number)
    assert order["total"] == 304.99 and order["status"] == "confirmed"
    assert [(line["product_id"], line["quantity"]) for line in order["lines"]] == [(thing, 2), (TABLET, 1)]
    assert [entry["type"] for entry in order["history"]] == ["placed", "confirmed"]
    assert order["history"][1]["total"] == 304.99
    assert carla.cart()["lines"] == []
    again = carla.checkout(key="cart-1")
    assert (again.status, again.body) == (answer.status, answer.body), "a repeat, with the cart long empty"
    problem(carla.checkout(key="cart-1", body={"payment": {"method": "none"}}), 422)
    problem(carla.checkout(), 409, "Cart empty")
    for bad in ({"payment": 7}, {"payment": {}}, {"payment": {"method": ""}}, {"lines": []}, []):
        problem(carla.checkout(body=bad), 422)
    assert inventory.stock(shop.databases["product"], thing) == (3, 0)
    inventory.check(shop.databases["product"])


def test_many_checkouts_at_once_are_one_order(shop):
    carla = Shopper(shop)
    thing = product(shop, "Once only", stock=100)
    for key in ("all-the-same", None):
        carla.put(thing, 3)
        before = inventory.stock(shop.databases["product"], thing)[0]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _, k=key: carla.checkout(key=k), range(8)))
        placed = {answer.json()["order_id"] for answer in answers if answer.status in (201, 202)}
        assert len(placed) == 1
        if key:
            assert {answer.status for answer in answers} <= {201, 202}
        else:
            assert sorted(answer.status for answer in answers) == [201] + [409] * 7
        wait_until("the stock", lambda b=before: inventory.stock(shop.databases["product"], thing) == (b - 3, 0))
        assert carla.cart()["lines"] == []


def test_lines_put_during_a_checkout_stay_in_the_cart(shop):
    """The order's transaction waits for a lock on the cart, as if somebody were just changing it."""
    carla = Shopper(shop)
    carla.put(TABLET, 1)
    database = shop.databases["order"]
    with ThreadPoolExecutor(2) as pool:
        changing = pool.submit(database.query, f"""
            begin; select from carts where user_id = {carla.user} for update; select pg_sleep(1.5);
            update cart_lines set quantity = 3 where user_id = {carla.user} and product_id = {TABLET};
            insert into cart_lines (user_id, product_id, quantity, name, unit_price_minor, put_price_minor, currency)
            values ({carla.user}, {HEADPHONES}, 1, 'Headphones', 14999, 14999, 'USD'); commit;""")
        wait_until("the lock", lambda: database.value(
            "select count(*) from pg_stat_activity where datname = current_database() "
            "and wait_event = 'PgSleep'") != "0")
        answer = pool.submit(carla.checkout).result()
        changing.result()
    assert answer.status == 201, answer.text
    assert carla.order(answer.json()["order_id"])["quantity"] == 1
    assert carla.quantities() == {TABLET: 2, HEADPHONES: 1}


def test_checkout_names_retired_products(shop):
    carla = Shopper(shop)
    one, two = product(shop, "Soon gone"), product(shop, "Soon gone too")
    carla.put(one, 1)
    carla.put(two, 2)
    carla.put(TABLET, 1)
    retire(shop, one)
    retire(shop, two)
    body = problem(wait_until("both retired", lambda: (
        lambda a: a if a.status == 409 and len(a.json().get("retired", [])) == 2 else None)(carla.checkout())), 409)
    assert body["retired"] == [{"product_id": one, "product": "Soon gone"}, {"product_id": two, "product": "Soon gone too"}]
    lines = {line["product_id"]: line for line in carla.cart()["lines"]}
    assert lines[one]["retired"] is True and lines[one]["available"] is False
    assert carla.cart()["total"] == 299.99, "what cannot be had does not count"
    carla.api.delete(f"/api/cart/lines/{one}")
    carla.api.delete(f"/api/cart/lines/{two}")
    assert carla.checkout().status == 201


def test_reorder(shop):
    carla = Shopper(shop)
    gone, few, fine = product(shop, "Re gone"), product(shop, "Re few", stock=5), product(shop, "Re fine", stock=9)
    for number in (gone, few, fine):
        carla.put(number, 3)
    number = carla.checkout().json()["order_id"]
    retire(shop, gone)
    path = f"/api/orders/{number}/reorder"
    answer = wait_until("what is retired", lambda: (
        lambda a: a if len(a.json().get("unavailable", [])) == 2 else None)(carla.api.post(path)))
    assert answer.status == 200
    assert answer.json()["unavailable"] == [
        {"product_id": gone, "name": "Re gone", "quantity": 3, "reason": "retired", "available": 0},
        {"product_id": few, "name": "Re few", "quantity": 3, "reason": "insufficient_stock", "available": 2}]
    assert carla.quantities() == {fine: 3}
    assert answer.headers["etag"]
    carla.api.post(path)
    assert carla.quantities() == {fine: 3}, "twice is as once"
    other = Shopper(shop)
    problem(other.api.post(path), 404, "Order not found")
    problem(other.api.post("/api/orders/999999999/reorder"), 404, "Order not found")
    assert other.cart()["lines"] == []


def test_without_the_product_service(shop_factory):
    shop = shop_factory()
    carla = Shopper(shop, 1)
    carla.put(TABLET, 2)
    shop.product.stop()
    cart = carla.cart()
    assert cart["stale"] is True and cart["total"] == 599.98
    line = cart["lines"][0]
    assert (line["name"], line["available"], line["retired"]) == ("Tablet", None, None)
    assert carla.put(TABLET, 3).json()["lines"][0]["quantity"] == 3
    refused = carla.put(HEADPHONES, 1)
    problem(refused, 503)
    assert refused.headers["retry-after"]
    problem(carla.checkout(), 503)
    problem(carla.api.post("/api/orders/1/reorder"), 503)
    assert shop.databases["order"].value("select count(*) from orders") == "2"
    shop.product.start()
    wait_until("fresh again", lambda: carla.cart()["stale"] is False)

    # Taken out of the cart, waiting for its stock, and then there is none: it is back in the cart.
    thing = product(shop, "Contested", stock=2)
    carla.api.delete("/api/cart")
    carla.put(thing, 2)
    carla.put(TABLET, 1)
    database = shop.databases["order"]
    database.query("alter table order_history add constraint slow check (type <> 'confirmed') not valid")
    answer = carla.checkout()
    assert answer.status == 202, answer.text
    number = answer.json()["order_id"]
    assert carla.cart()["lines"] == []
    carla.put(TABLET, 5)
    database.query(f"""
        begin; alter table order_history drop constraint slow;
        update orders set state = 'cancelled', reason = 'test', due_at = null, attempts = attempts + 100,
                          release_owed = false where id = {number}; commit;""")
    wait_until("it is back", lambda: carla.quantities() == {thing: 2, TABLET: 5})
    carla.api.delete("/api/cart")
    assert carla.cart()["lines"] == [], "and comes back once"
