"""The service is gone in the middle of paying: money is taken once all the same."""

import itertools
import time
from concurrent.futures import ThreadPoolExecutor

from lib import inventory
from lib.payments import at_rest, balanced, book, paying_shop, place, product
from lib.process import wait_until


def test_a_crash_between_capture_and_confirmation(shop):
    """What a kill -9 leaves at the worst moments, written as it would be, and taken up by recovery."""
    thing = product(shop)
    order = place(shop, thing).json()["order_id"]
    orders = shop.databases["order"]
    for state, payment in (("authorised", "capturing"), ("authorised", "authorised"), ("reserved", "authorising")):
        orders.query(f"update payments set state = '{payment}', captured_minor = 0 where order_id = {order}; "
                     f"update orders set state = '{state}', confirmed_at = null, due_at = now() where id = {order}")
        at_rest(shop, order, "confirmed")
        assert book(shop, order) == [("authorised", 1000), ("captured", 1000)], (state, payment)
    assert inventory.stock(shop.databases["product"], thing) == (99, 0)


def test_kill_9_in_the_middle_of_many_orders(running_shop):
    with paying_shop(running_shop, payments__provider="sandbox", payments__sandbox__review="200ms") as shop:
        replica = shop.replica("order")
        thing = product(shop, stock=1000)
        token = shop.token(1)
        cards = itertools.cycle(("card_ok", "card_timeout", "card_flaky", "card_review", "card_declined"))

        def customer(number):
            client = (shop.order, replica)[number % 2].api.bearer(token)
            body = {"lines": [{"product_id": thing}], "payment": {"method": next(cards)}}
            headers = {"Idempotency-Key": f"kill-{number}"}
            for _ in range(200):
                try:
                    answer = client.post("/api/orders", body, headers=headers, timeout=20)
                    if answer.status in (201, 202, 402):
                        return answer.json()["order_id"]
                except OSError:
                    pass
                time.sleep(0.05)  # the service is being started again
            raise AssertionError("never answered")

        with ThreadPoolExecutor(8) as pool:
            placed = [pool.submit(customer, number) for number in range(40)]
            for service in (shop.order, replica, shop.order):
                before = sum(p.done() for p in placed)
                wait_until("some are placed", lambda: sum(p.done() for p in placed) > before + 3 or  # noqa: B023
                           all(p.done() for p in placed), 30)
                service.kill()
                service.start()
            orders = [p.result() for p in placed]
        assert len(set(orders)) == 40
        rest = "select count(*) from orders where due_at is not null"
        wait_until("all at rest", lambda: shop.databases["order"].value(rest) == "0", 60)
        states = dict(shop.databases["order"].query("select state, count(*) from orders where id > 2 group by 1"))
        assert set(states) == {"confirmed", "rejected"} and states["rejected"] == "8", states
        balanced(shop)
        assert inventory.stock(shop.databases["product"], thing) == (1000 - int(states["confirmed"]), 0)
