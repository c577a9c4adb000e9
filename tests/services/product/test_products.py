"""Products as customers and the other services see them: the list, one product, sample data."""

import re
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest
from lib import inventory


def test_the_list_begins_as_the_examples_say(shop):
    answer = shop.get("/products")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.text.startswith('[{"id":1,"name":"Laptop","price":999.99')
    first, second = answer.json()[:2]
    assert first.items() >= {"id": 1, "name": "Laptop", "price": 999.99, "currency": "USD", "in_stock": True}.items()
    assert second.items() >= {"id": 2, "name": "Phone", "price": 499.99}.items()
    assert [p["name"] for p in answer.json()[2:5]] == ["Smartphone", "Tablet", "Headphones"]


def test_one_product(shop):
    answer = shop.get("/products/1")
    assert answer.status == 200
    assert answer.text.startswith('{"id":1,"name":"Laptop","price":999.99')
    assert answer.json()["category"] == "computers"
    assert answer.json()["description"]


def test_a_product_that_is_not_there(shop):
    for path in ("/products/999999", "/products/9223372036854775807"):
        answer = shop.get(path)
        assert answer.status == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["title"] == "Product not found"


@pytest.mark.parametrize("bad", ["abc", "0", "-1", "1.5", "9223372036854775808", "1%20", "%F0%9F%92%A9", "1e3"])
def test_an_id_that_is_not_a_number_is_400(shop, bad):
    answer = shop.get(f"/products/{bad}")
    assert answer.status == 400
    assert answer.json()["errors"][0]["field"] == "path.id"


@pytest.mark.parametrize("query,field", [("limit=0", "?limit"), ("limit=201", "?limit"), ("limit=x", "?limit"),
                                         ("limit=", "?limit"), ("limit=99999999999999999999", "?limit"),
                                         ("cursor=7", "?cursor"), ("cursor=", "?cursor"),
                                         ("cursor=%00", None), ("cursor=%FF", None)])
def test_invalid_pages_are_refused(shop, query, field):
    answer = shop.get(f"/products?{query}")
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/problem+json"
    if field:
        assert answer.json()["errors"][0]["field"] == field


def test_pages_show_each_product_once(shop):
    database = shop.databases["product"]
    wanted = [int(row[0]) for row in database.query("select id from products where retired_at is null order by id")]
    seen, path = [], "/products?limit=7"
    while path:
        answer = shop.get(path)
        assert answer.status == 200
        assert len(answer.json()) <= 7
        seen += [p["id"] for p in answer.json()]
        link = answer.headers.get("link")
        path = re.fullmatch(r'<(/products\?[^>]+)>; rel="next"', link)[1] if link else None
    assert seen == wanted
    assert len(shop.get("/products?limit=200").json()) == len(wanted)


def test_with_access_authenticated_a_token_is_needed(service_factory):
    service = service_factory("product", config={"access": "Authenticated"})
    service.run("sample-data")
    assert service.api.get("/products").status == 401
    assert service.api.bearer(service.keys.access_token(1)).get("/products").status == 200
    assert service.api.bearer("forged").get("/products").status == 401


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


def test_the_database_itself_refuses_to_oversell(shop):
    database = shop.databases["product"]
    for change in ("reserved = on_hand + 1", "reserved = -1", "on_hand = -1"):
        with pytest.raises(psycopg2.Error):
            database.query(f"update stock set {change} where product_id = 1")
    with pytest.raises(psycopg2.Error):
        database.query("insert into products (name, price_minor, currency) values ('lAPTOP', 1, 'USD')")


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
