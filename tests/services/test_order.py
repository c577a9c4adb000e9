"""The order service: the examples, bad input that leaves no trace, repeats that are one, and the saga that always ends."""

import contextlib
import http.server
import itertools
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import books
import pytest
from lib.process import wait_until

ENDED = ("confirmed", "rejected", "cancelled")
_keys = itertools.count(1)


def orders_in(shop, where="true"):
    return shop.databases["order"].query(f"select id, state from orders where {where} order by id")


def trace_of(shop):
    """All that an order leaves behind, in both databases."""
    return (shop.databases["order"].query("select count(*), (select last_value from orders_id_seq), "
                                          "(select count(*) from idempotency_keys) from orders"),
            shop.databases["product"].query("select (select count(*) from reservations), sum(on_hand), sum(reserved), "
                                            "(select count(*) from stock_ledger) from stock"))


def problem(answer, status):
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status and body["title"]
    return body


def fields(answer, status):
    return [e["field"] for e in problem(answer, status).get("errors", [])]


def test_the_examples_word_by_word(shop_factory):
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

    before = trace_of(shop)
    assert fields(shop.post("/orders", {"user_id": 999, "product": "Tablet"}), 422) == ["user_id"]
    assert fields(shop.post("/orders", {"user_id": 1, "product": "Unicorn"}), 422) == ["product"]
    assert fields(shop.post("/orders", {"user_id": 1, "product_name": "Unicorn"}), 422) == ["product_name"]
    assert trace_of(shop) == before, "refused: nothing reserved, nothing written, no number used up"

    answer = shop.post("/orders", {"user_id": 1, "product_name": "Headphones"})
    assert (answer.status, answer.json()["order_id"]) == (201, 4)
    assert shop.get("/orders/4").json().items() >= {"user_id": 1, "product": "Headphones", "total": 149.99,
                                                    "status": "confirmed"}.items()
    assert books.stock(shop.databases["product"], 4) == (99, 0)
    assert books.stock(shop.databases["product"], 5) == (99, 0)
    books.check(shop.databases["product"])
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
    product = books.add_product(shop.databases["product"], "By the dozen", 100, price=1999)
    answer = shop.post("/orders", {"user_id": 1, "product": "by the DOZEN", "quantity": 12})
    assert answer.status == 201
    order = shop.get(answer.headers["location"]).json()
    assert order["product"] == "By the dozen"
    assert (order["quantity"], order["total"]) == (12, 239.88)
    assert order["lines"] == [{"product_id": product, "product": "By the dozen", "quantity": 12, "unit_price": 19.99}]
    assert books.stock(shop.databases["product"], product) == (88, 0)


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


def test_bad_input_leaves_no_trace(shop):
    before = trace_of(shop)
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
    assert trace_of(shop) == before


@pytest.mark.parametrize("bad", ["abc", "0", "-1", "1.5", "9223372036854775808", "%F0%9F%92%A9"])
def test_an_id_that_is_no_number(shop, bad):
    assert fields(shop.get(f"/orders/{bad}"), 400) == ["path.id"]


def test_too_little_in_stock(shop):
    product = books.add_product(shop.databases["product"], "Almost gone", 2)
    body = problem(shop.post("/orders", {"user_id": 1, "product": "Almost gone", "quantity": 3}), 409)
    assert body["title"] == "Insufficient stock"
    assert body["missing"] == [{"product_id": product, "product": "Almost gone", "requested": 3, "available": 2}]
    assert shop.get(f"/orders/{body['order_id']}").json().items() >= {
        "status": "rejected", "reason": "insufficient_stock", "user_id": 1}.items()
    assert books.stock(shop.databases["product"], product) == (2, 0)


def test_100_repeats_with_one_key_are_one_order(shop):
    product = books.add_product(shop.databases["product"], "Once only", 1000)
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
    assert books.stock(shop.databases["product"], product) == (998, 0)
    assert place(shop.order.api).text == answers[0].text, "also later"
    events = []
    wait_until("order.placed", lambda: events.extend(shop.vhost.take_events(queue)) or events)
    assert [e["data"]["order_id"] for e in events] == [order]

    other = shop.post("/orders", {"user_id": 1, "product": "Once only", "quantity": 3}, headers=headers)
    assert fields(other, 422) == ["Idempotency-Key"]
    spelled = shop.post("/orders", b'{ "quantity":2,"product":"Once only" , "user_id":1}',
                        headers={**headers, "Content-Type": "application/json"})
    assert spelled.text == answers[0].text, "the same request, written otherwise"


def test_a_refusal_is_repeated_too(shop):
    books.add_product(shop.databases["product"], "Not for all", 1)
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


def test_keys_of_different_people_are_different(shop):
    headers = {"Idempotency-Key": f"test-{next(_keys)}"}
    body = {"product": "Blender"}
    placed = [shop.post("/orders", body, token=shop.token(user), headers=headers) for user in (1, 2, 1)]
    assert [a.status for a in placed] == [201] * 3
    one, two, again = [a.json()["order_id"] for a in placed]
    assert one == again and one != two


def test_whose_order_it_is(shop):
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
    product = books.add_product(shop.databases["product"], "Told of", 1, price=500)
    queue = shop.vhost.listen("order.*")
    order = shop.post("/orders", {"user_id": 2, "product": "Told of"}).json()["order_id"]
    refused = problem(shop.post("/orders", {"user_id": 2, "product": "Told of"}), 409)["order_id"]
    events = []
    wait_until("four events", lambda: events.extend(shop.vhost.take_events(queue)) or len(events) >= 4)
    told = {(e["subject"], e["type"]): e for e in events}
    assert len(told) == len(events) == 4
    assert {kind for subject, kind in told if subject == f"order/{refused}"} == {"order.placed", "order.rejected"}
    bob = {"id": 2, "name": "Bob", "email": "bob@example.com"}
    lines = [{"product_id": product, "product": "Told of", "name": "Told of", "quantity": 1}]
    assert told[f"order/{refused}", "order.rejected"]["data"] == {
        "order_id": refused, "user_id": 2, "user": bob, "lines": lines, "reason": "insufficient_stock"}
    assert told[f"order/{order}", "order.placed"]["data"] == {
        "order_id": order, "user_id": 2, "user": bob, "lines": lines}
    confirmed = told[f"order/{order}", "order.confirmed"]
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


def test_with_the_user_service_away(shop_factory):
    shop = shop_factory()
    shop.user.kill()
    started = time.monotonic()
    answer = shop.get("/orders/1")
    assert answer.status == 200
    assert answer.json().items() >= {"user_id": 1, "product": "Laptop", "user": None, "user_unavailable": True,
                                     "status": "confirmed"}.items()
    assert time.monotonic() - started < 3

    before = trace_of(shop)
    answer = shop.post("/orders", {"user_id": 1, "product": "Tablet"})
    assert "user service" in problem(answer, 503)["detail"]
    assert int(answer.headers["retry-after"]) >= 1
    assert trace_of(shop) == before

    # A shop that has just begun may be degraded for another reason (its relay is still connecting).
    def user_is_away():
        answer = shop.get("/health")
        return answer.json()["checks"]["user"]["status"] != "ok" and answer
    answer = wait_until("the user service noticed to be away", user_is_away, 10)
    assert answer.status == 200
    assert answer.json()["status"] == "degraded"
    assert shop.order.ops.get("/readyz").status == 200, "orders can be shown"

    shop.user.start()
    wait_until("orders again", lambda: shop.post("/orders", {"user_id": 1, "product": "Tablet"}).status == 201, 15)
    assert shop.get("/orders/1").json()["user"]["name"] == "Alice"


@contextlib.contextmanager
def older_product(product):
    """The product service as it was before /internal/sales, which it answers 404; yields its address."""
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            old = product.ops.request(self.command, "/internal/nothing" if self.path == "/internal/sales" else self.path, body or None,
                                      {k: v for k, v in self.headers.items() if k.lower() in ("authorization", "content-type")})
            self.send_response(old.status)
            self.send_header("Content-Type", old.headers.get("content-type", ""))
            self.send_header("Content-Length", str(len(old.body)))
            self.end_headers()
            self.wfile.write(old.body)
        do_GET = do_POST = answer

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_while_the_product_service_is_older(shop):
    """During an upgrade."""
    before = books.stock(shop.databases["product"], 4)
    with older_product(shop.product) as address:
        newer = shop.make("order")
        newer.config["peers.product"] = address
        shop.others.append(newer)
        newer.start()
        answer = newer.api.post("/orders", {"user_id": 1, "product": "Tablet", "quantity": 2})
        newer.stop()
    assert (answer.status, answer.json()["status"]) == (201, "confirmed")
    assert books.stock(shop.databases["product"], 4) == (before[0] - 2, before[1])
    assert shop.databases["product"].value(f"select state from reservations where order_id = {answer.json()['order_id']}") == "confirmed"


def all_ended(shop):
    rows = shop.databases["order"].query("select state, count(*), bool_or(due_at is not null) from orders group by 1")
    return all(state in ENDED and due == "f" for state, _, due in rows) and rows


def check_end(shop):
    """Every order has ended; what is confirmed was taken, and nothing else is."""
    wait_until("every order ended", lambda: all_ended(shop), 60)
    products = shop.databases["product"]
    books.check(products)
    assert products.value("select coalesce(sum(reserved), 0) from stock") == "0"
    confirmed = {row[0] for row in orders_in(shop, "state = 'confirmed'")}
    assert {row[0] for row in products.query("select order_id from reservations where state = 'confirmed'")} == confirmed


def test_with_the_product_service_away_an_order_waits(shop_factory):
    shop = shop_factory(config={"order": {"orders.recovery": "200ms"}})
    shop.product.kill()
    queue = shop.vhost.listen("order.*")
    answer = shop.post("/orders", {"user_id": 1, "product": "tablet"})
    assert (answer.status, answer.json()) == (202, {"order_id": 3, "status": "pending"})
    unknown = shop.post("/orders", {"user_id": 1, "product_name": "Unicorn"})
    assert unknown.status == 202
    assert shop.get(answer.headers["location"]).json()["status"] == "pending"

    shop.product.start()
    check_end(shop)
    assert shop.get("/orders/3").json().items() >= {"status": "confirmed", "product": "Tablet", "total": 299.99}.items()
    assert shop.get("/orders/4").json().items() >= {"status": "rejected", "reason": "unknown_product"}.items()
    assert books.stock(shop.databases["product"], 4) == (99, 0)
    events = []
    wait_until("events", lambda: events.extend(shop.vhost.take_events(queue)) or len(events) >= 4)
    assert sorted((e["subject"], e["type"]) for e in events) == [
        ("order/3", "order.confirmed"), ("order/3", "order.placed"),
        ("order/4", "order.placed"), ("order/4", "order.rejected")]


def test_an_order_that_waited_too_long_is_cancelled(shop_factory):
    shop = shop_factory(config={"order": {"orders.recovery": "200ms", "orders.give_up": "1s"}})
    shop.product.kill()
    headers = {"Idempotency-Key": "patience"}
    assert shop.post("/orders", {"user_id": 1, "product": "Tablet"}, headers=headers).status == 202
    wait_until("cancelled", lambda: orders_in(shop, "id = 3") == [["3", "cancelled"]], 20)
    shop.product.start()
    check_end(shop)
    assert shop.databases["product"].value("select state from reservations where order_id = 3") == "released"
    assert shop.get("/orders/3").json()["reason"] == "gave_up"
    assert problem(shop.post("/orders", {"user_id": 1, "product": "Tablet"}, headers=headers),
                   409)["title"] == "Order cancelled"


class Customers:
    """Clients that go on placing orders until told to stop; `answers` by status."""

    def __init__(self, clients, body, count=8):
        self.stop = threading.Event()
        self.statuses, self.lock = {}, threading.Lock()
        self.threads = [threading.Thread(target=self._run, args=(clients[n % len(clients)], body)) for n in range(count)]
        for thread in self.threads:
            thread.start()

    def _run(self, client, body):
        while not self.stop.is_set():
            try:
                status = client.post("/orders", body, timeout=20).status
            except OSError:
                status = 0
                time.sleep(0.01)  # its service is down: no busy loop
            with self.lock:
                self.statuses[status] = self.statuses.get(status, 0) + 1

    def seen(self, status, count):
        wait_until(f"{count} answers {status}", lambda: self.statuses.get(status, 0) >= count, 30)

    def end(self):
        self.stop.set()
        for thread in self.threads:
            thread.join(30)
            assert not thread.is_alive()


@pytest.mark.parametrize("victim", ["product", "order"])
def test_a_service_killed_in_mid_order(shop_factory, victim):
    """kill -9 three times while clients order, back each time; another replica of order is there throughout."""
    config = {"order": {"orders.recovery": "200ms", "orders.lease": "2s"}}
    shop = shop_factory(config=config)
    replica = shop.replica("order")
    books.add_product(shop.databases["product"], "Popular", 100_000)
    customers = Customers([shop.order.api, replica.api], {"user_id": 1, "product": "Popular"})
    try:
        customers.seen(201, 20)
        for _ in range(3):
            seen = customers.statuses.get(201, 0)
            shop.services[victim].kill()
            shop.services[victim].start()
            customers.seen(201, seen + 20)
    finally:
        customers.end()
    assert set(customers.statuses) <= {0, 201, 202, 503}, customers.statuses
    check_end(shop)
    assert {state for _, state in orders_in(shop)} == {"confirmed"}


def test_databases_cut_in_mid_order(shop_factory):
    """Every connection to both databases is cut, several times, while clients order: nothing is lost or doubled."""
    shop = shop_factory(config={"order": {"orders.recovery": "200ms", "orders.lease": "2s"}})
    books.add_product(shop.databases["product"], "Steady", 100_000)
    customers = Customers([shop.order.api], {"user_id": 2, "product": "Steady"})
    try:
        customers.seen(201, 10)
        for name in ("order", "product", "order", "product"):
            seen = customers.statuses.get(201, 0)
            shop.databases[name].cut()
            customers.seen(201, seen + 20)
    finally:
        customers.end()
    assert set(customers.statuses) <= {201, 202, 503}, customers.statuses
    check_end(shop)
