"""Never oversold: many clients, few pieces, two replicas of order and of product."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from lib import inventory


@pytest.fixture(name="pair")
def _pair(shop):
    """The shop with a second replica of each; the second order service speaks to the second product service."""
    product = shop.replica("product")
    order = shop.make("order")
    order.config["peers.product"] = product.ops.url
    shop.others.append(order)
    order.start()
    return shop, [shop.order, order]


def place(service, product, quantity=1, user=1):
    return service.api.post("/orders", {"user_id": user, "product": product, "quantity": quantity}, timeout=30)


def race(services, clients, product, quantity=1):
    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(lambda n: place(services[n % len(services)], product, quantity, 1 + n % 2),
                             range(clients)))


def test_64_clients_and_10_in_stock(pair):
    shop, services = pair
    stock = shop.databases["product"]
    product = inventory.add_product(stock, "Coveted", 10)
    answers = race(services, 64, "Coveted")

    assert sorted(a.status for a in answers) == [201] * 10 + [409] * 54
    for answer in answers:
        if answer.status == 409:
            assert answer.json()["title"] == "Insufficient stock"
            assert answer.json()["missing"] == [
                {"product_id": product, "product": "Coveted", "requested": 1, "available": 0}]
    placed = {a.json()["order_id"] for a in answers if a.status == 201}
    assert len(placed) == 10
    confirmed = {int(row[0]) for row in shop.databases["order"].query(
        f"select o.id from orders o join order_lines l on l.order_id = o.id "
        f"where l.product_id = {product} and o.state = 'confirmed'")}
    assert confirmed == placed
    assert inventory.stock(stock, product) == (0, 0)
    assert shop.databases["order"].value("select count(*) from orders where due_at is not null") == "0"
    inventory.check(stock)


def test_orders_that_do_not_divide_the_stock_leave_the_rest(pair):
    """Of 10, orders of 3: three are kept, the others are refused with the one that is left."""
    shop, services = pair
    stock = shop.databases["product"]
    product = inventory.add_product(stock, "Coveted by the three", 10)
    answers = race(services, 32, "coveted BY the three", 3)
    assert sorted(a.status for a in answers) == [201] * 3 + [409] * 29
    assert inventory.stock(stock, product) == (1, 0)
    left = {a.json()["missing"][0]["available"] for a in answers if a.status == 409}
    assert left == {1}
    inventory.check(stock)
