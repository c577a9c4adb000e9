"""Orders while other services, databases or their own service are down: every order reaches a final state."""

import contextlib
import http.server
import threading
import time

import pytest
from lib import inventory
from lib.client import problem
from lib.orders import orders_in, rows_of_orders
from lib.process import wait_until

ENDED = ("confirmed", "rejected", "cancelled")


def test_orders_are_shown_while_the_user_service_is_unavailable(shop_factory):
    shop = shop_factory()
    shop.user.kill()
    started = time.monotonic()
    answer = shop.get("/orders/1")
    assert answer.status == 200
    assert answer.json().items() >= {"user_id": 1, "product": "Laptop", "user": None, "user_unavailable": True,
                                     "status": "confirmed"}.items()
    assert time.monotonic() - started < 3

    before = rows_of_orders(shop)
    answer = shop.post("/orders", {"user_id": 1, "product": "Tablet"})
    assert "user service" in problem(answer, 503)["detail"]
    assert int(answer.headers["retry-after"]) >= 1
    assert rows_of_orders(shop) == before

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
    before = inventory.stock(shop.databases["product"], 4)
    with older_product(shop.product) as address:
        newer = shop.make("order")
        newer.config["peers.product"] = address
        shop.others.append(newer)
        newer.start()
        answer = newer.api.post("/orders", {"user_id": 1, "product": "Tablet", "quantity": 2})
        newer.stop()
    assert (answer.status, answer.json()["status"]) == (201, "confirmed")
    assert inventory.stock(shop.databases["product"], 4) == (before[0] - 2, before[1])
    assert shop.databases["product"].value(f"select state from reservations where order_id = {answer.json()['order_id']}") == "confirmed"


def all_ended(shop):
    rows = shop.databases["order"].query("select state, count(*), bool_or(due_at is not null) from orders group by 1")
    return all(state in ENDED and due == "f" for state, _, due in rows) and rows


def check_end(shop):
    """Every order has ended; what is confirmed was taken, and nothing else is."""
    wait_until("every order ended", lambda: all_ended(shop), 60)
    products = shop.databases["product"]
    inventory.check(products)
    assert products.value("select coalesce(sum(reserved), 0) from stock") == "0"
    confirmed = {row[0] for row in orders_in(shop, "state = 'confirmed'")}
    assert {row[0] for row in products.query("select order_id from reservations where state = 'confirmed'")} == confirmed


def test_an_order_waits_while_the_product_service_is_away(shop_factory):
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
    assert inventory.stock(shop.databases["product"], 4) == (99, 0)
    assert sorted((e["subject"], e["type"]) for e in shop.vhost.wait_for_events(queue, 4)) == [
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
    """Clients that go on placing orders until `end`; `answers` by status."""

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
    inventory.add_product(shop.databases["product"], "Popular", 100_000)
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
    inventory.add_product(shop.databases["product"], "Steady", 100_000)
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
