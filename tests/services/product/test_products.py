"""Products as customers and the other services see them: the list, one product, sample data."""

from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from lib import inventory
from lib.client import fields, problem, walk


def test_the_list_begins_as_the_examples_say(shop):
    answer = shop.get("/products")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.text.startswith('[{"id":1,"name":"Laptop","price":999.99')
    first, second = answer.json()[:2]
    assert first.items() >= {"id": 1, "name": "Laptop", "price": 999.99, "currency": "USD", "in_stock": True}.items()
    assert second.items() >= {"id": 2, "name": "Phone", "price": 499.99}.items()
    assert [p["name"] for p in answer.json()[2:5]] == ["Smartphone", "Tablet", "Headphones"]


def test_a_product_is_shown_with_its_details(shop):
    answer = shop.get("/products/1")
    assert answer.status == 200
    assert answer.text.startswith('{"id":1,"name":"Laptop","price":999.99')
    assert answer.json()["category"] == "computers"
    assert answer.json()["description"]


def test_an_unknown_product_is_404(shop):
    for path in ("/products/999999", "/products/9223372036854775807"):
        problem(shop.get(path), 404, "Product not found")


@pytest.mark.parametrize("bad", ["abc", "0", "-1", "1.5", "9223372036854775808", "1%20", "%F0%9F%92%A9", "1e3"])
def test_an_id_that_is_not_a_number_is_400(shop, bad):
    assert fields(shop.get(f"/products/{bad}"), 400) == ["path.id"]


def test_pages_show_each_product_once(shop, db):
    wanted = [int(row[0]) for row in db.query("select id from products where retired_at is null order by id")]
    assert [product["id"] for product in walk(shop, "/products?limit=7")] == wanted
    assert len(shop.get("/products?limit=200").json()) == len(wanted)


def test_sample_data_comes_once_however_often(service_factory):
    service = service_factory("product", start=False)
    service.run("migrate")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: service.run("sample-data"), range(4)))
    count = int(service.database.value("select count(*) from products"))
    assert count >= 40
    service.run("sample-data")
    assert int(service.database.value("select count(*) from products")) == count
    assert service.database.query("select order_id, product_id, quantity from reservation_lines order by 1") == [
        ["1", "1", "1"], ["2", "3", "1"]]
    assert inventory.stock(service.database, 1) == (99, 0)
    assert inventory.stock(service.database, 2) == (100, 0)
    inventory.check(service.database)
    assert inventory.add_product(service.database, "The next one", 1) == count + 1


def test_the_database_itself_refuses_to_oversell(db):
    for change in ("reserved = on_hand + 1", "reserved = -1", "on_hand = -1"):
        with pytest.raises(psycopg2.Error):
            db.query(f"update stock set {change} where product_id = 1")
    with pytest.raises(psycopg2.Error):
        db.query("insert into products (name, price_minor, currency) values ('lAPTOP', 1, 'USD')")


def test_a_product_is_found_by_its_exact_name(shop):
    inside = shop.internal("product", caller="order")
    for name in ("Tablet", "tablet", "TABLET"):
        answer = inside.get(f"/internal/products?name={name}")
        assert answer.status == 200
        assert answer.json()["id"] == 4
        assert answer.json()["unit_price"] == {"minor": 29999, "currency": "USD"}
    assert inside.get("/internal/products?name=Table").status == 404
    assert inside.get("/internal/products?name=%25").status == 404
    assert inside.get("/internal/products").json()["errors"][0]["field"] == "?name"
