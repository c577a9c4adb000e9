"""64 clients at once want the last ten, through two replicas of order and product."""

import collections
import threading

from kit import wait_until

CLIENTS, IN_STOCK, PRODUCT = 64, 10, "Toaster"


def test_exactly_as_many_as_there_are(http, shop):
    shop.patch({"services": {"order": {"replicas": 2}, "product": {"replicas": 2}}})
    shop.wait_ready()
    for service in ("order", "product"):
        wait_until(f"two pods of {service}", lambda s=service: shop.get("deployment", shop.deployment(s))["status"].get("readyReplicas") == 2, 60)

    product = shop.sql("product", f"select id from products where name = '{PRODUCT}'")[0][0]
    # As goods are counted: the ledger says why what is on hand changed.
    shop.sql("product", f"""
        with old as (select on_hand from stock where product_id = {product}),
             booked as (insert into stock_ledger (product_id, change, reason)
                        select {product}, {IN_STOCK} - on_hand, 'corrected' from old where on_hand <> {IN_STOCK})
        update stock set on_hand = {IN_STOCK} where product_id = {product}""")

    answers, start = [], threading.Barrier(CLIENTS)

    def order(user):
        start.wait()
        answers.append(http.post("/orders", {"user_id": user, "product": PRODUCT}, timeout=60))

    threads = [threading.Thread(target=order, args=(1 + i % 2,)) for i in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    counts = collections.Counter(answer.status for answer in answers)
    assert counts == {201: IN_STOCK, 409: CLIENTS - IN_STOCK}, counts
    assert len({a.json()["order_id"] for a in answers if a.status == 201}) == IN_STOCK
    for answer in answers:
        if answer.status == 409:
            assert PRODUCT in answer.body.decode(), answer
    on_hand, reserved, ledger = shop.sql("product", f"""
        select on_hand, reserved, (select sum(change) from stock_ledger where product_id = {product})
        from stock where product_id = {product}""")[0]
    assert (on_hand, reserved, ledger) == ("0", "0", "0")
