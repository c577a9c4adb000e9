"""The whole life of an order: several lines, cancel, ship, deliver, refund; who may, and what cannot be."""

import itertools

import books

_keys = itertools.count(1)


def problem(answer, status):
    assert answer.status == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.json()


def test_several_lines(shop):
    catalog = shop.databases["product"]
    mug = books.add_product(catalog, "Life mug", 100, price=750)
    pot = books.add_product(catalog, "Life pot", 100, price=2000)
    answer = shop.post("/api/orders", {"lines": [{"product_id": mug, "quantity": 2}, {"product": "life POT"},
                                                 {"product": "Life mug"}]}, token=shop.token(1))
    assert answer.status == 201, answer.text
    order = shop.get(f"/api/orders/{answer.json()['order_id']}", token=shop.token(1)).json()
    assert order["total"] == 42.5
    assert [(line["product_id"], line["quantity"]) for line in order["lines"]] == [(mug, 3), (pot, 1)]
    assert books.stock(catalog, mug) == (97, 0) and books.stock(catalog, pot) == (99, 0)
    books.check(catalog)


def test_what_cannot_be_had_is_named_all_at_once(shop):
    catalog = shop.databases["product"]
    good = books.add_product(catalog, "Life good", 5)
    old = books.add_product(catalog, "Life old", 5)
    older = books.add_product(catalog, "Life older", 5)
    catalog.query(f"update products set retired_at = now() where id in ({old}, {older})")
    before = shop.databases["order"].query("select count(*), (select last_value from orders_id_seq) from orders")

    def place(*lines):
        return shop.post("/api/orders", {"lines": list(lines)}, token=shop.token(1))
    body = problem(place({"product_id": old}, {"product_id": good}, {"product_id": older}), 409)
    assert body["retired"] == [{"product_id": old, "product": "Life old"}, {"product_id": older, "product": "Life older"}]
    body = problem(place({"product_id": 999999}, {"product_id": good}, {"product": "Nowhere"}), 422)
    assert [e["field"] for e in body["errors"]] == ["lines[0].product_id", "lines[2].product"]
    body = problem(place({"product_id": good, "quantity": 1000}, {"product_id": good}), 422)
    assert [e["field"] for e in body["errors"]] == ["lines[1].product_id"]
    assert shop.databases["order"].query(
        "select count(*), (select last_value from orders_id_seq) from orders") == before
    body = problem(place({"product_id": good, "quantity": 6}), 409)
    assert body["missing"] == [{"product_id": good, "product": "Life good", "requested": 6, "available": 5}]
