"""Recommendations, and the counts of what is sold together that they are made of."""

import uuid

from lib.client import fields
from lib.process import wait_until
from lib.users import User


def because(answer):
    """[(product_id, reason, because.product_id)]"""
    assert answer.status == 200, answer.text
    return [(one["product_id"], one["because"]["reason"], one["because"].get("product_id")) for one in answer.json()]


def test_recommendations_come_from_what_is_bought_together(users, others):
    eve, bob, carol, dave = (User(users, name) for name in ("Eve", "Bob", "Carol", "Dave"))
    assert because(eve.get("/recommendations")) == []
    for number in range(20):
        others.bought(1, 9, 40 + number)  # what everybody buys
    for _ in range(4):
        others.bought(2, 1, 2, 9)
    others.bought(bob.id, 1)
    others.bought(bob.id, 5)
    others.handled()
    # Eve is new: what sells best, the best first, ties by id.
    assert because(eve.get("/recommendations?limit=4")) == [
        (9, "best_seller", None), (1, "best_seller", None), (2, "best_seller", None), (5, "best_seller", None)]
    told = bob.get("/recommendations?limit=3")
    assert because(told)[:2] == [(2, "bought_together", 1), (9, "bought_together", 1)], "not what everybody buys first"
    assert told.json()[0] == {"product_id": 2, "name": "Product 2", "price": 2, "currency": "USD",
                              "because": {"reason": "bought_together", "product_id": 1, "name": "Product 1"}}
    assert {1, 5}.isdisjoint({product for product, _, _ in because(bob.get("/recommendations?limit=50"))}), "Bob has them"
    assert carol.ask("PUT", "/favorites/1").status == 204
    assert because(carol.get("/recommendations?limit=3")) == [(2, "favorite", 1), (9, "favorite", 1), (1, "favorite", 1)]
    assert dave.ask("PUT", "/views/2").status == 204
    assert because(dave.get("/recommendations?limit=1")) == [(1, "viewed", 2)]
    # What Carol likes she buys: then it counts as bought, and is no more recommended.
    others.bought(carol.id, 1)
    others.handled()
    assert because(carol.get("/recommendations?limit=2")) == [(2, "bought_together", 1), (9, "bought_together", 1)]
    others.changed(2, retired=True)
    others.handled()
    assert 2 not in [product for product, _, _ in because(carol.get("/recommendations?limit=50"))]
    for bad in ("0", "51", "-1", "x", "1.5", ""):
        assert fields(eve.get(f"/recommendations?limit={bad}"), 400) == ["?limit"], bad


def test_each_order_counts_once_and_not_when_cancelled(users, others):
    eve = User(users)
    pairs = "select product_id, other_id, orders from product_pairs where orders > 0 order by 1, 2"
    sales = "select product_id, orders from product_sales where orders > 0 order by 1"
    database = users.databases["user"]
    same = str(uuid.uuid4())
    order = others.bought(eve.id, 1, 2, event_id=same)
    others.bought(eve.id, 1, 2, order=order, event_id=same)   # delivered twice
    others.bought(eve.id, 1, 2, order=order)                  # told twice
    other = others.bought(eve.id, 2, 3, 2)
    others.handled()
    assert database.query(pairs) == [["1", "2", "1"], ["2", "1", "1"], ["2", "3", "1"], ["3", "2", "1"]]
    assert database.query(sales) == [["1", "1"], ["2", "2"], ["3", "1"]]
    others.cancelled(other, eve.id)
    others.cancelled(other, eve.id)
    others.cancelled(4711, eve.id)
    others.bought(eve.id, 7, 8, order=4711)                   # its confirmation was overtaken
    others.handled()
    assert database.query(pairs) == [["1", "2", "1"], ["2", "1", "1"]]
    assert database.query(sales) == [["1", "1"], ["2", "1"]]
    assert because(eve.get("/recommendations")) == [], "3 was cancelled, 1 and 2 she has"
    many = others.bought(eve.id, *range(100, 150))
    others.bought(987654321, 1, 3)                            # of nobody: not counted
    others.handled()
    assert database.value("select count(*) from product_pairs where product_id >= 100 and orders > 0") == str(20 * 19)
    others.cancelled(many, eve.id)
    others.handled()
    assert database.query(sales) == [["1", "1"], ["2", "1"]]
    assert database.query(pairs) == [["1", "2", "1"], ["2", "1", "1"]]


def test_unreadable_events_are_dead_lettered(users, others):
    dead = "user.events.dead"
    before = (users.vhost.queue(dead) or {}).get("messages", 0)
    for kind, data in [("order.confirmed", {}), ("order.confirmed", {"order_id": 1, "user": {"id": 1}, "lines": [{"product_id": "x"}]}),
                       ("order.cancelled", {"order_id": -1}), ("order.cancelled", {"order_id": "1"}), ("product.changed", {"product_id": 1}),
                       ("product.changed", {"product_id": 1, "name": 5}), ("order.confirmed", [])]:
        others.tell(kind, data)
    others.bought(1, 1)
    others.handled()
    assert users.databases["user"].value("select orders from product_sales where product_id = 1") == "1"
    wait_until("they are in the dead-letter queue", lambda: users.vhost.queue(dead).get("messages", 0) == before + 7, 20)


def test_an_older_product_event_changes_nothing(users, others):
    others.changed(3, minor=555, time="2026-02-01T00:00:00.000Z")
    others.changed(3, retired=True, time="2026-01-01T00:00:00.000Z")
    others.handled()
    eve = User(users)
    eve.ask("PUT", "/favorites/3")
    favorite = eve.get("/favorites").json()[0]
    assert (favorite["price"], favorite["retired"]) == (5.55, False)
