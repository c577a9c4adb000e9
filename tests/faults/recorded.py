"""Clients of one product's stock that write down what they asked, when, and what they were told: the history that
linearizable/ checks. Each request is made once: one without an answer may have been done, then or later, or never."""

import itertools
import json
import random
import threading
import time

EXPIRY, SETTLE_WITHIN = 8.0, 3.0  # seconds; what is not settled by then is left to expire
NEVER = 1e12


class History:
    """Operations as dicts; thread-safe."""

    def __init__(self):
        self.lock, self.operations = threading.Lock(), []

    def add(self, client, call, ret, **operation):
        with self.lock:
            self.operations.append({"client": client, "call": call, "return": ret, **operation})

    def write(self, path):
        with open(path, "w", encoding="utf-8") as file:
            for operation in self.operations:
                file.write(json.dumps(operation) + "\n")


class Recorder:
    """Reserves, confirms, releases, moves and reads, until `stop` is set or it has done `limit` operations."""

    orders = itertools.count(2_100_000_000)

    def __init__(self, number, gateway, product, history, stop, seed, limit=60):
        self.number, self.gateway, self.product, self.history, self.stop_event = number, gateway, product, history, stop
        self.chance = random.Random(f"{seed}/recorder/{number}")
        self.staff = gateway.shop.token(1, "staff")
        self.caller = gateway.shop.keys.service_token("order")
        self.open, self.limit = [], limit

    def run(self):
        for _ in range(self.limit):
            if self.stop_event.wait(self.chance.uniform(0.05, 0.6)):
                return
            self.chance.choices([self.reserve, self.settle, self.move, self.read], [4, 4, 1, 3])[0]()

    def ask(self, token, method, path, body=None):
        """(call, return, answer or None)"""
        call = time.time()
        answer = self.gateway.ask(self.chance, "product", method, path, body, token=token, timeout=6)
        if answer and answer.status >= 500:
            answer = None
        return call, time.time() if answer else NEVER, answer

    def record(self, call, ret, answer, kind, **more):
        self.history.add(self.number, call, ret, kind=kind, status=answer.status if answer else 0, **more)

    def reserve(self):
        order, quantity = next(self.orders), self.chance.choice([1, 1, 2, 4])
        call, ret, answer = self.ask(self.caller, "POST", "/internal/reservations",
                                     {"order_id": order, "lines": [{"product_id": self.product, "quantity": quantity}]})
        self.record(call, ret, answer, "reserve", order=order, quantity=quantity)
        if answer and answer.status == 200 and self.chance.random() < 0.85:
            self.open.append((order, quantity, call))

    def settle(self):
        if not self.open:
            return
        order, quantity, since = self.open.pop(self.chance.randrange(len(self.open)))
        if time.time() - since > SETTLE_WITHIN:
            return
        kind = self.chance.choice(["confirm", "release"])
        self.record(*self.ask(self.caller, "POST", f"/internal/reservations/{order}/{kind}"), kind, order=order, quantity=quantity)

    def move(self):
        change = self.chance.choice([3, 1, -1, -2])
        self.record(*self.ask(self.staff, "POST", f"/api/products/{self.product}/stock/moves",
                              {"change": change, "reason": "received" if change > 0 else "corrected"}), "move", quantity=change)

    def read(self):
        call, ret, answer = self.ask(self.staff, "GET", f"/api/products/{self.product}/stock")
        if answer:
            body = answer.json()
            self.record(call, ret, answer, "read", on_hand=body["on_hand"], reserved=body["reserved"])


def add_expiries(history, database, product):
    """What the expiry job did is in the database: each expiry took effect between the reservation's end and a little after its record."""
    rows = database.query(f"""
        select r.order_id, l.quantity, extract(epoch from r.expires_at), extract(epoch from r.settled_at)
        from reservations r join reservation_lines l using (order_id)
        where r.state = 'expired' and l.product_id = {product}""")
    for order, quantity, expires, settled in rows:
        history.add(-1, float(expires) - 0.01, float(settled) + 15, kind="expire", status=200, order=int(order), quantity=int(quantity))
    return len(rows)
