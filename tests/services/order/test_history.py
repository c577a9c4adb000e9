"""Lists of orders: the newest first, page by page, one's own only; and one order in full."""

import re

import pytest
from lib.client import walk


@pytest.fixture(scope="module")
def shop(running_shop):
    """With 30 old orders of each of two users, some placed at the same instant."""
    with running_shop(services=("user", "product", "order")) as made:
        made.databases["order"].query("""
            insert into orders (user_id, user_name, user_email, state, currency, total_minor, confirmed_at, placed_at, reason)
            select u, 'U', 'u@example.com', case when n % 3 = 0 then 'cancelled' else 'confirmed' end, 'USD', n * 100, now(),
                   '2025-01-01T00:00:00Z'::timestamptz + (n / 4) * interval '1 day', case when n % 3 = 0 then 'test' end
            from generate_series(1, 30) n, (values (71), (72)) as users(u) order by n, u;
            insert into order_lines (order_id, line, product_id, name, quantity, unit_price_minor)
            select id, line, 4, 'Thing ' || line, line + 1, 50 from orders, generate_series(0, 1) line where user_id in (71, 72)""")
        yield made


def test_own_orders_are_listed_newest_first_in_pages(shop):
    token = shop.token(71)
    whole = shop.get("/api/orders?limit=200", token=token).json()
    assert len(whole) == 30 and {order["user_id"] for order in whole} == {71}
    assert [(o["placed_at"], o["id"]) for o in whole] == sorted(((o["placed_at"], o["id"]) for o in whole), reverse=True)
    assert whole[0].items() >= {"product": "Thing 0", "line_count": 2, "quantity": 3, "total": 30, "currency": "USD",
                                "status": "cancelled", "reason": "test"}.items()
    assert len(shop.get("/api/orders?limit=7", token=token).json()) == 7
    assert walk(shop, "/api/orders?limit=7", token=token) == whole
    assert shop.get("/api/orders", token=shop.token(73)).json() == []


def test_new_orders_do_not_shift_later_pages(shop):
    token = shop.token(1)
    for _ in range(3):
        assert shop.post("/orders", {"user_id": 1, "product": "Tablet"}).status == 201
    first = shop.get("/api/orders?limit=2", token=token)
    shown = [order["id"] for order in first.json()]
    shop.post("/orders", {"user_id": 1, "product": "Tablet"})
    later = [order["id"] for order in walk(shop, re.match("<(.*)>", first.headers["link"]).group(1), token=token)]
    assert not set(shown) & set(later) and later[-1] == 1 and len(later) == 2


def test_filters_by_price_and_category_select_matching_products(shop):
    token = shop.token(72)
    assert len(shop.get("/api/orders?limit=200&state=cancelled", token=token).json()) == 10
    found = walk(shop, "/api/orders?limit=3&from=2025-01-02T00:00:00Z&to=2025-01-04T01:00:00%2B01:00", token=token)
    assert len(found) == 8 and {o["placed_at"][:10] for o in found} == {"2025-01-02", "2025-01-03"}
    assert shop.get("/api/orders?state=shipped", token=token).json() == []
    for query in ("state=lost", "state=", "from=yesterday", "to=2025-01-01", "limit=0", "limit=201", "cursor=x",
                  "user_id=x", "user_id=0"):
        answer = shop.get(f"/api/orders?{query}", token=token)
        assert answer.status == 400, (query, answer.text)
        assert answer.json()["errors"][0]["field"] == "?" + query.split("=")[0]


def test_orders_of_others_are_for_staff(shop):
    assert shop.get("/api/orders").status == 401
    refused = shop.get("/api/orders?user_id=72", token=shop.token(71))
    unknown = shop.get("/api/orders?user_id=424242", token=shop.token(71))
    assert refused.status == unknown.status == 403 and refused.body == unknown.body
    assert len(shop.get("/api/orders?user_id=71&limit=200", token=shop.token(71)).json()) == 30
    staff = shop.token(9, "staff")
    assert {order["user_id"] for order in walk(shop, "/api/orders?limit=20", token=staff)} >= {1, 2, 71, 72}
    of_one = walk(shop, "/api/orders?limit=20&user_id=72&state=confirmed", token=staff)
    assert {order["user_id"] for order in of_one} == {72} and len(of_one) == 20


def test_an_order_in_full_is_shown_to_its_owner_only(shop):
    token = shop.token(1)
    order = shop.get("/api/orders/1", token=token).json()
    assert order["lines"] and order["user"]["name"] == "Alice"
    assert [entry["type"] for entry in order["history"]] == ["placed", "confirmed"]
    assert "history" not in shop.get("/orders/1").json(), "the short path keeps its shape"
    others, none = shop.get("/api/orders/1", token=shop.token(2)), shop.get("/api/orders/99999999", token=shop.token(2))
    assert others.status == none.status == 404 and others.body == none.body
    assert shop.get("/api/orders/1", token=shop.token(9, "staff")).status == 200
