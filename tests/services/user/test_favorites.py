"""Favorites and views: bounded, in pages, and of products as the product service says."""

from concurrent.futures import ThreadPoolExecutor

from lib.client import fields, problem, walk
from lib.process import wait_until
from lib.users import OtherServices, User


def test_favorites_are_a_set_in_pages(users, others):
    eve, bob = User(users), User(users, "Bob")
    assert eve.get("/favorites").json() == []
    others.changed(2)
    others.handled()
    for _ in range(2):
        for product in (1, 2, 3):
            assert eve.ask("PUT", f"/favorites/{product}").status == 204
    listed = eve.get("/favorites").json()
    assert [one["product_id"] for one in listed] == [3, 2, 1], "the newest first"
    assert {**listed[1], "added_at": ""} == {"product_id": 2, "name": "Product 2", "price": 2, "currency": "USD", "retired": False, "added_at": ""}
    assert set(listed[0]) == {"product_id", "added_at"}, "of an unknown product only the id is shown"
    assert walk(users, "/api/customers/me/favorites?limit=2", token=eve.token) == listed
    following = eve.get("/favorites?limit=2").headers["link"].split(">")[0][1:]
    assert users.get(following, token=bob.token).json() == [], "a cursor shows nothing of somebody else's"
    for _ in range(2):
        assert eve.ask("DELETE", "/favorites/3").status == 204
    assert [one["product_id"] for one in eve.get("/favorites").json()] == [2, 1]
    others.changed(2, retired=True)
    others.handled()
    assert eve.ask("PUT", "/favorites/2").status == 404, "not on sale any more"
    assert eve.get("/favorites").json()[0]["retired"] is True
    for bad in ("0", "-1", "x", "1.5", "99999999999999999999"):
        for what in ("favorites", "views"):
            assert fields(eve.ask("PUT", f"/{what}/{bad}"), 400) == ["path.product_id"], bad
    gone = users.token(123456789)
    for what in ("favorites", "views"):
        assert users.request("PUT", f"/api/customers/me/{what}/1", token=gone).status == 401


def test_favorites_and_views_are_bounded(users, others):
    eve = User(users)
    database = users.databases["user"]
    database.query(f"insert into favorites (user_id, product_id) select {eve.id}, n from generate_series(1, 199) n")
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: eve.ask("PUT", f"/favorites/{1000 + n}").status, range(8)))
    assert sorted(answers) == [204] + 7 * [409], "also of those that come at once"
    assert eve.ask("PUT", "/favorites/1").status == 204, "it is one already"
    database.query(f"insert into views (user_id, product_id) select {eve.id}, n from generate_series(1, 150) n")
    assert eve.ask("PUT", "/views/151").status == 204
    assert database.value(f"select count(*) from views where user_id = {eve.id}") == "100"
    assert database.value(f"select count(*) from views where user_id = {eve.id} and product_id = 151") == "1"


def test_products_are_as_the_product_service_says_and_known_while_it_is_away(shop):
    eve, others = User(shop), OtherServices(shop)
    laptop = shop.get("/products/1", token=eve.token).json()
    assert eve.ask("PUT", "/favorites/1").status == 204
    assert eve.ask("PUT", "/views/2").status == 204
    listed = eve.get("/favorites").json()[0]
    assert {key: listed[key] for key in ("name", "price", "retired")} == {"name": laptop["name"], "price": laptop["price"], "retired": False}
    for what in ("favorites", "views"):
        problem(eve.ask("PUT", f"/{what}/999999"), 404, "Product not found")
    others.bought(1, 1, 2)
    others.handled()
    # The order's own words for the product give way to the catalog's.
    told = eve.get("/recommendations").json()
    assert {one["product_id"]: one["name"] for one in told} == {1: "Laptop", 2: "Phone"}
    shop.databases["user"].query("update known_products set asked_at = now() - interval '1 hour', heard_at = now() - interval '1 hour'")
    shop.product.stop()
    try:
        assert eve.get("/favorites").json()[0]["name"] == "Laptop"
        assert eve.get("/recommendations").json() == told
        assert eve.ask("PUT", "/favorites/2").status == 204, "it is known"
        nobody_knows = eve.ask("PUT", "/favorites/5")
        assert nobody_knows.status == 503 and nobody_knows.headers["retry-after"]
    finally:
        shop.product.start()
    shop.databases["product"].query("update products set retired_at = now() where id = 2")
    shop.databases["user"].query("update known_products set asked_at = now() - interval '1 hour', heard_at = now() - interval '1 hour'")
    wait_until("the others is asked again", lambda: [one["retired"] for one in eve.get("/favorites").json()] == [True, False], 20)
    assert 2 not in [one["product_id"] for one in eve.get("/recommendations").json()]
