"""Reservations, as the order service asks the product service for them."""

import itertools

order_ids = itertools.count(1000)


def reserve(client, order, *lines, path="/internal/reservations"):
    """Each line (product id or name, quantity)."""
    named = [{"product_id" if isinstance(p, int) else "product": p, "quantity": q} for p, q in lines]
    return client.post(path, {"order_id": order, "lines": named})


def sell(client, order, *lines):
    return reserve(client, order, *lines, path="/internal/sales")


def confirm(client, order):
    return client.post(f"/internal/reservations/{order}/confirm", {})


def release(client, order):
    return client.post(f"/internal/reservations/{order}/release", {})
