"""Stock as staff sees and moves it: the books always balance, and nothing falls below what is held for orders."""

import itertools
import random
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from lib import inventory, reservations
from lib.client import fields, problem, walk
from lib.process import wait_until
from lib.reservations import confirm, order_ids, release


@pytest.fixture(name="product")
def _product(db, staff):
    """Makes products; afterwards the books must balance, line by line."""
    numbers = itertools.count(1)
    made = []

    def factory(stock=10, low_at=0):
        made.append(inventory.add_product(db, f"Stock {random.getrandbits(48)} {next(numbers)}", stock, low_at=low_at))
        return made[-1]

    yield factory
    inventory.check(db)
    for product in made:
        balance = 0
        for move in reversed(moves(staff, product)):
            balance += move["change"]
            assert move["balance"] == balance
        assert balance == inventory.stock(db, product)[0]


def move(staff, product, change, reason="corrected", key=None, **more):
    headers = {"Idempotency-Key": key} if key else {}
    return staff.post(f"/api/products/{product}/stock/moves", {"change": change, "reason": reason, **more}, headers=headers)


def moves(staff, product, limit=200):
    """All moves, newest first."""
    return walk(staff, f"/api/products/{product}/stock/moves?limit={limit}")


def reserve(shop, product, quantity):
    order = next(order_ids)
    return order, reservations.reserve(shop.internal("product", "order"), order, (product, quantity))


def settle(shop, order, how):
    assert how(shop.internal("product", "order"), order).status == 200


def test_stock_shows_what_is_on_hand_reserved_and_available(shop, staff, product):
    it = product(10, low_at=3)
    reserve(shop, it, 4)
    answer = staff.get(f"/api/products/{it}/stock")
    assert (answer.status, answer.json()) == (
        200, {"product_id": it, "on_hand": 10, "reserved": 4, "available": 6, "low_at": 3})


def test_the_ledger_records_user_and_reason(shop, staff, product):
    it = product(0)
    assert move(staff, it, 12, "received", note="Truck 7").status == 201
    order, _ = reserve(shop, it, 2)
    settle(shop, order, confirm)
    settle(shop, order, release)
    last = move(staff, it, -5)
    assert last.status == 201
    assert last.json().items() >= {"change": -5, "reason": "corrected", "by": 9, "balance": 7}.items()
    assert last.json()["stock"] == {"product_id": it, "on_hand": 7, "reserved": 0, "available": 7, "low_at": 0}
    seen = moves(staff, it, limit=1)
    assert [(m["change"], m["reason"], m["balance"]) for m in seen] == [
        (-5, "corrected", 7), (2, "returned", 12), (-2, "sold", 10), (12, "received", 12)]
    assert [m.get("order_id") for m in seen] == [None, order, order, None]
    assert [m.get("by") for m in seen] == [9, None, None, 9]
    assert seen[3]["note"] == "Truck 7"
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", m["at"]) for m in seen)
    assert [m["id"] for m in seen] == sorted((m["id"] for m in seen), reverse=True)


def test_never_below_what_is_held(shop, db, staff, product):
    it = product(10)
    reserve(shop, it, 6)
    refusal = problem(move(staff, it, -5), 409, "Stock move refused")
    assert refusal.items() >= {"on_hand": 10, "reserved": 6, "available": 4}.items()
    assert move(staff, it, -4).status == 201
    assert inventory.stock(db, it) == (6, 6)
    assert move(staff, it, 1_000_000_000, "received").status == 409, "more than can be counted"


@pytest.mark.parametrize("body,field", [
    ({"change": 0, "reason": "corrected"}, "change"), ({"change": -1, "reason": "received"}, "change"),
    ({"change": "1", "reason": "received"}, "change"), ({"change": 10 ** 30, "reason": "received"}, "change"),
    ({"change": 1, "reason": "sold"}, "reason"), ({"change": 1}, "reason"), ({"reason": "received"}, "change"),
    ({"change": 1, "reason": "received", "note": "x" * 501}, "note"),
    ({"change": 1, "reason": "received", "note": "a\u0000b"}, "note"),
    ({"change": 1, "reason": "received", "product_id": 2}, "product_id")])
def test_invalid_moves_are_refused(body, field, staff):
    assert field in fields(staff.post("/api/products/1/stock/moves", body), 422)


def test_stock_of_unknown_products_and_malformed_requests_are_refused(staff):
    for path in ("stock", "stock/moves"):
        assert staff.get(f"/api/products/99999999/{path}").status == 404
        assert staff.get(f"/api/products/x/{path}").status == 400
    assert move(staff, 99999999, 1).status == 404
    assert staff.get("/api/products/1/stock/moves?cursor=7").status == 400
    assert staff.patch("/api/products/99999999/stock", {"low_at": 1}).status == 404
    assert staff.patch("/api/products/1/stock", {"low_at": -1}).status == 422
    assert staff.patch("/api/products/1/stock", {}).status == 422
    assert staff.post("/api/products/1/stock/moves", "{", headers={"Content-Type": "application/json"}).status == 400
    assert staff.post("/api/products/1/stock/moves", "x=1").status == 415


def test_a_hundred_moves_with_one_idempotency_key_are_one(db, staff, product):
    it = product(0)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: move(staff, it, 5, "received", key=f"truck-{it}"), range(100)))
    assert {a.status for a in answers} == {201}
    assert len({a.text for a in answers}) == 1
    assert inventory.stock(db, it) == (5, 0)
    assert fields(move(staff, it, 6, "received", key=f"truck-{it}"), 422) == ["Idempotency-Key"]
    assert move(staff, product(0), 5, "received", key=f"truck-{it}").status == 422, "the same body, another product"
    answer = staff.post(f"/api/products/{it}/stock/moves", {"reason": "received", "change": 5},
                        headers={"Idempotency-Key": f"truck-{it}"})
    assert answer.status == 201 and answer.text == answers[0].text, "the order of the keys of a body means nothing"
    assert move(staff, it, 5, "received", key="two words").status == 400


def test_a_refused_move_can_be_retried_with_its_key(staff, product):
    it = product(2)
    assert move(staff, it, -3, key=f"again-{it}").status == 409
    assert move(staff, it, 1, "received").status == 201
    assert move(staff, it, -3, key=f"again-{it}").status == 201


def test_low_stock_is_announced_exactly_when_it_falls(shop, staff, product):
    events = shop.vhost.listen("stock.low")
    it = product(10, low_at=4)
    told = []

    def now():
        told.extend(e for e in shop.vhost.take_events(events) if e["data"]["product_id"] == it)
        return told

    assert move(staff, it, -5).status == 201          # 5: not yet
    order, answer = reserve(shop, it, 1)             # 4: told, by a reservation
    assert answer.status == 200
    assert move(staff, it, -1).status == 201          # 3: was low already
    settle(shop, order, confirm)                   # 3: what is available does not change
    assert move(staff, it, 3, "received").status == 201   # 6
    _, refused = reserve(shop, it, 7)                # not enough: nothing
    assert refused.status == 409
    assert move(staff, it, -6).status == 201          # 0: told, by staff
    settle(shop, order, release)                   # 1
    assert staff.patch(f"/api/products/{it}/stock", {"low_at": 0}).json()["low_at"] == 0
    assert move(staff, it, -1).status == 201          # 0: told at the new threshold
    wait_until("three events", lambda: len(now()) >= 3, 20)
    # What would be told in error comes before this.
    other = product(1, low_at=0)
    assert move(staff, other, -1).status == 201
    wait_until("the last", lambda: [e for e in shop.vhost.take_events(events) if e["data"]["product_id"] == other
                                    or told.append(e)], 20)
    assert [e["data"]["available"] for e in told] == [4, 0, 0]
    assert told[0]["subject"] == f"product/{it}" and told[0]["data"]["name"].startswith("Stock ")


def test_concurrent_moves_and_orders_keep_the_ledger_balanced(shop, db, staff, product):
    """Staff and orders on one product: whatever the order, the ledger is the truth and nothing is oversold."""
    it = product(20)

    def one(number):
        rng = random.Random(number)
        kind = rng.choice(["receive", "correct", "order", "order", "refuse"])
        if kind == "receive":
            return move(staff, it, rng.randint(1, 5), "received").status == 201
        if kind == "correct":
            return move(staff, it, -rng.randint(1, 8)).status in (201, 409)
        order, answer = reserve(shop, it, rng.randint(1, 4))
        if answer.status != 200:
            return answer.status == 409
        settle(shop, order, confirm if kind == "order" else release)
        return True

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(one, range(240)))
    on_hand, reserved = inventory.stock(db, it)
    assert on_hand >= 0 and reserved == 0
    assert shop.product.metric("stock_moves_total", reason="received") > 0


def test_stock_levels_are_metrics(shop, db):
    everything = "from stock s join products p on p.id = s.product_id where p.retired_at is null"
    wanted = [float(n) for n in db.query(
        f"select sum(on_hand - reserved), sum(reserved), count(*) {everything}")[0]]

    def shown():
        metric = shop.product.metric
        return [metric("stock_units", state="available"), metric("stock_units", state="reserved"),
                metric("products_on_sale")]
    wait_until("the levels", lambda: shown() == wanted, 30)
