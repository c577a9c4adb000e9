"""Customers with carts, and products for them."""

from lib import inventory

TABLET, HEADPHONES = 4, 5
_users = iter(range(1000, 2000))


class Shopper:
    """A user with a cart of their own."""

    def __init__(self, shop, user=None, name="Carla"):
        if user is None:
            made = shop.post("/users", {"name": name, "email": f"carla{next(_users)}@example.com"})
            user = made.json()["user_id"]
        self.shop, self.user = shop, user
        self.api = shop.order.api.bearer(shop.token(user))

    def cart(self):
        answer = self.api.get("/api/cart")
        assert answer.status == 200, answer.text
        return answer.json()

    def put(self, product, quantity, **kwargs):
        return self.api.put(f"/api/cart/lines/{product}", {"quantity": quantity}, **kwargs)

    def quantities(self):
        return {line["product_id"]: line["quantity"] for line in self.cart()["lines"]}

    def checkout(self, key=None, body=None, **kwargs):
        headers = {"Idempotency-Key": key} if key else {}
        return self.api.post("/api/cart/checkout", {} if body is None else body, headers=headers, **kwargs)

    def order(self, number):
        return self.api.get(f"/api/orders/{number}").json()


def product(shop, name, stock=100, price=1000):
    return inventory.add_product(shop.databases["product"], name, stock, price)


def change(shop, number, **columns):
    """As the product service's own routes do, which are not tried here."""
    sets = ", ".join(f"{column} = {value}" for column, value in columns.items())
    shop.databases["product"].query(f"update products set {sets} where id = {number}")


def retire(shop, number):
    change(shop, number, retired_at="now()")
