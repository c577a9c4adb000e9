"""Reviews: one a customer, moderated by staff, the rating exact whatever happens at once, purchases verified by events."""

import itertools
import json
import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from lib import inventory
from lib.client import fields, walk
from lib.process import wait_until

_users = itertools.count(1000)
_orders = itertools.count(900_000)


@pytest.fixture(name="product")
def _product(db):
    """Makes products; afterwards each rating must be what the published reviews say, to the last point."""
    yield lambda: inventory.add_product(db, f"Reviewed {random.getrandbits(60)}", 5)
    assert db.query("""
        select * from (select product_id, sum(rating) s, count(*) n from reviews where status = 'published' group by 1) r
        full join (select * from product_ratings where count > 0) p using (product_id)
        where s is distinct from sum or n is distinct from count""") == []


def client(shop, user, role="customer"):
    return shop.product.api.bearer(shop.token(user, role))


def path(product, review=""):
    return f"/api/products/{product}/reviews" + (f"/{review}" if review else "")


def rating(shop, product):
    rows = shop.databases["product"].query(f"select sum, count from product_ratings where product_id = {product}")
    return tuple(int(n) for n in rows[0]) if rows else (0, 0)


def tell(shop, kind, data):
    """An event as another service sends it."""
    return shop.vhost.publish_event(kind, data, subject="order/1")


def bought(shop, user, product):
    order = next(_orders)
    tell(shop, "order.confirmed", {"order_id": order, "user": {"id": user, "name": "N", "email": "n@example.com"},
                                   "lines": [{"product_id": product, "name": "x", "quantity": 1,
                                              "unit_price": {"minor": 1, "currency": "USD"}}],
                                   "total": {"minor": 1, "currency": "USD"}})
    return order


def verified(shop, product, review):
    return shop.product.api.get(path(product, review)).json()["verified_purchase"]


def handled(shop, event):
    wait_until("the event is taken in", lambda: shop.databases["product"].value(
        f"select count(*) from inbox where event_id = '{event['id']}'") == "1", 20)


def test_a_review_is_created_edited_and_deleted(shop, product):
    it, user = product(), next(_users)
    events = shop.vhost.listen("review.added")
    mine = client(shop, user)
    made = mine.post(path(it), {"rating": 4, "title": "Fine", "text": "It <b>works</b>.\nMostly."})
    assert made.status == 201
    review = made.json()["id"]
    assert made.headers["location"] == path(it, review)
    assert made.json().items() >= {"rating": 4, "title": "Fine", "text": "It <b>works</b>.\nMostly.",
                                   "verified_purchase": False, "own": True, "status": "published"}.items()
    assert rating(shop, it) == (4, 1)

    seen = shop.product.api.get(path(it)).json()
    assert len(seen) == 1
    assert set(seen[0]) == {"id", "rating", "title", "text", "verified_purchase", "created_at", "updated_at"}, \
        "nothing of the author"
    assert shop.get(f"/api/products/{it}").status == 200

    again = mine.post(path(it), {"rating": 1})
    assert again.status == 409
    assert again.headers["location"] == path(it, review)
    assert rating(shop, it) == (4, 1)

    changed = mine.patch(path(it, review), {"rating": 2, "title": None}, headers={"If-Match": made.headers["etag"]})
    assert changed.status == 200
    assert changed.json()["rating"] == 2 and "title" not in changed.json() and changed.json()["text"]
    assert changed.headers["etag"] != made.headers["etag"]
    assert mine.patch(path(it, review), {"rating": 3}, headers={"If-Match": made.headers["etag"]}).status == 412
    assert rating(shop, it) == (2, 1)

    assert mine.delete(path(it, review)).status == 204
    assert mine.delete(path(it, review)).status == 404
    assert rating(shop, it) == (0, 0)
    assert mine.post(path(it), {"rating": 5}).status == 201, "one may think again"

    told = [e["data"] for e in shop.vhost.wait_for_events(events, 2, lambda data: data["product_id"] == it)]
    assert [(e["user_id"], e["rating"]) for e in told] == [(user, 4), (user, 5)]
    assert told[0]["review_id"] == review


def test_hidden_reviews_do_not_count(shop, staff, product):
    it = product()
    author, other = client(shop, next(_users)), client(shop, next(_users))
    review = author.post(path(it), {"rating": 1, "text": "Rude."}).json()["id"]
    other.post(path(it), {"rating": 5})
    assert rating(shop, it) == (6, 2)
    status = path(it, review) + "/status"
    assert author.put(status, {"status": "published"}).status == 403
    assert fields(staff.put(status, {"status": "hidden"}), 422) == ["reason"]
    assert fields(staff.put(status, {"status": "gone", "reason": "x"}), 422) == ["status"]
    hidden = staff.put(status, {"status": "hidden", "reason": "Insults."})
    assert hidden.status == 200 and hidden.json()["status"] == "hidden"
    assert staff.put(status, {"status": "hidden", "reason": "Insults."}).status == 200
    assert rating(shop, it) == (5, 1)

    for stranger in (other, shop.product.api):
        assert stranger.get(path(it, review)).status == 404
        assert review not in [r["id"] for r in stranger.get(path(it)).json()]
    assert other.patch(path(it, review), {"rating": 5}).status == 404
    assert author.get(path(it, review)).json()["status_reason"] == "Insults."
    assert [r["id"] for r in staff.get(path(it) + "?status=hidden").json()] == [review]
    assert len(staff.get(path(it) + "?status=all").json()) == 2
    assert other.get(path(it) + "?status=hidden").status == 403
    assert shop.product.api.get(path(it) + "?status=all").status == 401
    assert shop.product.api.get(path(it) + "?status=some").status == 400

    assert author.patch(path(it, review), {"rating": 3}).json()["status"] == "hidden", "a change does not bring it back"
    assert author.delete(path(it, review)).status == 409, "nor does writing it again"
    assert author.post(path(it), {"rating": 1, "text": "Rude."}).status == 409
    assert rating(shop, it) == (5, 1)
    assert staff.put(status, {"status": "published"}).status == 200
    assert rating(shop, it) == (8, 2)
    assert staff.put(status, {"status": "hidden", "reason": "Insults."}).status == 200
    assert staff.delete(path(it, review)).status == 204
    assert rating(shop, it) == (5, 1)


def test_only_the_author_changes_a_review(shop, staff, product):
    it = product()
    author, other = client(shop, next(_users)), client(shop, next(_users))
    review = author.post(path(it), {"rating": 3, "text": "Mine"}).json()["id"]
    assert other.patch(path(it, review), {"text": "Yours"}).status == 403
    assert other.delete(path(it, review)).status == 403
    assert staff.patch(path(it, review), {"text": "Better"}).status == 403, "staff hides, and puts no words in mouths"
    assert shop.product.api.patch(path(it, review), {"text": "x"}).status == 401
    assert author.patch(path(product(), review), {"text": "x"}).status == 404, "of another product"
    assert author.get(path(it, review)).json()["text"] == "Mine"
    assert staff.delete(path(it, review)).status == 204


@pytest.mark.parametrize("body,field", [
    ({}, "rating"), ({"rating": 0}, "rating"), ({"rating": 6}, "rating"), ({"rating": 4.5}, "rating"),
    ({"rating": "5"}, "rating"), ({"rating": 5, "text": "x" * 5001}, "text"), ({"rating": 5, "title": "x" * 201}, "title"),
    ({"rating": 5, "title": ""}, "title"), ({"rating": 5, "text": "a\u0000"}, "text"), ({"rating": 5, "user_id": 1}, "user_id")])
def test_invalid_reviews_are_refused(shop, body, field):
    assert field in fields(client(shop, 5).post(path(1), body), 422)


def test_reviews_of_missing_products_are_404(shop, db, product):
    it = product()
    db.query(f"update products set retired_at = now() where id = {it}")
    for there_is_none in (it, 99999999):
        assert shop.product.api.get(path(there_is_none)).status == 404
        assert client(shop, 5).post(path(there_is_none), {"rating": 5}).status == 404
    assert shop.product.api.get(path("x")).status == 400
    assert shop.product.api.get(path(1, "x")).status == 400
    assert shop.product.api.post(path(1), {"rating": 5}).status == 401


def test_pages_show_each_review_once(shop, product):
    it = product()
    made = [client(shop, next(_users)).post(path(it), {"rating": 3}).json()["id"] for _ in range(7)]
    assert [review["id"] for review in walk(shop, path(it) + "?limit=3")] == made[::-1]


def test_the_rating_is_exact_under_everything_at_once(shop, staff, product):
    """The fixture compares the sum with the reviews."""
    it, users = product(), [next(_users) for _ in range(8)]
    clients = [client(shop, user) for user in users] + [staff]
    clients[0].post(path(it), {"rating": 1})

    def one(number):
        rng = random.Random(number)
        who = rng.choice(clients[:-1])
        made = who.post(path(it), {"rating": rng.randint(1, 5)})
        review = int((made.headers["location"]).rsplit("/", 1)[1])
        what = rng.choice(["patch", "patch", "delete", "hide", "publish"])
        if what == "patch":
            return who.patch(path(it, review), {"rating": rng.randint(1, 5)}).status in (200, 404)
        if what == "delete":
            return who.delete(path(it, review)).status in (204, 404, 409)
        body = {"status": "hidden" if what == "hide" else "published", "reason": "x"}
        return clients[-1].put(path(it, review) + "/status", body).status in (200, 404)

    with ThreadPoolExecutor(12) as pool:
        assert all(pool.map(one, range(200)))
    with ThreadPoolExecutor(12) as pool:
        first = client(shop, next(_users))
        statuses = sorted(pool.map(lambda _: first.post(path(it), {"rating": 5}).status, range(12)))
    assert statuses == [201] + [409] * 11


def test_purchases_are_verified_by_events(shop, db, product):
    wait_until("the queue", lambda: shop.product.ops.get("/readyz").json()["checks"]["events"]["status"] == "ok", 20)
    it, user = product(), next(_users)
    review = client(shop, user).post(path(it), {"rating": 5}).json()["id"]
    assert not verified(shop, it, review)
    order = bought(shop, user, it)
    wait_until("verified later", lambda: verified(shop, it, review), 20)

    total = {"minor": 100, "currency": "USD"}
    part = tell(shop, "order.refunded", {"order_id": order, "amount": total, "total": total, "reason": "x",
                                         "refunded_total": {"minor": 50, "currency": "USD"}})
    handled(shop, part)
    assert verified(shop, it, review)
    second = bought(shop, user, it)
    wait_until("bought twice", lambda: db.value(
        f"select count(*) from purchases where user_id = {user}") == "2", 20)
    handled(shop, tell(shop, "order.refunded", {"order_id": order, "amount": total, "total": total,
                                                "refunded_total": total, "reason": "x"}))
    assert verified(shop, it, review), "the other purchase stands"
    handled(shop, tell(shop, "order.cancelled", {"order_id": second, "user_id": user, "reason": "x"}))
    assert not verified(shop, it, review)


def test_a_withdrawn_purchase_stays_unverified_after_late_events(shop, product):
    it, user, order = product(), next(_users), next(_orders)
    review = client(shop, user).post(path(it), {"rating": 5}).json()["id"]
    handled(shop, tell(shop, "order.cancelled", {"order_id": order, "user_id": user, "reason": "x"}))
    handled(shop, tell(shop, "order.confirmed", {"order_id": order, "user": {"id": user}, "lines": [{"product_id": it}]}))
    assert not verified(shop, it, review)


def test_a_real_order_makes_a_verified_purchase(shop_factory):
    shop = shop_factory(services=("user", "product", "order"))
    placed = shop.post("/orders", {"user_id": 1, "product": "Tablet"}, token=shop.token(1))
    assert placed.status == 201
    made = client(shop, 1).post(path(4), {"rating": 5})
    assert made.status == 201
    wait_until("verified", lambda: verified(shop, 4, made.json()["id"]), 20)


def test_reviews_of_an_erased_user_are_deleted(shop, db, product):
    one, two, user, other = product(), product(), next(_users), next(_users)
    gone = client(shop, user)
    for it in (one, two):
        assert gone.post(path(it), {"rating": 1, "text": "My name is Rose"}).status == 201
    client(shop, other).post(path(one), {"rating": 4})
    bought(shop, user, one)
    event = tell(shop, "user.erased", {"user_id": user})
    handled(shop, event)
    shop.vhost.publish("user.erased", json.dumps(event))  # delivered twice
    assert rating(shop, one) == (4, 1)
    assert rating(shop, two) == (0, 0)
    late = tell(shop, "order.confirmed", {"order_id": next(_orders), "user": {"id": user}, "lines": [{"product_id": one}]})
    handled(shop, late)
    assert db.value(f"select count(*) from purchases where user_id = {user}") == "0"
    assert db.value(f"select count(*) from reviews where user_id = {user}") == "0"
    assert gone.post(path(one), {"rating": 1}).status == 404, "a token that still counts brings nothing back"


def test_unreadable_events_do_not_stop_the_consumer(shop, product):
    for data in ({}, {"order_id": "x"}, {"order_id": 0, "user": {"id": 1}, "lines": []}, {"order_id": 1, "user": 7}):
        tell(shop, "order.confirmed", data)
    it, user = product(), next(_users)
    review = client(shop, user).post(path(it), {"rating": 5}).json()["id"]
    bought(shop, user, it)
    wait_until("verified", lambda: verified(shop, it, review), 20)
