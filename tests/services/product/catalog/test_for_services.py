"""Several products at once, for other services."""

import pytest
from lib import inventory
from lib.client import fields


def test_several_products_are_read_by_id(shop, db):
    """Callers: order and user. Retired ones are there and said to be; unknown ids are left out."""
    gone = inventory.add_product(db, "Bygone", 3)
    db.query(f"update products set retired_at = now() where id = {gone}")
    for caller in ("order", "user"):
        client = shop.internal("product", caller=caller)
        assert client.get(f"/internal/products?ids={','.join(map(str, range(1, 101)))}").status == 200
        answer = client.get(f"/internal/products?ids={gone},1,999999,1")
        assert answer.status == 200
        first, second = answer.json()["products"]
        assert first.items() >= {"id": 1, "name": "Laptop", "unit_price": {"minor": 99999, "currency": "USD"},
                                 "retired": False}.items()
        assert second == {"id": gone, "name": "Bygone", "unit_price": {"minor": 1000, "currency": "USD"},
                          "available": 3, "retired": True}


@pytest.mark.parametrize("ids", ["", "x", "1,", ",1", "1,0", "1,-1", "1;2", "1,9223372036854775808", "1%00", "%FF",
                                 ",".join(["1"] * 101)])
def test_invalid_ids_are_refused(shop, ids):
    assert fields(shop.internal("product", caller="order").get(f"/internal/products?ids={ids}"), 400) == ["?ids"]
