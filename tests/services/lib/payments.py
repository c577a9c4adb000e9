"""Orders that are paid for, the provider's book and its webhooks."""

import hashlib
import hmac
import itertools
import json
import time

from lib import inventory
from lib.process import wait_until

SECRET = "whsec_of_the_tests"
_numbers = itertools.count(1)


def paying_shop(running_shop, **order):
    """A shop without mails; `order`: configuration of the order service."""
    return running_shop(services=("user", "product", "order"), config={"order": {
        "orders.lease": "3s", "orders.recovery": "100ms", **{k.replace("__", "."): v for k, v in order.items()}}})


def product(shop, stock=100, price=1000):
    name = f"Paid thing {next(_numbers)}"
    return inventory.add_product(shop.databases["product"], name, stock, price=price)


def place(shop, what, method=None, quantity=1, user=1, **kwargs):
    body = {"lines": [{"product_id": what, "quantity": quantity}]}
    if method:
        body["payment"] = {"method": method}
    return shop.post("/api/orders", body, token=shop.token(user), **kwargs)


def order_row(shop, order):
    row = shop.databases["order"].query(
        f"select state, coalesce(reason, ''), due_at is null from orders where id = {order}")[0]
    return row[0], row[1], row[2] == "t"


def at_rest(shop, order, state):
    """Waits until the order is in the state and owes nothing."""
    wait_until(f"order {order} {state} and at rest",
               lambda: order_row(shop, order)[0] == state and order_row(shop, order)[2], 30)


def book(shop, order):
    """What the sandbox's own book says, as [(kind, amount)]."""
    return [(kind, int(amount)) for kind, amount in shop.databases["order"].query(
        "select b.kind, b.amount_minor from sandbox_book b join sandbox_payments p on p.id = b.payment_id "
        f"where p.order_id = {order} order by b.id")]


def balanced(shop):
    """At the provider's own book: captured less refunded is what confirmed orders cost less what they were refunded."""
    taken = shop.databases["order"].value(
        "select coalesce(sum(case kind when 'captured' then amount_minor when 'refunded' then -amount_minor else 0 end), 0) "
        "from sandbox_book")
    ours = shop.databases["order"].value(
        "select coalesce(sum(total_minor), 0) - coalesce((select sum(amount_minor) from refunds f join orders o on o.id = "
        "f.order_id where f.state = 'done' and f.cause <> 'undone' and o.payment_provider = 'sandbox'), 0) "
        "from orders where confirmed_at is not null and payment_provider = 'sandbox'")
    assert taken == ours
    inventory.check(shop.databases["product"])


def signed(body, secret=SECRET, at=None):
    at = int(time.time()) if at is None else at
    v1 = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={at},v1={v1}"


def event(kind, reference, number=None):
    return json.dumps({"id": number or f"evt_{next(_numbers)}", "type": kind,
                       "data": {"object": {"id": reference, "object": "payment_intent"}}})


def webhook(shop, body, signature=None):
    return shop.post("/api/payments/webhook", body, headers={"Content-Type": "application/json",
                                                             "Stripe-Signature": signature or signed(body)})


def review(shop, thing):
    """An order whose payment is being looked at: (order, the payment's reference)."""
    answer = place(shop, thing, "card_review")
    assert answer.status == 202, answer.text
    order = answer.json()["order_id"]
    assert order_row(shop, order)[0] == "reserved"
    reference = shop.databases["order"].value(f"select reference from payments where order_id = {order}")
    return order, reference


def put_to_sleep(shop, order):
    """Far from its next look, and who looks at it just now has lost the right to write: only an event can wake it."""
    shop.databases["order"].query(
        f"update orders set due_at = now() + interval '1 hour', attempts = attempts + 1 where id = {order}")


def end_review(shop, reference):
    shop.databases["order"].query(f"update sandbox_payments set review_until = now() where id = '{reference}'")


def refund(shop, order, body, **kwargs):
    return shop.post(f"/api/orders/{order}/refunds", {"reason": "broken", **body}, token=shop.token(9, "staff"), **kwargs)
