"""Clients that place, cancel, refund, ship, restock and leave reservations to expire, at random, while parts are killed.

What each client was told is kept, so that afterwards the books can be held against it. Every choice comes from one seed; the
moments do not, so a run is never quite the same.
"""

import functools
import random
import secrets
import time
from collections import Counter

METHODS = ["card_ok"] * 6 + ["card_timeout", "card_flaky", "card_review", "card_declined"]


class Gateway:
    """The replicas of each service, one chosen at random for each request as a load balancer does."""

    def __init__(self, shop, replicas):
        self.shop, self.replicas = shop, replicas

    def ask(self, chance, service, method, path, body=None, headers=None, *, token, timeout=15):
        """The answer, or None when none came: whether anything was done is then unknown."""
        replica = chance.choice(self.replicas[service])
        client = replica.ops if path.startswith("/internal/") else replica.api
        try:
            return client.bearer(token).request(method, path, body, headers=headers, timeout=timeout)
        except Exception:  # pylint: disable=broad-except  # whatever a killed server does to a connection
            return None


class Client:
    """One client, which runs until `stop` is set. `confirmed` are the orders that it was told are confirmed."""

    def __init__(self, number, gateway, products, stop, seed):
        self.chance = random.Random(f"{seed}/{number}")
        self.gateway, self.products, self.stop_event = gateway, products, stop
        self.user = 1 + number % 2
        self.token = gateway.shop.token(self.user)
        self.staff = gateway.shop.token(1, "staff")
        self.confirmed, self.keys = [], {}
        self.answers = Counter()

    def run(self):
        while not self.stop_event.is_set():
            self.chance.choices([self.place, self.cancel, self.refund, self.ship, self.restock, self.hold], [10, 3, 3, 1, 2, 2])[0]()

    def count(self, what, answer):
        self.answers[f"{what} {answer.status if answer else 'nothing'}"] += 1

    def keyed(self, what, path, body, token):
        """POST with a key, repeated with the same key until there is an answer that is one."""
        key = secrets.token_hex(8)
        for _ in range(8):
            answer = self.gateway.ask(self.chance, "order", "POST", path, body, {"Idempotency-Key": key}, token=token)
            self.count(what, answer)
            if answer and answer.status < 500 and answer.status != 429:
                return key, answer
            if self.stop_event.wait(self.chance.uniform(0.05, 0.5)):
                break
        return key, None

    def place(self):
        chosen = self.chance.sample(self.products, self.chance.choice([1, 1, 2, 3]))
        body = {"lines": [{"product_id": product, "quantity": self.chance.choice([1, 1, 2, 5])} for product in chosen],
                "payment": {"method": self.chance.choice(METHODS)}}
        key, answer = self.keyed("place", "/api/orders", body, self.token)
        if answer and answer.status in (201, 202):
            order = answer.json()["order_id"]
            assert self.keys.setdefault(key, order) == order, "one key, two orders"
            if answer.status == 201:
                self.confirmed.append(order)

    def cancel(self):
        if self.confirmed:
            order = self.chance.choice(self.confirmed)
            self.count("cancel", self.gateway.ask(self.chance, "order", "POST", f"/api/orders/{order}/cancel", {}, token=self.token))

    def refund(self):
        if self.confirmed:
            order = self.chance.choice(self.confirmed)
            body = {"amount": self.chance.choice([1, 2.5, 10]), "reason": "storm"}
            self.keyed("refund", f"/api/orders/{order}/refunds", body, self.staff)

    def ship(self):
        if self.confirmed:
            order = self.chance.choice(self.confirmed)
            body = {"carrier": "Carrier", "tracking_number": f"T{order}"}
            self.count("ship", self.gateway.ask(self.chance, "order", "POST", f"/api/orders/{order}/ship", body, token=self.staff))

    def restock(self):
        product = self.chance.choice(self.products)
        change = self.chance.choice([20, 5, -1, -3])
        body = {"change": change, "reason": "received" if change > 0 else "corrected"}
        self.count("move", self.gateway.ask(self.chance, "product", "POST", f"/api/products/{product}/stock/moves", body,
                                            {"Idempotency-Key": secrets.token_hex(8)}, token=self.staff))

    def hold(self):
        """A reservation that nobody confirms: it expires."""
        body = {"order_id": 10**9 + self.chance.randrange(10**9),
                "lines": [{"product_id": self.chance.choice(self.products), "quantity": self.chance.choice([1, 3])}]}
        caller = self.gateway.shop.keys.service_token("order")
        self.count("hold", self.gateway.ask(self.chance, "product", "POST", "/internal/reservations", body, token=caller, timeout=10))


class Faults:
    """Kills one thing after the other and brings it back, until `stop` is set. `done` counts them by name."""

    def __init__(self, gateway, postgres, stop, seed):
        self.chance = random.Random(f"{seed}/faults")
        self.gateway, self.postgres, self.stop_event, self.done = gateway, postgres, stop, Counter()

    def run(self):
        shop = self.gateway.shop
        acts = {
            **{f"kill {name}": functools.partial(self.kill, name) for name in self.gateway.replicas},
            "cut order's database": shop.databases["order"].cut, "cut product's database": shop.databases["product"].cut,
            "cut the broker": shop.vhost.cut, "kill the database server": self.postgres_dies,
        }
        # Each at least once, then as chance has it.
        queue = list(acts)
        self.chance.shuffle(queue)
        while not self.stop_event.wait(self.chance.uniform(0.5, 2.5)):
            name = queue.pop() if queue else self.chance.choice(list(acts))
            acts[name]()
            self.done[name] += 1

    def kill(self, service):
        victim = self.chance.choice(self.gateway.replicas[service])
        victim.kill()
        time.sleep(self.chance.uniform(0, 1.5))  # how long it is away: a fault, not a wait for something
        victim.start(ready=False)

    def postgres_dies(self):
        self.postgres.kill()
        self.postgres.start()
