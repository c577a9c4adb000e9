"""Customers that use the shop through its Ingress while something is done to it: every request and its outcome is kept."""

import http.client
import json
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass

from kit import wait_until

READS = ("/products", "/products/1", "/users/1", "/orders/1", "/api/products?q=laptop")


@dataclass
class Request:
    at: float  # when it was sent, by time.monotonic()
    seconds: float
    what: str
    outcome: str  # the status, or the exception's name

    @property
    def failed(self):
        # 409: sold out, which is an answer.
        return not self.outcome.startswith("2") and self.outcome != "409"


class Customer(threading.Thread):
    """One keep-alive connection; an order after every nine reads. A failed order is sent again with its key, as clients do."""

    def __init__(self, port, host, pause, products):
        super().__init__(daemon=True)
        self.port, self.host, self.pause, self.products = port, host, pause, products
        self.ended = threading.Event()
        self.requests, self.orders = [], []
        self.connection = None

    def run(self):
        number = 0
        while not self.ended.wait(self.pause):
            number += 1
            if number % 10:
                self.send("GET", READS[number % len(READS)])
            else:
                self.order(self.products[number // 10 % len(self.products)])
        self.close()

    def order(self, product):
        key = secrets.token_hex(8)
        for _ in range(40):
            answer = self.send("POST", "/orders", {"user_id": 1, "product": product}, {"Idempotency-Key": key})
            if answer is not None:
                self.orders.append(answer["order_id"])
            if not self.requests[-1].failed:
                return
            if self.ended.wait(0.25):
                return

    def send(self, method, path, body=None, headers=None):
        """The answer's JSON; None when it was no success."""
        began, answer = time.monotonic(), None
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
            self.connection.request(method, path, None if body is None else json.dumps(body),
                                    {"Host": self.host, "Content-Type": "application/json", **(headers or {})})
            response = self.connection.getresponse()
            content = response.read()
            outcome = str(response.status)
            if response.status < 300:
                answer = json.loads(content)
            if response.will_close:
                self.close()
        except (OSError, http.client.HTTPException, ValueError) as error:
            outcome = type(error).__name__
            self.close()
        self.requests.append(Request(began, time.monotonic() - began, f"{method} {path}", outcome))
        return answer

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Load:
    """`with Load(shop) as load:` runs customers meanwhile, about 40 requests a second; then load.requests, load.orders, load.failures()."""

    def __init__(self, shop, customers=8, pause=0.2):
        products = [each["name"] for each in shop.http.get("/products").json()]
        self.customers = [Customer(shop.http.port, shop.http.headers["Host"], pause, products[number:] + products[:number])
                          for number in range(customers)]

    def __enter__(self):
        for each in self.customers:
            each.start()
        return self

    def __exit__(self, *_):
        for each in self.customers:
            each.ended.set()
        for each in self.customers:
            each.join(60)

    @property
    def requests(self):
        return sorted((request for each in self.customers for request in list(each.requests)), key=lambda request: request.at)

    @property
    def orders(self):
        """The ids of the orders that customers were told of."""
        return [order for each in self.customers for order in list(each.orders)]

    def failures(self):
        return [request for request in self.requests if request.failed]

    def summary(self):
        """What failed, when and how often, for people."""
        failed = self.failures()
        if not failed:
            return f"none of {len(self.requests)} requests failed"
        return (f"{len(failed)} of {len(self.requests)} requests failed over {failed[-1].at - failed[0].at:.1f} s: "
                f"{dict(Counter(f'{each.what} {each.outcome}' for each in failed))}")


def lasted(load, seconds=3):
    """Lets the customers go on for a while, since some failures come after a change."""
    until = time.monotonic() + seconds
    wait_until("some more requests", lambda: any(request.at > until for request in load.requests), seconds + 20)
