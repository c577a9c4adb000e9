"""Stock that is reserved, sold and given back, and never oversold."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from lib import inventory
from lib.client import fields, problem
from lib.process import wait_until
from lib.reservations import confirm, order_ids, release, reserve, sell


@pytest.fixture(name="inside")
def _inside(shop, db):
    """As the order service speaks to the product service; afterwards the books must balance."""
    yield shop.internal("product", caller="order")
    inventory.check(db)


def test_reserve_confirm_release_can_be_repeated(db, inside):
    product = inventory.add_product(db, "Repeated", 10, price=1234)
    order = next(order_ids)

    answers = [reserve(inside, order, (product, 3)) for _ in range(3)]
    assert [a.status for a in answers] == [200] * 3
    assert len({a.text for a in answers}) == 1
    assert answers[0].json().items() >= {"order_id": order, "state": "open", "lines": [
        {"product_id": product, "name": "Repeated", "quantity": 3,
         "unit_price": {"minor": 1234, "currency": "USD"}}]}.items()
    assert inventory.stock(db, product) == (10, 3)

    for _ in range(3):
        answer = confirm(inside, order)
        assert (answer.status, answer.json()) == (200, {"order_id": order, "state": "confirmed"})
        assert inventory.stock(db, product) == (7, 0)
    assert reserve(inside, order, (product, 3)).json()["state"] == "confirmed"
    assert inventory.stock(db, product) == (7, 0)

    for _ in range(3):
        answer = release(inside, order)
        assert (answer.status, answer.json()) == (200, {"order_id": order, "state": "released"})
        assert inventory.stock(db, product) == (10, 0), "what was sold is on the shelf again"
    assert db.query(f"select change, reason from stock_ledger where product_id = {product} order by id") == [
        ["10", "received"], ["-3", "sold"], ["3", "returned"]]
    assert reserve(inside, order, (product, 3)).status == 409
    assert confirm(inside, order).status == 409


def test_a_sale_reserves_and_confirms_in_one_call(db, inside):
    product, scarce = inventory.add_product(db, "Sold at once", 10, price=1234), inventory.add_product(db, "Hardly any", 1)
    order = next(order_ids)
    answers = [sell(inside, order, (product, 3), ("hardly any", 1)) for _ in range(3)]
    assert [a.status for a in answers] == [200] * 3
    assert len({a.text for a in answers}) == 1
    assert answers[0].json().items() >= {"order_id": order, "state": "confirmed", "lines": [
        {"product_id": product, "name": "Sold at once", "quantity": 3, "unit_price": {"minor": 1234, "currency": "USD"}},
        {"product_id": scarce, "name": "Hardly any", "quantity": 1, "unit_price": {"minor": 1000, "currency": "USD"}}]}.items()
    assert (inventory.stock(db, product), inventory.stock(db, scarce)) == ((7, 0), (0, 0))
    assert confirm(inside, order).status == 200
    assert reserve(inside, order, (product, 3)).json()["state"] == "confirmed"

    refused = next(order_ids)
    answer = sell(inside, refused, (product, 2), (scarce, 1))
    assert (answer.status, answer.json()["missing"]) == (409, [{"product_id": scarce, "product": "Hardly any", "requested": 1, "available": 0}])
    assert sell(inside, next(order_ids), ("no such thing", 1)).json()["errors"][0]["field"] == "lines[0].product"
    assert inventory.stock(db, product) == (7, 0)

    assert release(inside, order).status == 200
    assert (inventory.stock(db, product), inventory.stock(db, scarce)) == ((10, 0), (1, 0))
    assert sell(inside, order, (product, 1)).status == 409
    assert sell(inside, refused, (product, 2), (scarce, 1)).status == 409, "final, whatever has come in"
    assert db.query(f"select change, reason, balance from stock_ledger where product_id = {product} order by id") == [
        ["10", "received", ""], ["-3", "sold", "7"], ["3", "returned", "10"]]


def test_a_reservation_can_be_sold(db, inside):
    """An order that was held by an older version, or whose hold has expired."""
    product = inventory.add_product(db, "Held before", 5)
    held, expired = next(order_ids), next(order_ids)
    for order in (held, expired):
        assert reserve(inside, order, (product, 2)).status == 200
    db.query(f"update reservations set state = 'expired', settled_at = now() where order_id = {expired};"
                   f"update stock set reserved = reserved - 2 where product_id = {product}")
    for order in (held, expired):
        answer = sell(inside, order, (product, 2))
        assert (answer.status, answer.json()["state"]) == (200, "confirmed")
    assert inventory.stock(db, product) == (1, 0)


def test_a_reservation_is_refused_after_its_release(db, inside):
    product = inventory.add_product(db, "Barred", 5)
    order = next(order_ids)
    assert release(inside, order).status == 200
    assert reserve(inside, order, (product, 1)).status == 409
    assert inventory.stock(db, product) == (5, 0)


def test_confirming_an_unknown_reservation_is_404(inside):
    problem(confirm(inside, 987654321), 404, "Reservation not found")


def test_an_order_reserves_all_of_its_lines_or_none(db, inside):
    plenty = inventory.add_product(db, "Plenty", 100)
    scarce = inventory.add_product(db, "Scarce", 1)
    none = inventory.add_product(db, "None", 0)
    order = next(order_ids)
    missing = problem(reserve(inside, order, (none, 1), (plenty, 1), ("scarce", 2)), 409, "Insufficient stock")["missing"]
    assert missing == [{"product_id": scarce, "product": "Scarce", "requested": 2, "available": 1},
                       {"product_id": none, "product": "None", "requested": 1, "available": 0}]
    assert inventory.stock(db, plenty) == (100, 0)
    # Final: a first try that arrives only now, when its order was rejected already, must hold nothing.
    db.query(f"with l as (insert into stock_ledger (product_id, change, reason) values ({scarce}, 9, 'received'), "
                   f"({none}, 9, 'received')) update stock set on_hand = on_hand + 9 where product_id in ({scarce}, {none})")
    again = reserve(inside, order, (none, 1), (plenty, 1), ("scarce", 2))
    assert (again.status, again.json()["missing"]) == (409, missing)
    assert inventory.stock(db, plenty) == (100, 0)
    assert release(inside, order).status == 200
    assert reserve(inside, next(order_ids), (none, 1), (plenty, 1), ("scarce", 2)).status == 200


def test_lines_for_one_product_are_one(db, inside):
    product = inventory.add_product(db, "Twice", 5)
    assert reserve(inside, next(order_ids), (product, 3), ("TWICE", 3)).json()["missing"][0]["requested"] == 6
    answer = reserve(inside, next(order_ids), (product, 3), ("TWICE", 2))
    assert [line["quantity"] for line in answer.json()["lines"]] == [5]


def test_an_unknown_product_is_named(db, inside):
    order = next(order_ids)
    for line in (("Nothing such", 1), (99999999, 1)):
        assert fields(reserve(inside, order, ("Tablet", 1), line), 422) == ["lines[1].product"]
    assert db.value(f"select count(*) from reservations where order_id = {order}") == "0"


@pytest.mark.parametrize("body,field", [
    ({}, "order_id"), ({"order_id": 0, "lines": []}, "order_id"), ({"order_id": 5}, "lines"),
    ({"order_id": 5, "lines": []}, "lines"), ({"order_id": 5, "lines": [7]}, "lines[0]"),
    ({"order_id": 5, "lines": [{"product_id": 1, "quantity": 0}]}, "lines[0].quantity"),
    ({"order_id": 5, "lines": [{"product_id": 1, "quantity": -1}]}, "lines[0].quantity"),
    ({"order_id": 5, "lines": [{"product_id": 1, "quantity": 1e30}]}, "lines[0].quantity"),
    ({"order_id": 5, "lines": [{"quantity": 1}]}, "lines[0].product"),
    ({"order_id": 5, "lines": [{"product_id": 1, "product": "x", "quantity": 1}]}, "lines[0].product"),
    ({"order_id": 5, "lines": [{"product_id": 1, "quantity": 1}] * 101}, "lines")])
def test_invalid_reservations_are_refused(inside, body, field):
    assert field in fields(inside.post("/internal/reservations", body), 422)


def test_concurrent_reservations_neither_deadlock_nor_oversell(db, inside):
    """Lines in any order neither deadlock nor oversell."""
    products = [inventory.add_product(db, f"Crowded {n}", 30) for n in range(4)]

    def one(order):
        lines = [(p, random.randint(1, 3)) for p in random.sample(products, 3)]
        answer = reserve(inside, order, *lines)
        if answer.status == 200:
            answer = random.choice((confirm, release))(inside, order)
        return answer.status

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(one, [next(order_ids) for _ in range(120)]))
    assert set(statuses) <= {200, 409}
    assert statuses.count(200) > 10
    assert all(reserved == 0 for _, reserved in (inventory.stock(db, p) for p in products))


def test_one_order_reserved_by_many_at_once_is_reserved_once(db, inside):
    product = inventory.add_product(db, "Contended", 100)
    order = next(order_ids)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: reserve(inside, order, (product, 7)), range(32)))
    assert {a.status for a in answers} == {200}
    assert len({a.text for a in answers}) == 1
    assert inventory.stock(db, product) == (100, 7)


@pytest.fixture(name="hasty")
def _hasty(shop_factory):
    """(database, client) of two replicas whose reservations last a second; afterwards the books must balance."""
    shop = shop_factory(services=("product",),
                        config={"product": {"reservations.expiry": "1s", "reservations.sweep": "100ms"}})
    shop.replica("product")
    yield shop.databases["product"], shop.internal("product", caller="order")
    inventory.check(shop.databases["product"])


def state_of(db, order):
    return db.value(f"select state from reservations where order_id = {order}")


def test_a_reservation_expires(hasty):
    db, inside = hasty
    product = inventory.add_product(db, "Fleeting", 5)
    orders = [next(order_ids) for _ in range(5)]
    for order in orders:
        assert reserve(inside, order, (product, 1)).status == 200
    assert inventory.stock(db, product) == (5, 5)
    wait_until("all expired", lambda: {state_of(db, o) for o in orders} == {"expired"}, 10)
    assert inventory.stock(db, product) == (5, 0)

    late, later = orders[0], orders[1]
    assert confirm(inside, late).status == 200, "there is enough: it is taken after all"
    assert inventory.stock(db, product) == (4, 0)
    greedy = next(order_ids)
    assert reserve(inside, greedy, (product, 4)).status == 200
    assert confirm(inside, greedy).status == 200
    assert problem(confirm(inside, later), 409)["missing"] == [
        {"product_id": product, "product": "Fleeting", "requested": 1, "available": 0}]
    assert release(inside, later).status == 200
    assert inventory.stock(db, product) == (0, 0)


def test_an_expired_reservation_can_be_reserved_again(hasty):
    db, inside = hasty
    product = inventory.add_product(db, "Again", 5)
    order = next(order_ids)
    assert reserve(inside, order, (product, 2)).status == 200
    wait_until("expired", lambda: state_of(db, order) == "expired", 10)
    answer = reserve(inside, order, (product, 2))
    assert (answer.status, answer.json()["state"]) == (200, "open")
    assert confirm(inside, order).status == 200
    assert inventory.stock(db, product) == (3, 0)
