"""Events that lead to mails, as the other services publish them, and waiting for what becomes of them."""

from lib.process import wait_until
from lib.rabbitmq import event

FROM = "The Shop <shop@example.com>"
LATER = "2999-01-31T12:00:00Z"
ALICE = {"id": 1, "name": "Alice", "email": "alice@example.com"}


def mail_config(port, **changes):
    """A notification service's configuration for the SMTP server at the port, with quick retries."""
    config = {"email.host": "127.0.0.1", "email.port": port, "email.from": FROM, "email.tls": "none",
              "email.timeout": "5s", "email.retry_first": "50ms", "email.retry_limit": "200ms", "email.attempts": 1000}
    return {**config, **{f"email.{key}": value for key, value in changes.items()}}


def confirmed(order=17, name="Alice", address="alice@example.com", event_id=None, product="Laptop", user=1, **changes):
    price = {"minor": 99999, "currency": "USD"}
    data = {"order_id": order, "user": {"id": user, "name": name, "email": address}, "total": price,
            "lines": [{"product_id": 1, "name": product, "quantity": 1, "unit_price": price}]}
    return event("order.confirmed", {**data, **changes}, f"order/{order}", event_id)


def of_order(kind, /, order=17, **data):
    return event(kind, {"order_id": order, "user": ALICE, **data}, f"order/{order}")


def of_user(kind, /, user=1, name="Alice", address="alice@example.com", **data):
    return event(kind, {"user_id": user, "name": name, "email": address, **data}, f"user/{user}")


def publish(service, message):
    return service.vhost.publish_routed(message)


def rows(service):
    columns = ("id", "event_id", "kind", "about", "recipient_email", "status", "attempts", "last_error")
    return [dict(zip(columns, row)) for row in
            service.database.query(f"select {', '.join(columns)} from notifications order by id")]


def wait_for_status(service, status, count=1, timeout=15):
    def check():
        found = rows(service)
        return found if [r["status"] for r in found] == [status] * count else None
    try:
        return wait_until(f"{count} x {status}", check, timeout)
    except TimeoutError:
        raise AssertionError(f"not {count} x {status} but {rows(service)}") from None


def staff(service):
    return service.api.bearer(service.keys.access_token(9, "staff"))


def wait_handled(service, total, result="done"):
    """Until so many deliveries were handled: then what they led to can be looked at."""
    wait_until(f"{total} deliveries {result}",
               lambda: (service.metric("events_consumed_total", result=result) or 0) >= total, 30)
