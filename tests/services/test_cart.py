"""Carts: what they show, what they refuse, and how they become orders, once and only as they are."""

from concurrent.futures import ThreadPoolExecutor

import books
import pytest
from lib.process import wait_until

TABLET, HEADPHONES = 4, 5
_users = iter(range(1000, 2000))


def problem(answer, status, title=None):
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and (title is None or body["title"] == title), body
    return body


class Shopper:
    """A user with a cart of their own."""

    def __init__(self, shop, user=None, name="Carla"):
        if user is None:
            made = shop.post("/users", {"name": name, "email": f"carla{next(_users)}@example.com"})
            user = made.json()["user_id"]
        self.shop, self.user = shop, user
        self.api = shop.order.api.bearer(shop.token(user))

    def cart(self):
        answer = self.api.get("/api/cart")
        assert answer.status == 200, answer.text
        return answer.json()

    def put(self, product, quantity, **kwargs):
        return self.api.put(f"/api/cart/lines/{product}", {"quantity": quantity}, **kwargs)

    def quantities(self):
        return {line["product_id"]: line["quantity"] for line in self.cart()["lines"]}

    def checkout(self, key=None, body=None, **kwargs):
        headers = {"Idempotency-Key": key} if key else {}
        return self.api.post("/api/cart/checkout", {} if body is None else body, headers=headers, **kwargs)

    def order(self, number):
        return self.api.get(f"/api/orders/{number}").json()


def product(shop, name, stock=100, price=1000):
    return books.add_product(shop.databases["product"], name, stock, price)


def change(shop, number, **columns):
    """As the product service's own routes do, which are not tried here."""
    sets = ", ".join(f"{column} = {value}" for column, value in columns.items())
    shop.databases["product"].query(f"update products set {sets} where id = {number}")


def retire(shop, number):
    change(shop, number, retired_at="now()")


def test_lines_come_change_and_go(shop):
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


def test_entity_tags(shop):
    carla = Shopper(shop)
    tag = carla.put(TABLET, 1, headers={"If-Match": '"0"'}).headers["etag"]
    problem(carla.put(TABLET, 2, headers={"If-Match": '"0"'}), 412)
    problem(carla.api.delete("/api/cart", headers={"If-Match": '"nonsense"'}), 412)
    problem(carla.api.post(
        "/api/cart/checkout", {}, headers={"If-Match": '"0"'}), 412)
    assert carla.quantities() == {TABLET: 1}
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: carla.put(TABLET, n, headers={"If-Match": tag}).status, range(2, 8)))
    assert sorted(answers) == [200] + [412] * 5, "one of them, the others are told"
    assert carla.api.delete("/api/cart", headers={"If-Match": "*"}).status == 204


def test_prices_that_change_are_told(shop):
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
    assert books.stock(shop.databases["product"], thing) == (3, 0)
    books.check(shop.databases["product"])


def test_many_checkouts_at_once_are_one_order(shop):
    carla = Shopper(shop)
    thing = product(shop, "Once only", stock=100)
    for key in ("all-the-same", None):
        carla.put(thing, 3)
        before = books.stock(shop.databases["product"], thing)[0]
        with ThreadPoolExecutor(8) as pool:
            answers = list(pool.map(lambda _, k=key: carla.checkout(key=k), range(8)))
        placed = {answer.json()["order_id"] for answer in answers if answer.status in (201, 202)}
        assert len(placed) == 1
        if key:
            assert {answer.status for answer in answers} <= {201, 202}
        else:
            assert sorted(answer.status for answer in answers) == [201] + [409] * 7
        wait_until("the stock", lambda b=before: books.stock(shop.databases["product"], thing) == (b - 3, 0))
        assert carla.cart()["lines"] == []


def test_what_is_put_meanwhile_stays(shop):
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


def test_retired_things_are_listed(shop):
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


@pytest.mark.parametrize("early", [True, False])
def test_an_erased_person_leaves_no_name(shop, early):
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
    event = ('{"specversion":"1.0","id":"%s","source":"/shopkeeper/user","type":"user.erased","subject":"user/%d",'
             '"time":"2026-01-01T00:00:00Z","datacontenttype":"application/json","data":{"user_id":%d}}')
    for name in ("00000000-0000-4000-8000-%012d" % dora.user, "00000000-0000-4000-8001-%012d" % dora.user):
        for _ in range(2):
            shop.vhost.publish("user.erased", event % (name, dora.user, dora.user))
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
    books.check(shop.databases["product"])


def test_an_event_that_says_nothing_is_put_aside(shop):
    shop.vhost.publish("user.erased", '{"specversion":"1.0","id":"x1","source":"/shopkeeper/user","type":"user.erased",'
                       '"time":"2026-01-01T00:00:00Z","data":{"user_id":"everybody"}}')
    wait_until("it is put aside", lambda: shop.order.metric("events_consumed_total", result="unreadable"))
    assert shop.databases["order"].value("select count(*) from orders where user_name <> ''") != "0"
