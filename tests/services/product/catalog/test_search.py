"""Search: what is found by which words, by filters, and what facets count."""

import random
import urllib.parse

import pytest
from lib import inventory
from lib.catalog import ids, names
from lib.client import fields, walk


def test_words_of_the_name_come_first(api):
    for typed, first in (("laptop", "Laptop"), ("LAPTOP", "Laptop"), ("phone", "Phone")):
        assert names(api.get(f"/api/products?q={typed}"))[0] == first, typed
    assert names(api.get("/api/products?q=head+phones")) == ["Headphones"], "names may write words as one"


def test_search_finds_prefixes_as_you_type(api):
    for typed in ("h", "he", "headp", "headphone", "headphones"):
        assert "Headphones" in names(api.get(f"/api/products?q={typed}&limit=200")), typed


@pytest.mark.parametrize("typed,meant", [("labtop", "Laptop"), ("hedphones", "Headphones"), ("tabelt", "Tablet"),
                                         ("smartphnoe", "Smartphone"), ("hedpho", "Headphones")])
def test_search_tolerates_typing_errors(api, typed, meant):
    assert meant in names(api.get(f"/api/products?q={typed}"))
    answer = api.get(f"/api/products?q={typed}&facets=true").json()
    assert meant in [p["name"] for p in answer["items"]] and answer["searched_for"] == meant.lower()


@pytest.mark.parametrize("typed", ["creme brulee", "Crème brûlée", "CRÈME BRÛLÉE", "cre\u0300me brule\u0301e", "creme brul",
                                   "crème bruleé", "cream brulee", "crembrulee dish"])
def test_accents_do_not_count(api, db, typed):
    if not db.query("select id from products where name = 'Crème Brûlée Dish'"):
        inventory.add_product(db, "Crème Brûlée Dish", 5)
    found = names(api.get("/api/products?q=" + urllib.parse.quote(typed)))
    assert ("Crème Brûlée Dish" in found) == (typed != "crembrulee dish"), found


def test_accents_are_the_same_in_the_database_and_here(api, db):
    """search_plain() and domain/search_words.cpp: each letter that either knows, alone in a name."""
    letters = "".join(chr(c) for c in range(0xC0, 0x180))
    for start in range(0, len(letters), 8):
        word = "q" + letters[start:start + 8] + "q"
        product = inventory.add_product(db, f"{word} accented{start}", 5)
        for typed in (word, db.value(f"select search_plain('{word}')")):
            found = ids(api.get("/api/products?q=" + urllib.parse.quote(f"{typed} accented{start}")))
            assert found == [product], typed


def test_search_finds_words_of_other_scripts(api, db):
    product = inventory.add_product(db, "Ноутбук Заря", 5)
    for typed in ("ноутбук", "НОУТБУК", "ноут", "нотбук", "НОТБУК", "ноубтук"):
        assert product in ids(api.get("/api/products?q=" + urllib.parse.quote(typed))), typed


def test_a_search_without_matches_is_empty(api):
    for q in ("qzxvwqzxv", "%3F%21", "%27+OR+1%3D1", "%E2%80%93", "the", "...", "%7F%01", "%F0%9F%92%A9", "a" * 200):
        answer = api.get(f"/api/products?q={q}")
        assert answer.status == 200, (q, answer.text)
    assert names(api.get("/api/products?q=qzxvwqzxv")) == []
    assert names(api.get("/api/products?q=%3F%21")) == []
    assert names(api.get("/api/products?q=+%20")) == names(api.get("/api/products")), "blank: no search"


def test_any_bytes_in_a_query_get_an_answer_or_a_400(api):
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
        assert answer.status == 200 if well else fields(answer, 400)[0] == "?q", (raw, answer.text)


@pytest.mark.parametrize("query,field", [
    ("q=" + "a" * 201, "?q"), ("sort=cheap", "?sort"), ("sort=", "?sort"), ("min_price=x", "?min_price"),
    ("min_price=-1", "?min_price"), ("max_price=1.999", "?max_price"), ("max_price=1e3", "?max_price"),
    ("min_rating=0", "?min_rating"), ("min_rating=6", "?min_rating"), ("min_rating=4.55", "?min_rating"),
    ("in_stock=yes", "?in_stock"), ("facets=1", "?facets"), ("category=A", "?category"), ("category=", "?category"),
    ("cursor=WzEsMCwxLDIsbnVsbF0", "?cursor")])
def test_invalid_searches_are_refused(api, query, field):
    assert fields(api.get(f"/api/products?{query}"), 400)[0] == field


@pytest.mark.parametrize("path", ["/products", "/api/products"])
@pytest.mark.parametrize("field,value", [("limit", "0"), ("limit", "201"), ("limit", "x"), ("limit", ""), ("limit", "9" * 20),
                                         ("cursor", "7"), ("cursor", ""), ("cursor", "%00"), ("cursor", "%FF")])
def test_invalid_pages_are_refused(api, path, field, value):
    assert fields(api.get(f"{path}?{field}={value}"), 400)[0] == f"?{field}"


def test_filters_by_price_and_category_select_matching_products(shop, api, db):
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
    product = inventory.add_product(db, "Wobbly stool", 1)
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


def test_products_are_filtered_and_sorted_by_rating(api, db):
    made = [inventory.add_product(db, f"Rated gizmo {n}", 1) for n in range(4)]
    for product, (count, total) in zip(made, ((2, 10), (1, 4), (3, 14))):
        db.query(f"insert into product_ratings (product_id, count, sum) values ({product}, {count}, {total})")
    best = api.get("/api/products?q=gizmo&sort=rating").json()
    assert [p["id"] for p in best] == [made[0], made[2], made[1], made[3]]
    assert [p["rating"] for p in best][1:] == [{"average": 4.67, "count": 3}, {"average": 4.0, "count": 1},
                                               {"average": None, "count": 0}]
    assert ids(api.get("/api/products?q=gizmo&min_rating=4.5&sort=price")) == [made[0], made[2]]
    db.query(f"update product_ratings set count = 3, sum = 11 where product_id = {made[0]}")
    assert ids(api.get("/api/products?q=gizmo&min_rating=4&sort=rating")) == [made[2], made[1]]


def test_very_many_matches_are_paged_and_their_facets_estimated(shop_factory):
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
