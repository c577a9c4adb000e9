"""The catalog of the product service: what staff edit, search, and the cache of single products."""

import json
import random
import threading
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import books
import pytest
from lib.process import wait_until


@pytest.fixture(name="shop", scope="module")
def _shop(folder, postgres, rabbitmq):
    """The product service alone, with sample data."""
    from conftest import _make_shop  # pylint: disable=import-outside-toplevel
    made = _make_shop(folder, postgres, rabbitmq, services=("product",))
    yield made
    made.close()


@pytest.fixture(name="db", scope="module")
def _db(shop):
    return shop.databases["product"]


def test_several_products_for_other_services(shop, db):
    """Callers: order and user. Retired ones are there and said to be; unknown ids are left out."""
    gone = books.add_product(db, "Bygone", 3)
    db.query(f"update products set retired_at = now() where id = {gone}")
    for caller in ("order", "user"):
        answer = shop.internal("product", caller=caller).get(f"/internal/products?ids={gone},1,999999,1")
        assert answer.status == 200
        first, second = answer.json()["products"]
        assert first.items() >= {"id": 1, "name": "Laptop", "unit_price": {"minor": 99999, "currency": "USD"},
                                 "retired": False}.items()
        assert second == {"id": gone, "name": "Bygone", "unit_price": {"minor": 1000, "currency": "USD"},
                          "available": 3, "retired": True}


@pytest.mark.parametrize("ids", ["", "x", "1,", ",1", "1,0", "1,-1", "1;2", "1,9223372036854775808", "1%00", "%FF",
                                 ",".join(["1"] * 101)])
def test_ids_that_cannot_be(shop, ids):
    answer = shop.internal("product", caller="order").get(f"/internal/products?ids={ids}")
    assert answer.status == 400
    assert answer.json()["errors"][0]["field"] == "?ids"


def test_a_hundred_ids_are_not_too_many(shop):
    ids = ",".join(str(n) for n in range(1, 101))
    assert shop.internal("product", caller="order").get(f"/internal/products?ids={ids}").status == 200


def ids(answer):
    assert answer.status == 200, answer.text
    return [p["id"] for p in answer.json()]


def walk(client, path, headers=None):
    """All products of a list, page by page."""
    found = []
    while path:
        answer = client.get(path, headers=headers)
        assert answer.status == 200, answer.text
        found += answer.json()
        link = answer.headers.get("link")
        path = link[1:link.index(">")] if link else None
    return found


@pytest.fixture(name="api", scope="module")
def _api(shop):
    return shop.product.api


def names(answer):
    assert answer.status == 200, answer.text
    return [p["name"] for p in answer.json()]


def test_words_of_the_name_come_first(api):
    assert names(api.get("/api/products?q=laptop"))[0] == "Laptop"
    assert names(api.get("/api/products?q=LAPTOP"))[0] == "Laptop"
    assert names(api.get("/api/products?q=phone"))[0] == "Phone", "the name itself before names that begin so"


def test_as_you_type(api):
    for typed in ("h", "he", "headp", "headphone", "headphones"):
        assert "Headphones" in names(api.get(f"/api/products?q={typed}&limit=200")), typed


@pytest.mark.parametrize("typed,meant", [("labtop", "Laptop"), ("hedphones", "Headphones"), ("tabelt", "Tablet"),
                                         ("smartphnoe", "Smartphone"), ("hedpho", "Headphones")])
def test_typed_wrongly(api, typed, meant):
    assert meant in names(api.get(f"/api/products?q={typed}"))
    answer = api.get(f"/api/products?q={typed}&facets=true").json()
    assert meant in [p["name"] for p in answer["items"]] and answer["searched_for"] == meant.lower()


def test_what_nothing_is_like_is_not_found(api):
    for q in ("qzxvwqzxv", "%3F%21", "%27+OR+1%3D1", "%E2%80%93", "the", "...", "%7F%01", "%F0%9F%92%A9", "a" * 200):
        answer = api.get(f"/api/products?q={q}")
        assert answer.status == 200, (q, answer.text)
    assert names(api.get("/api/products?q=qzxvwqzxv")) == []
    assert names(api.get("/api/products?q=%3F%21")) == []
    assert names(api.get("/api/products?q=+%20")) == names(api.get("/api/products")), "blank: no search"


def test_any_bytes(api):
    """Whatever is typed: an answer, or a 400 that names the parameter."""
    rng = random.Random(3)
    for _ in range(150):
        raw = bytes(rng.choice((rng.randrange(256), rng.choice(b"'\\:*&|!()<>-\" \t%")))
                    for _ in range(rng.randint(1, 24)))
        answer = api.get("/api/products?facets=true&q=" + urllib.parse.quote(raw))
        try:
            raw.decode()
            well = b"\0" not in raw
        except UnicodeDecodeError:
            well = False
        assert answer.status == (200 if well else 400), (raw, answer.text)
        if not well:
            assert answer.json()["errors"][0]["field"] == "?q"


@pytest.mark.parametrize("query,field", [
    ("q=" + "a" * 201, "?q"), ("sort=cheap", "?sort"), ("sort=", "?sort"), ("min_price=x", "?min_price"),
    ("min_price=-1", "?min_price"), ("max_price=1.999", "?max_price"), ("max_price=1e3", "?max_price"),
    ("min_rating=0", "?min_rating"), ("min_rating=6", "?min_rating"), ("min_rating=4.55", "?min_rating"),
    ("in_stock=yes", "?in_stock"), ("facets=1", "?facets"), ("category=A", "?category"), ("category=", "?category"),
    ("limit=0", "?limit"), ("limit=201", "?limit"), ("cursor=x", "?cursor"), ("cursor=", "?cursor"),
    ("cursor=WzEsMCwxLDIsbnVsbF0", "?cursor")])
def test_a_search_that_cannot_be(api, query, field):
    answer = api.get(f"/api/products?{query}")
    assert answer.status == 400
    assert answer.json()["errors"][0]["field"] == field


def test_filters(shop, api, db):
    products = walk(api, "/api/products?limit=200")
    assert len(products) == int(db.value("select count(*) from products where retired_at is null"))
    some = walk(api, "/api/products?min_price=50&max_price=99.99&limit=7")
    assert {p["id"] for p in some} == {p["id"] for p in products if 50 <= p["price"] <= 99.99} and some
    below = db.query("with recursive t as (select id, slug from categories where slug = 'electronics' union "
                     "select c.id, c.slug from categories c join t on c.parent_id = t.id) select slug from t")
    assert len(below) > 1
    slugs = {row[0] for row in below}
    found = walk(api, "/api/products?category=electronics&limit=50")
    assert {p["id"] for p in found} == {p["id"] for p in products if p.get("category") in slugs} and found
    assert ids(api.get("/api/products?category=no-such")) == []


def test_in_stock_follows_the_stock(shop, api, db):
    product = books.add_product(db, "Wobbly stool", 1)
    inside = shop.internal("product", caller="order")

    def seen(value):
        return ids(api.get(f"/api/products?q=wobbly&in_stock={value}")) == [product]
    assert seen("true") and not seen("false")
    body = {"order_id": 900001, "lines": [{"product_id": product, "quantity": 1}]}
    assert inside.post("/internal/reservations", body).status == 200
    assert seen("false") and not seen("true")
    assert api.get("/api/products?q=wobbly").json()[0]["in_stock"] is False
    assert inside.post("/internal/reservations/900001/release", {}).status == 200
    assert seen("true")


def test_ratings_filter_and_sort(api, db):
    made = [books.add_product(db, f"Rated gizmo {n}", 1) for n in range(4)]
    for product, (count, total) in zip(made, ((2, 10), (1, 4), (3, 14))):
        db.query(f"insert into product_ratings (product_id, count, sum) values ({product}, {count}, {total})")
    best = api.get("/api/products?q=gizmo&sort=rating").json()
    assert [p["id"] for p in best] == [made[0], made[2], made[1], made[3]]
    assert [p["rating"] for p in best][1:] == [{"average": 4.67, "count": 3}, {"average": 4.0, "count": 1},
                                               {"average": None, "count": 0}]
    assert ids(api.get("/api/products?q=gizmo&min_rating=4.5&sort=price")) == [made[0], made[2]]
    db.query(f"update product_ratings set count = 3, sum = 11 where product_id = {made[0]}")
    assert ids(api.get("/api/products?q=gizmo&min_rating=4&sort=rating")) == [made[2], made[1]]


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
        answer = api.get(f"/api/products?{other}&cursor={cursor}")
        assert answer.status == 400 and answer.json()["errors"][0]["field"] == "?cursor", other
    assert api.get(f"/products?cursor={cursor}").status == 400


def test_pages_while_the_catalog_changes(shop, api, db):
    """What stays there the whole time is met exactly once, whatever comes, goes and is sold meanwhile."""
    stays = {books.add_product(db, f"Steady lamp {n}", 5, price=1000 + 7 * n) for n in range(60)}
    passing = [books.add_product(db, f"Fickle lamp {n}", 1, price=1000 + 7 * n) for n in range(60)]
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


def test_very_many_matches(shop_factory):
    """More than are ever scored: walked along the index, names first; facets are estimated from a sample."""
    shop = shop_factory(services=("product",), sample_data=False)
    db, api = shop.databases["product"], shop.product.api
    db.query("""
        insert into categories (id, slug, name) values (1, 'things', 'Things'), (2, 'more', 'More');
        insert into products (name, description, category_id, price_minor, currency)
        select case when n % 2 = 0 then 'Widget ' else 'Gadget ' end || n, 'a widget indeed', 1 + n % 2, n * 10, 'USD'
        from generate_series(1, 6000) n;
        insert into stock (product_id, on_hand) select id, id % 10 from products;
        insert into stock_ledger (product_id, change, reason) select id, id % 10, 'received' from products where id % 10 > 0;
        insert into product_ratings (product_id, count, sum) select id, id % 7, (id % 7) * 4 from products where id % 7 > 0;
        analyze""")
    found = walk(api, "/api/products?q=widget&limit=200")
    assert len(found) == len({p["id"] for p in found}) == 6000
    kinds = [p["name"].split()[0] for p in found]
    assert kinds == ["Widget"] * 3000 + ["Gadget"] * 3000, "those that have it in their name come first"
    for sort in ("price", "rating"):
        met = [p["id"] for p in walk(api, f"/api/products?q=widget&limit=200&sort={sort}")]
        assert len(met) == len(set(met)) == 6000
    facets = api.get("/api/products?q=widget&facets=true&limit=1").json()["facets"]
    assert facets["exact"] is False and 4000 < facets["total"] < 8000
    assert {c["slug"] for c in facets["categories"]} == {"things", "more"}
    facets = api.get("/api/products?facets=true&limit=1&max_price=100&in_stock=true").json()["facets"]
    assert facets["exact"] is False, "the price ranges are counted without the filter by price"
    assert facets["total"] == 900


def test_facets_are_counted_with_the_other_filters(api):
    products = walk(api, "/api/products?limit=200")

    def facets(query):
        return api.get(f"/api/products?facets=true&limit=1&{query}").json()["facets"]
    every = facets("")
    assert every["total"] == len(products) and every["exact"] is True
    assert every["in_stock"]["true"] == sum(p["in_stock"] for p in products)
    assert sum(r["count"] for r in every["prices"]) == len(products)
    cheap = facets("max_price=50")
    assert cheap["prices"] == every["prices"], "the facet's own filter does not count"
    assert cheap["total"] == sum(p["price"] <= 50 for p in products)
    assert cheap["in_stock"]["true"] == sum(p["in_stock"] for p in products if p["price"] <= 50)
    within = facets("category=electronics&in_stock=true")
    roots = {c["slug"]: c["count"] for c in within["categories"]}
    in_stock = [p["id"] for p in walk(api, "/api/products?category=electronics&in_stock=true&limit=200")]
    assert roots["electronics"] == len(in_stock) == within["total"]
    assert len(roots) > 1, "other categories to change to"
    none = facets("q=qzxvwqzxv")
    assert none["total"] == 0 and none["categories"] == [] and {r["count"] for r in none["ratings"]} == {0}


@pytest.fixture(name="staff", scope="module")
def _staff(shop, api):
    return api.bearer(shop.token(9, "staff"))


def make(staff, name, **fields):
    answer = staff.post("/api/products", {"name": name, "price": 10, **fields})
    assert answer.status == 201, answer.text
    assert answer.headers["location"] == f"/api/products/{answer.json()['id']}"
    return answer.json()


def test_a_product_from_birth_to_retirement(shop, api, staff):
    events = shop.vhost.listen("product.changed")
    body = {"name": "Violet kettle", "price": 39.5, "description": "Boils.", "category": "electronics",
            "images": ["https://img.example/1.png"], "attributes": {"litres": 1.5, "colour": "violet", "cordless": True}}
    made = make(staff, **body)
    path = f"/api/products/{made['id']}"
    assert made.items() >= {**body, "currency": "USD", "in_stock": False,
                            "rating": {"average": None, "count": 0}}.items()
    got = api.get(path)
    assert got.json() == made
    assert api.get(path, headers={"If-None-Match": got.headers["etag"]}).status == 304
    assert made["id"] in ids(api.get("/api/products?q=violet+kettle"))

    changed = staff.patch(path, {"price": 35, "category": None, "attributes": {"litres": None, "watt": 2000}},
                          headers={"If-Match": got.headers["etag"]})
    assert changed.status == 200
    assert changed.json().items() >= {"price": 35.0, "attributes": {"colour": "violet", "cordless": True, "watt": 2000}}.items()
    assert "category" not in changed.json() and changed.headers["etag"] != got.headers["etag"]
    assert staff.patch(path, {"price": 1}, headers={"If-Match": got.headers["etag"]}).status == 412
    assert staff.delete(path, headers={"If-Match": got.headers["etag"]}).status == 412
    assert staff.patch(path, {}).headers["etag"] == changed.headers["etag"], "nothing changed"

    assert staff.delete(path).status == 204
    assert staff.delete(path).status == 204, "again"
    wait_until("gone for customers", lambda: api.get(path).status == 404)
    assert staff.get(path).json()["retired"] is True
    assert api.get("/api/products?q=violet+kettle").json() == []
    assert staff.patch(path, {"price": 1}).status == 409
    assert make(staff, "violet KETTLE")["id"] != made["id"], "its name is free again"
    seen = []
    wait_until("events", lambda: seen.extend(shop.vhost.take_events(events)) or len(seen) >= 3)
    mine = [e["data"] for e in seen if e["data"]["product_id"] == made["id"]]
    assert [e["unit_price"]["minor"] for e in mine] == [3950, 3500, 3500]
    assert [e["retired"] for e in mine] == [False, False, True]


@pytest.mark.parametrize("body,fields", [
    ({}, {"name", "price"}), ({"name": " ", "price": 1}, {"name"}), ({"name": "x", "price": -1}, {"price"}),
    ({"name": "x", "price": 1.234}, {"price"}), ({"name": "x", "price": "1"}, {"price"}),
    ({"name": "x", "price": 1, "category": "none-such"}, {"category"}), ({"name": "x", "price": 1, "id": 7}, {"id"}),
    ({"name": "x", "price": 1, "images": ["javascript:alert(1)"]}, {"images[0]"}),
    ({"name": "x", "price": 1, "attributes": {"a": []}}, {"attributes.a"}), ([], None), ("x", None)])
def test_a_product_that_cannot_be(staff, body, fields):
    answer = staff.post("/api/products", body if isinstance(body, dict) else json.dumps(body),
                        headers={"Content-Type": "application/json"})
    assert answer.status == 422, answer.text
    if fields:
        assert {e["field"] for e in answer.json()["errors"]} == fields


def test_names_on_sale_are_unique(api, staff):
    make(staff, "One of a kind")
    assert staff.post("/api/products", {"name": "ONE of a kind", "price": 1}).status == 409
    other = make(staff, "Second of its kind")
    assert staff.patch(f"/api/products/{other['id']}", {"name": "one of a kind"}).status == 409
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: staff.post("/api/products", {"name": "Raced", "price": 1}).status, range(8)))
    assert sorted(statuses) == [201] + [409] * 7


def test_a_key_makes_one_product(staff):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: staff.post("/api/products", {"name": "Keyed", "price": 1},
                                                     headers={"Idempotency-Key": "catalog-1"}), range(8)))
    assert {a.status for a in answers} == {201} and len({a.text for a in answers}) == 1
    answer = staff.post("/api/products", {"name": "Other", "price": 1}, headers={"Idempotency-Key": "catalog-1"})
    assert answer.status == 422


def test_what_is_not_there_cannot_be_changed(staff):
    assert staff.patch("/api/products/999999", {"price": 1}).status == 404
    assert staff.delete("/api/products/999999").status == 404
    assert staff.patch("/api/categories/999999", {"name": "x"}).status == 404
    assert staff.delete("/api/categories/999999").status == 404


def test_the_category_tree(api, staff):
    def nodes(tree):
        for node in tree:
            yield node
            yield from nodes(node["children"])

    def node(slug):
        return next(n for n in nodes(api.get("/api/categories").json()) if n["slug"] == slug)

    def category(slug, parent=None):
        answer = staff.post("/api/categories", {"slug": slug, "name": slug.title(), "parent_id": parent})
        assert answer.status == 201, answer.text
        return answer.json()["id"]
    top = category("test-top")
    middle = category("test-middle", top)
    low = category("test-low", middle)
    product = make(staff, "Categorised", category="test-low")
    assert node("test-top")["products"] == node("test-low")["products"] == 1
    assert [c["slug"] for c in node("test-top")["children"]] == ["test-middle"]
    assert product["id"] in ids(api.get("/api/products?category=test-top"))

    assert staff.patch(f"/api/categories/{top}", {"parent_id": low}).status == 409, "a circle"
    assert staff.patch(f"/api/categories/{top}", {"parent_id": top}).status == 409
    assert staff.patch(f"/api/categories/{top}", {"parent_id": 999999}).status == 422
    assert staff.post("/api/categories", {"slug": "test-top", "name": "x"}).status == 409
    for slug in ("A", "-a", "a-", "a--b", "a b", "", "a" * 101):
        assert staff.post("/api/categories", {"slug": slug, "name": "x"}).status == 422, slug
    for full in (top, middle, low):
        assert staff.delete(f"/api/categories/{full}").status == 409

    assert staff.patch(f"/api/categories/{low}", {"parent_id": None, "name": "Lifted"}).json()["parent_id"] is None
    assert node("test-top")["products"] == 0 and node("test-low")["name"] == "Lifted"
    assert product["id"] in ids(api.get("/api/products?q=lifted+categorised")), "the category's name is searched, too"
    staff.patch(f"/api/products/{product['id']}", {"category": None})
    for empty in (middle, top, low):
        assert staff.delete(f"/api/categories/{empty}").status == 204

    deep = None
    made = []
    for n in range(10):
        deep = category(f"test-deep-{n}", deep)
        made.append(deep)
    assert staff.post("/api/categories", {"slug": "test-too-deep", "name": "x", "parent_id": deep}).status == 422
    for each in reversed(made):
        assert staff.delete(f"/api/categories/{each}").status == 204


@pytest.fixture(name="other", scope="module")
def _other(shop):
    """A second replica."""
    return shop.replica("product")


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


def test_a_cache_that_cannot_hear_is_not_believed(shop, api, staff, other, db):
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
