"""The cache of single products, on two replicas."""

import threading

import pytest
from lib.catalog import make
from lib.process import wait_until


@pytest.fixture(name="other", scope="module")
def _other(shop):
    """A second replica."""
    made = shop.replica("product")
    yield made
    made.stop()


def test_a_cached_product_is_right_on_every_replica(shop, api, staff, other, db):
    product = make(staff, "Cached thing", price=5)["id"]
    path = f"/api/products/{product}"

    def seen():
        return [client.get(path).json() for client in (api, other.api)]
    wait_until("cached", lambda: seen() and other.metric("product_cache_hits_total") > 0)
    staff.patch(path, {"price": 6})
    wait_until("the new price", lambda: [p["price"] for p in seen()] == [6.0, 6.0])
    db.query(f"update stock set on_hand = 2 where product_id = {product};"
             f"insert into stock_ledger (product_id, change, reason) values ({product}, 2, 'received')")
    wait_until("in stock", lambda: all(p["in_stock"] for p in seen()))
    db.query(f"insert into product_ratings (product_id, count, sum) values ({product}, 2, 9)")
    wait_until("the rating", lambda: [p["rating"]["average"] for p in seen()] == [4.5, 4.5])
    category = staff.post("/api/categories", {"slug": "cached-one", "name": "Cached one"}).json()["id"]
    staff.patch(path, {"category": "cached-one"})
    wait_until("its category", lambda: [p.get("category") for p in seen()] == ["cached-one"] * 2)
    staff.patch(f"/api/categories/{category}", {"slug": "cached-two"})
    wait_until("the category's new slug", lambda: [p.get("category") for p in seen()] == ["cached-two"] * 2)


def test_a_cache_without_invalidations_is_not_used(shop, api, staff, other, db):
    """The listeners' connections are killed again and again while the product changes: what is answered last is right."""
    product = make(staff, "Deaf thing", price=1)["id"]
    path = f"/api/products/{product}"
    for price in range(2, 12):
        api.get(path), other.api.get(path)
        db.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() "
                 "and query in ('select 1', 'LISTEN \"product_changed\"') and pid <> pg_backend_pid()")
        db.query(f"update products set price_minor = {100 * price} where id = {product}")
        for client in (api, other.api):
            wait_until("the price", lambda c=client, p=price: c.get(path).json()["price"] == p, 10)


def test_reading_while_it_changes_never_leaves_an_old_value(staff, api, other):
    """Fills race with invalidations; when it is quiet, both replicas say what is true."""
    product = make(staff, "Raced thing", price=1)["id"]
    path = f"/api/products/{product}"
    done = threading.Event()

    def read(client):
        while not done.is_set():
            client.get(path)
    threads = [threading.Thread(target=read, args=(c,)) for c in (api, other.api, api, other.api)]
    for thread in threads:
        thread.start()
    try:
        for price in range(2, 40):
            assert staff.patch(path, {"price": price}).status == 200
    finally:
        done.set()
        for thread in threads:
            thread.join()
    for client in (api, other.api):
        wait_until("the last price", lambda c=client: c.get(path).json()["price"] == 39.0, 5)
