"""What staff do to products and categories."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from lib.catalog import ids, make
from lib.client import fields
from lib.process import wait_until


def test_a_product_is_created_edited_and_retired(shop, api, staff):
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

    assert [staff.delete(path).status for _ in range(2)] == [204, 204]
    wait_until("gone for customers", lambda: api.get(path).status == 404)
    assert staff.get(path).json()["retired"] is True
    assert api.get("/api/products?q=violet+kettle").json() == []
    assert staff.patch(path, {"price": 1}).status == 409
    assert make(staff, "violet KETTLE")["id"] != made["id"], "its name is free again"
    mine = [e["data"] for e in shop.vhost.wait_for_events(events, 3, lambda data: data["product_id"] == made["id"])]
    assert [e["unit_price"]["minor"] for e in mine] == [3950, 3500, 3500]
    assert [e["retired"] for e in mine] == [False, False, True]


@pytest.mark.parametrize("body,wrong", [
    ({}, {"name", "price"}), ({"name": " ", "price": 1}, {"name"}), ({"name": "x", "price": -1}, {"price"}),
    ({"name": "x", "price": 1.234}, {"price"}), ({"name": "x", "price": "1"}, {"price"}),
    ({"name": "x", "price": 1, "category": "none-such"}, {"category"}), ({"name": "x", "price": 1, "id": 7}, {"id"}),
    ({"name": "x", "price": 1, "images": ["javascript:alert(1)"]}, {"images[0]"}),
    ({"name": "x", "price": 1, "attributes": {"a": []}}, {"attributes.a"}), ([], None), ("x", None)])
def test_invalid_products_are_refused(staff, body, wrong):
    answer = staff.post("/api/products", body if isinstance(body, dict) else json.dumps(body),
                        headers={"Content-Type": "application/json"})
    assert answer.status == 422, answer.text
    if wrong:
        assert set(fields(answer, 422)) == wrong


def test_names_on_sale_are_unique(api, staff):
    make(staff, "One of a kind")
    assert staff.post("/api/products", {"name": "ONE of a kind", "price": 1}).status == 409
    other = make(staff, "Second of its kind")
    assert staff.patch(f"/api/products/{other['id']}", {"name": "one of a kind"}).status == 409
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: staff.post("/api/products", {"name": "Raced", "price": 1}).status, range(8)))
    assert sorted(statuses) == [201] + [409] * 7


def test_an_idempotency_key_makes_one_product(staff):
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: staff.post("/api/products", {"name": "Keyed", "price": 1},
                                                     headers={"Idempotency-Key": "catalog-1"}), range(8)))
    assert {a.status for a in answers} == {201} and len({a.text for a in answers}) == 1
    answer = staff.post("/api/products", {"name": "Other", "price": 1}, headers={"Idempotency-Key": "catalog-1"})
    assert answer.status == 422


def test_changing_an_unknown_product_or_category_is_404(staff):
    for path in ("/api/products/999999", "/api/categories/999999"):
        assert staff.patch(path, {"name": "x"}).status == staff.delete(path).status == 404


def test_categories_form_a_bounded_tree_without_cycles(api, staff):
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
    retired = make(staff, "Categorised once", category="test-low")["id"]
    assert staff.delete(f"/api/products/{retired}").status == 204
    assert staff.get(f"/api/products/{retired}").json()["category"] == "test-low"
    for empty in (middle, top, low):
        assert staff.delete(f"/api/categories/{empty}").status == 204
    wait_until("no category, as nobody could have put it elsewhere", lambda: "category" not in staff.get(f"/api/products/{retired}").json())

    deep = None
    made = []
    for n in range(10):
        deep = category(f"test-deep-{n}", deep)
        made.append(deep)
    assert staff.post("/api/categories", {"slug": "test-too-deep", "name": "x", "parent_id": deep}).status == 422
    for each in reversed(made):
        assert staff.delete(f"/api/categories/{each}").status == 204
