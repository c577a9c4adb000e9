"""What an order leaves in the databases."""


def orders_in(shop, where="true"):
    return shop.databases["order"].query(f"select id, state from orders where {where} order by id")


def rows_of_orders(shop):
    """Counts of all that orders write, in both databases."""
    return (shop.databases["order"].query("select count(*), (select last_value from orders_id_seq), "
                                          "(select count(*) from idempotency_keys) from orders"),
            shop.databases["product"].query("select (select count(*) from reservations), sum(on_hand), sum(reserved), "
                                            "(select count(*) from stock_ledger) from stock"))
