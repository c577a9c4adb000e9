-- transaction
with placed as (
  insert into orders (user_id, user_name, user_email, traceparent, due_at)
  values (1, 'Alice', 'alice@example.com', '', now() + interval '8 seconds') returning id
), lines as (
  insert into order_lines (order_id, line, product_id, name, quantity) select id, 0, $1::bigint, 'Laptop', 1 from placed
) select id from placed

insert into order_history (order_id, type, data) values ($1, 'placed', '{}')

insert into outbox (event_id, type, subject, body) values (gen_random_uuid(), 'order.placed', 'order/' || $1::bigint, repeat('x', 400))

-- transaction
insert into reservations (order_id, state, expires_at) values ($1, 'open', now() + interval '10 minutes') on conflict (order_id) do nothing

with taken as (
  update stock s set reserved = s.reserved + 1 from products p
  where s.product_id = $2 and p.id = s.product_id and p.retired_at is null and s.on_hand - s.reserved >= 1
  returning p.name, p.price_minor, p.currency
) insert into reservation_lines (order_id, product_id, name, quantity, unit_price_minor, currency)
  select $1, $2, name, 1, price_minor, currency from taken

-- transaction
update reservations set state = 'confirmed', settled_at = now() where order_id = $1 and state = 'open'

with sold as (
  update stock set on_hand = on_hand - 1, reserved = reserved - 1 where product_id = $2 returning product_id, on_hand
) insert into stock_ledger (product_id, change, reason, order_id, balance) select product_id, -1, 'sold', $1, on_hand from sold

-- transaction
with won as (
  update orders set state = 'confirmed', currency = 'USD', total_minor = 99999, confirmed_at = now(), updated_at = now(), due_at = null
  where id = $1 and state = 'pending' returning id
) update order_lines l set unit_price_minor = 99999 from won where l.order_id = won.id

insert into order_history (order_id, type, data) values ($1, 'confirmed', '{}')

insert into outbox (event_id, type, subject, body) values (gen_random_uuid(), 'order.confirmed', 'order/' || $1::bigint, repeat('x', 600))
