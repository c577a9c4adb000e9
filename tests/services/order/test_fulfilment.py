"""Fulfilment: orders of several lines, cancelled, shipped, delivered and refunded; who may, and what is refused."""

import itertools
from concurrent.futures import ThreadPoolExecutor

from lib import inventory
from lib.client import problem
from lib.process import wait_until

_keys = itertools.count(1)


def test_several_lines(shop):
    catalog = shop.databases["product"]
    mug = inventory.add_product(catalog, "Blue mug", 100, price=750)
    pot = inventory.add_product(catalog, "Blue pot", 100, price=2000)
    answer = shop.post("/api/orders", {"lines": [{"product_id": mug, "quantity": 2}, {"product": "blue POT"},
                                                 {"product": "Blue mug"}]}, token=shop.token(1))
    assert answer.status == 201, answer.text
    order = shop.get(f"/api/orders/{answer.json()['order_id']}", token=shop.token(1)).json()
    assert order["total"] == 42.5
    assert [(line["product_id"], line["quantity"]) for line in order["lines"]] == [(mug, 3), (pot, 1)]
    assert inventory.stock(catalog, mug) == (97, 0) and inventory.stock(catalog, pot) == (99, 0)
    inventory.check(catalog)


def test_all_unavailable_products_are_named(shop):
    catalog = shop.databases["product"]
    good = inventory.add_product(catalog, "Good thing", 5)
    old = inventory.add_product(catalog, "Old thing", 5)
    older = inventory.add_product(catalog, "Older thing", 5)
    catalog.query(f"update products set retired_at = now() where id in ({old}, {older})")
    before = shop.databases["order"].query("select count(*), (select last_value from orders_id_seq) from orders")

    def place(*lines):
        return shop.post("/api/orders", {"lines": list(lines)}, token=shop.token(1))
    body = problem(place({"product_id": old}, {"product_id": good}, {"product_id": older}), 409)
    assert body["retired"] == [{"product_id": old, "product": "Old thing"}, {"product_id": older, "product": "Older thing"}]
    body = problem(place({"product_id": 999999}, {"product_id": good}, {"product": "Nowhere"}), 422)
    assert [e["field"] for e in body["errors"]] == ["lines[0].product_id", "lines[2].product"]
    body = problem(place({"product_id": good, "quantity": 1000}, {"product_id": good}), 422)
    assert [e["field"] for e in body["errors"]] == ["lines[1].product_id"]
    assert shop.databases["order"].query(
        "select count(*), (select last_value from orders_id_seq) from orders") == before
    body = problem(place({"product_id": good, "quantity": 6}), 409)
    assert body["missing"] == [{"product_id": good, "product": "Good thing", "requested": 6, "available": 5}]


def placed(shop, user=1, quantity=1, price=1000, stock=100):
    """(order, product) of a confirmed order."""
    number = next(_keys)
    product = inventory.add_product(shop.databases["product"], f"Fulfilled thing {number}", stock, price=price)
    answer = shop.post("/api/orders", {"lines": [{"product_id": product, "quantity": quantity}]}, token=shop.token(user))
    assert answer.status == 201, answer.text
    return answer.json()["order_id"], product


def at_rest(shop, order):
    wait_until("at rest", lambda: shop.databases["order"].value(f"select due_at is null from orders where id = {order}") == "t")


def events_of(shop, queue, order, wanted):
    return shop.vhost.wait_for_events(queue, wanted, lambda data: data.get("order_id") == order)


def test_cancel(shop):
    queue = shop.vhost.listen("order.*")
    order, product = placed(shop, quantity=3)
    answer = shop.post(f"/api/orders/{order}/cancel", token=shop.token(1))
    assert answer.status == 200, answer.text
    assert answer.json() == {"order_id": order, "status": "cancelled", "reason": "cancelled_by_customer", "refunded": 30,
                             "currency": "USD"}
    at_rest(shop, order)
    assert inventory.stock(shop.databases["product"], product) == (100, 0)
    inventory.check(shop.databases["product"])
    again = problem(shop.post(f"/api/orders/{order}/cancel", token=shop.token(1)), 409)
    assert again["state"] == "cancelled" and again["paid"] == 30 and again["refunded"] == 30
    assert shop.get(f"/api/orders/{order}", token=shop.token(1)).json().items() >= {
        "status": "cancelled", "reason": "cancelled_by_customer", "refunded": 30}.items()
    published = events_of(shop, queue, order, 3)
    assert [e["type"] for e in published] == ["order.placed", "order.confirmed", "order.cancelled"]
    assert published[-1]["data"].items() >= {"user_id": 1, "reason": "cancelled_by_customer",
                                        "refunded": {"minor": 3000, "currency": "USD"},
                                        "user": {"id": 1, "name": "Alice", "email": "alice@example.com"}}.items()
    assert published[-1]["data"]["lines"][0]["product_id"] == product
    assert shop.databases["order"].query(f"select type from order_history where order_id = {order} order by id") == [
        ["placed"], ["confirmed"], ["refunded"], ["cancelled"]]


def test_concurrent_cancellations_cancel_once(shop):
    order, product = placed(shop)
    replica = shop.replica("order")
    clients = [client.bearer(shop.token(1)) for client in (shop.order.api, replica.api)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda n: clients[n % 2].post(f"/api/orders/{order}/cancel"), range(10)))
    assert sorted(a.status for a in answers) == [200] + [409] * 9
    at_rest(shop, order)
    assert inventory.stock(shop.databases["product"], product) == (100, 0)
    inventory.check(shop.databases["product"])
    replica.stop()


def test_ship_and_deliver(shop):
    queue = shop.vhost.listen("order.*")
    order, product = placed(shop)
    staff, path = shop.token(9, "staff"), f"/api/orders/{order}"
    parcel = {"carrier": "DHL", "tracking_number": "JD0146000039"}
    assert problem(shop.post(path + "/deliver", token=staff), 409)["state"] == "confirmed"
    answer = shop.post(path + "/ship", parcel, token=staff)
    assert answer.status == 200 and answer.json().items() >= {"status": "shipped", **parcel}.items()
    assert problem(shop.post(path + "/ship", parcel, token=staff), 409)["state"] == "shipped"
    assert problem(shop.post(path + "/cancel", token=shop.token(1)), 409)["state"] == "shipped"
    assert shop.get(path, token=shop.token(1)).json().items() >= {"status": "shipped", **parcel}.items()
    assert shop.post(path + "/deliver", {}, token=staff).json()["status"] == "delivered"
    assert problem(shop.post(path + "/deliver", token=staff), 409)["state"] == "delivered"
    assert problem(shop.post(path + "/cancel", token=shop.token(1)), 409)["state"] == "delivered"
    published = {e["type"]: e["data"] for e in events_of(shop, queue, order, 4)}
    assert published["order.shipped"].items() >= {**parcel, "user_id": 1}.items()
    assert published["order.delivered"]["lines"][0].items() >= {"product_id": product, "quantity": 1}.items()
    assert inventory.stock(shop.databases["product"], product) == (99, 0)


def test_a_rejected_order_cannot_be_changed(shop):
    product = inventory.add_product(shop.databases["product"], "Missing thing", 0)
    order = problem(shop.post("/api/orders", {"lines": [{"product_id": product}]}, token=shop.token(1)), 409)["order_id"]
    staff, path = shop.token(9, "staff"), f"/api/orders/{order}"
    parcel = {"carrier": "DHL", "tracking_number": "1"}
    for answer in (shop.post(path + "/cancel", token=shop.token(1)), shop.post(path + "/ship", parcel, token=staff),
                   shop.post(path + "/deliver", token=staff), shop.post(path + "/refunds", {"reason": "x"}, token=staff)):
        assert problem(answer, 409)["state"] == "rejected"


def test_refunds_in_whole_and_in_part(shop):
    queue = shop.vhost.listen("order.refunded")
    order, product = placed(shop, quantity=4)
    staff, path = shop.token(9, "staff"), f"/api/orders/{order}/refunds"

    def refund(**body):
        return shop.post(path, {"reason": "broken", **body}, token=staff)
    first = refund(lines=[{"product_id": product, "quantity": 3}])
    assert first.status == 201, first.text
    assert first.json().items() >= {"amount": 30, "currency": "USD", "status": "done", "reason": "broken", "order_id": order,
                                    "lines": [{"product_id": product, "quantity": 3}]}.items()
    assert problem(refund(lines=[{"product_id": product, "quantity": 2}]), 409)["title"] == "More than was ordered"
    over = problem(refund(amount=10.01), 409)
    assert (over["state"], over["paid"], over["refunded"]) == ("confirmed", 40, 30)
    assert refund(amount=4.01).status == 201
    parcel = {"carrier": "DHL", "tracking_number": "JD0146000039"}
    assert refund().json()["amount"] == 5.99
    unshipped = problem(shop.post(f"/api/orders/{order}/ship", parcel, token=staff), 409)
    assert unshipped["detail"] == "The order is confirmed and refunded in full."
    assert (unshipped["state"], unshipped["paid"], unshipped["refunded"]) == ("confirmed", 40, 40)
    assert problem(refund(), 409)["refunded"] == 40
    listed = shop.get(path, token=shop.token(1)).json()
    assert [r["amount"] for r in listed] == [30, 4.01, 5.99]
    published = events_of(shop, queue, order, 3)
    assert published[1]["data"].items() >= {"amount": {"minor": 401, "currency": "USD"}, "reason": "broken",
                                       "refunded_total": {"minor": 3401, "currency": "USD"},
                                       "total": {"minor": 4000, "currency": "USD"}}.items()
    answer = shop.post(f"/api/orders/{order}/cancel", token=shop.token(1))
    assert answer.status == 200 and answer.json()["refunded"] == 40, "nothing was left to give back"


def test_a_partly_refunded_order_can_be_shipped(shop):
    order, _ = placed(shop, quantity=2)
    staff, path = shop.token(9, "staff"), f"/api/orders/{order}"
    assert shop.post(path + "/refunds", {"reason": "late", "amount": 19.99}, token=staff).status == 201
    assert shop.post(path + "/ship", {"carrier": "DHL", "tracking_number": "1"}, token=staff).json()["status"] == "shipped"
    assert shop.post(path + "/refunds", {"reason": "broken"}, token=staff).json()["amount"] == 0.01
    assert shop.post(path + "/deliver", token=staff).json()["status"] == "delivered"


BAD_REFUNDS = [({}, "reason"), ({"reason": ""}, "reason"), ({"reason": 1}, "reason"), ({"reason": "x" * 501}, "reason"),
               *[({"reason": "x", "amount": a}, "amount") for a in (0, -1, 0.001, "1", True, [], 1e30)],
               ({"reason": "x", "amount": 1, "lines": [{"product_id": 1}]}, "amount"),
               ({"reason": "x", "lines": []}, "lines"), ({"reason": "x", "lines": [1]}, "lines[0]"),
               ({"reason": "x", "lines": [{"product_id": 0}]}, "lines[0].product_id"),
               ({"reason": "x", "lines": [{"product_id": 999999}]}, "lines[0].product_id"),
               ({"reason": "x", "lines": [{"product_id": 1, "quantity": 0}]}, "lines[0].quantity"),
               ({"reason": "x", "lines": [{"product_id": 1}, {"product_id": 1}]}, "lines[1].product_id"),
               ({"reason": "x", "to": "me"}, "to")]


def test_bad_input(shop):
    order, product = placed(shop)
    staff, path = shop.token(9, "staff"), f"/api/orders/{order}"
    for body, field in BAD_REFUNDS:
        answer = problem(shop.post(path + "/refunds", body, token=staff), 422)
        assert field in [e["field"] for e in answer["errors"]], (body, answer)
    for body, field in (({}, "carrier"), ({"carrier": "DHL"}, "tracking_number"),
                        ({"carrier": "", "tracking_number": "1"}, "carrier"),
                        ({"carrier": "DHL", "tracking_number": "x" * 101}, "tracking_number"),
                        ({"carrier": "DHL", "tracking_number": "1", "x": 1}, "x")):
        answer = problem(shop.post(path + "/ship", body, token=staff), 422)
        assert field in [e["field"] for e in answer["errors"]], (body, answer)
    problem(shop.post(path + "/cancel", {"why": "x"}, token=shop.token(1)), 422)
    problem(shop.post(path + "/cancel", b"{", token=shop.token(1), headers={"Content-Type": "application/json"}), 400)
    for verb, body in (("cancel", None), ("ship", {"carrier": "DHL", "tracking_number": "1"}), ("deliver", None),
                       ("refunds", {"reason": "x"})):
        problem(shop.post(f"/api/orders/999999999/{verb}", body, token=staff), 404)
        problem(shop.post(f"/api/orders/abc/{verb}", body, token=staff), 400)
    assert shop.get(path, token=shop.token(1)).json()["status"] == "confirmed"
    assert inventory.stock(shop.databases["product"], product) == (99, 0)


def test_orders_are_their_users_and_staffs(shop):
    order, _ = placed(shop)
    path, bob = f"/api/orders/{order}", shop.token(2)
    theirs = problem(shop.post(path + "/cancel", token=bob), 404)
    assert theirs == problem(shop.post("/api/orders/999999999/cancel", token=bob), 404)
    problem(shop.get(path + "/refunds", token=bob), 404)
    assert shop.get(path + "/refunds", token=shop.token(1)).json() == []
    for verb in ("ship", "deliver", "refunds"):
        assert shop.post(f"{path}/{verb}", {"reason": "x"}, token=shop.token(1)).status == 403
    assert shop.post(path + "/cancel").status == 401, "also where access is Open"
    answer = shop.post(path + "/cancel", token=shop.token(9, "staff"))
    assert answer.json()["reason"] == "cancelled_by_staff"


def test_repeats_of_a_waiting_order_are_answered_at_once(shop_factory):
    shop = shop_factory(services=("user", "product", "order"), config={"order": {"http.workers": 2, "http.deadline": "4s",
                                                                                 "orders.recovery": "1m"}})
    shop.product.kill()
    headers = {"Idempotency-Key": "waits"}
    body = {"user_id": 1, "product": "Tablet"}
    first = shop.post("/orders", body, headers=headers)
    assert first.status == 202, first.text
    client = shop.order.api
    with ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda _: client.post("/orders", body, headers=headers, timeout=30), range(40)))
    # Were each waited for, two workers could not answer all of them within the deadline.
    assert {(a.status, a.text) for a in answers} == {(202, first.text)}
