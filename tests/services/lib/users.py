"""Users for tests, and events of orders and products for the user service."""

from lib.process import wait_until

PASSWORD = "correct horse battery"


class User:
    """An account of its own, logged in by a token that is valid (the service is not asked for it)."""

    count = 0

    def __init__(self, shop, name="Eve"):
        User.count += 1
        self.shop, self.name, self.email = shop, name, f"eve{User.count}@example.com"
        answer = shop.post("/users", {"name": name, "email": self.email, "password": PASSWORD}, token=shop.token(99, "staff"))
        self.id = answer.json()["user_id"]
        self.token = shop.token(self.id)

    def ask(self, method, path, body=None, **kwargs):
        return self.shop.request(method, f"/api/customers/me{path}", body, token=self.token, **kwargs)

    def get(self, path="", **kwargs):
        return self.ask("GET", path, **kwargs)


def events(shop, queue, count):
    """The next events as (type, data), once so many have come."""
    return [(one["type"], one["data"]) for one in shop.vhost.wait_for_events(queue, count)]


class OtherServices:
    """What the tests tell the user service of orders and products, as the other services would."""

    orders = 1000

    def __init__(self, shop):
        self.shop = shop

    def tell(self, kind, data, **kwargs):
        return self.shop.vhost.publish_event(kind, data, subject="x/1", **{"time": "2026-01-01T00:00:00.000Z", **kwargs})

    def bought(self, user, *products, order=None, **kwargs):
        """An order of the products, confirmed; its number."""
        OtherServices.orders += 1
        order = order or OtherServices.orders
        lines = [{"product_id": product, "name": f"Product {product}", "quantity": 1, "unit_price": {"minor": 100 * product, "currency": "USD"}}
                 for product in products]
        self.tell("order.confirmed", {"order_id": order, "user": {"id": user, "name": "N", "email": "n@example.com"}, "lines": lines,
                                      "total": {"minor": 1, "currency": "USD"}}, **kwargs)
        return order

    def cancelled(self, order, user):
        self.tell("order.cancelled", {"order_id": order, "user_id": user, "user": {"id": user}, "reason": "asked for"})

    def changed(self, product, retired=False, minor=None, **kwargs):
        self.tell("product.changed", {"product_id": product, "name": f"Product {product}", "retired": retired,
                                      "unit_price": {"minor": minor or 100 * product, "currency": "USD"}}, **kwargs)

    def handled(self):
        """Until all that was told so far had its effect: one queue, one reader, so the last is done after the others."""
        last = self.tell("product.changed", {"product_id": 10 ** 15, "name": "Last", "retired": True, "unit_price": None})
        database = self.shop.databases["user"]
        wait_until("events are handled", lambda: database.value(f"select count(*) from inbox where event_id = '{last['id']}'") == "1", 20)
