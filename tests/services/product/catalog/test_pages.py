"""Pages of a list: each product once and in order, also while the catalog changes."""

import random
import threading

import pytest
from lib import inventory
from lib.client import fields, walk

SORTS = {"price": lambda p: (p["price"], p["id"]), "-price": lambda p: (-p["price"], -p["id"]),
         "name": lambda p: (p["name"].lower(), p["id"]), "newest": lambda p: -p["id"]}


@pytest.mark.parametrize("sort", [*SORTS, "relevance", "rating"])
@pytest.mark.parametrize("q", ["", "&q=s", "&category=electronics&in_stock=true"])
def test_pages_hold_each_product_once_and_in_order(api, sort, q):
    whole = walk(api, f"/api/products?sort={sort}&limit=200{q}")
    small = walk(api, f"/api/products?sort={sort}&limit=3{q}")
    assert [p["id"] for p in small] == [p["id"] for p in whole]
    assert len({p["id"] for p in whole}) == len(whole) > 3
    if sort in SORTS:
        assert whole == sorted(whole, key=SORTS[sort])


def test_a_cursor_belongs_to_its_search(api):
    link = api.get("/api/products?sort=price&limit=2&q=phone").headers["link"]
    cursor = link[link.index("cursor=") + 7:link.index(">")]
    assert api.get(f"/api/products?sort=price&limit=5&q=phone&cursor={cursor}").status == 200, "another page length"
    for other in ("sort=-price&q=phone", "sort=price&q=phones", "sort=price", "q=phone",
                  "sort=price&q=phone&in_stock=true", "sort=name&q=phone"):
        assert fields(api.get(f"/api/products?{other}&cursor={cursor}"), 400) == ["?cursor"], other
    assert api.get(f"/products?cursor={cursor}").status == 400


def test_pages_stay_complete_while_the_catalog_changes(shop, api, db):
    """What stays there the whole time is met exactly once, whatever comes, goes and is sold meanwhile."""
    stays = {inventory.add_product(db, f"Steady lamp {n}", 5, price=1000 + 7 * n) for n in range(60)}
    passing = [inventory.add_product(db, f"Fickle lamp {n}", 1, price=1000 + 7 * n) for n in range(60)]
    done = threading.Event()

    def change():
        rng = random.Random(1)
        while not done.is_set():
            one = rng.choice(passing)
            db.query(f"update products set price_minor = {rng.randint(500, 3000)}, description = 'lamp' || random() where id = {one};"
                     f"update products set retired_at = case when retired_at is null then now() end where id = {rng.choice(passing)};"
                     f"update stock set reserved = 1 - reserved where product_id = {one};")
    thread = threading.Thread(target=change)
    thread.start()
    try:
        for sort in ("relevance", "price", "-price", "name", "newest", "rating"):
            met = [p["id"] for p in walk(api, f"/api/products?q=lamp&sort={sort}&limit=4")]
            assert sorted(i for i in met if i in stays) == sorted(stays), sort
    finally:
        done.set()
        thread.join()
        db.query(f"update stock set reserved = 0 where product_id in ({','.join(map(str, passing))})")
