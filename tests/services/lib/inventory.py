"""What must hold of stock at any moment, asked of the product service's own database."""

_UNBALANCED = """
select s.product_id, s.on_hand, s.reserved,
       coalesce((select sum(change) from stock_ledger l where l.product_id = s.product_id), 0) as ledger,
       coalesce((select sum(l.quantity) from reservation_lines l join reservations r using (order_id)
                 where r.state = 'open' and l.product_id = s.product_id), 0) as held
from stock s"""


def check(database):
    """on_hand equals the ledger's sum, reserved equals open reservations, nothing below zero, one sale a confirmed line."""
    assert database.query(f"select * from ({_UNBALANCED}) b where on_hand <> ledger or reserved <> held "
                          "or reserved < 0 or on_hand < reserved") == []
    assert database.query("""
        select r.order_id, l.product_id from reservations r join reservation_lines l using (order_id)
        where r.state = 'confirmed' and l.quantity <> coalesce(
          (select -sum(change) from stock_ledger g where g.order_id = r.order_id and g.product_id = l.product_id), 0)
    """) == []


def add_product(database, name, stock, price=1000, low_at=0):
    """A product with so much in stock; its id."""
    return int(database.value(f"""
        with p as (insert into products (name, price_minor, currency) values ('{name}', {price}, 'USD') returning id),
             l as (insert into stock_ledger (product_id, change, reason)
                   select id, {stock}, 'received' from p where {stock} > 0)
        insert into stock (product_id, on_hand, low_at) select id, {stock}, {low_at} from p returning product_id"""))


def stock(database, product):
    """(on_hand, reserved)"""
    return tuple(int(n) for n in
                 database.query(f"select on_hand, reserved from stock where product_id = {product}")[0])
