-- transaction
with placed as (
  insert into orders (user_id, user_name, user_email, traceparent, due_at, payment_provider, payment_method)
  select 1, 'Alice', 'alice@example.com', '', now() + 8000 * interval '1 millisecond', 'none', 'none' where not person_erased(1)
  returning id
), lines as (
  insert into order_lines (order_id, line, product_id, name, quantity)
  select placed.id, x.line, x.product_id, x.name, x.quantity
  from placed, jsonb_to_recordset(jsonb_build_array(jsonb_build_object('line', 0, 'product_id', $1::bigint, 'name', 'Laptop', 'quantity', 1)))
    as x(line int, product_id bigint, name text, quantity bigint)
), happened as (
  insert into order_history (order_id, type, data) select id, 'placed', '{}' from placed
)
select id from placed

insert into outbox (event_id, type, subject, body) values (gen_random_uuid(), 'order.placed', 'order/' || $1::bigint, repeat('x', 400))

-- transaction
insert into reservations (order_id, state, expires_at, settled_at) values ($1, 'confirmed', now() + interval '10 minutes', now())
on conflict (order_id) do nothing

with taken as (
  update stock s set on_hand = s.on_hand - 1
  from products p
  where s.product_id = $2 and p.id = s.product_id and p.retired_at is null and s.on_hand - s.reserved >= 1
  returning p.name, p.price_minor, p.currency, s.on_hand, s.on_hand - s.reserved as available, s.low_at
), line as (
  insert into reservation_lines (order_id, product_id, name, quantity, unit_price_minor, currency)
  select $1, $2, name, 1, price_minor, currency from taken
), sold as (
  insert into stock_ledger (product_id, change, reason, order_id, balance) select $2, -1, 'sold', $1, on_hand from taken
)
select name, price_minor, currency, available, low_at from taken

-- transaction
with won as (
  update orders set state = 'confirmed', currency = 'USD', total_minor = 99999, confirmed_at = now(), updated_at = now(), due_at = null
  where id = $1 and attempts = 0 and state in ('pending', 'reserved', 'authorised') returning id
), paid as (
  update payments p set state = 'captured', captured_minor = amount_minor, updated_at = now() from won where p.order_id = won.id
), priced as (
  update order_lines l set unit_price_minor = 99999 from won where l.order_id = won.id and l.line = 0
), happened as (
  insert into order_history (order_id, type, data) select id, 'confirmed', '{}' from won
), told as (
  insert into outbox (event_id, type, subject, body) select gen_random_uuid(), 'order.confirmed', 'order/' || id, repeat('x', 600) from won
)
select id from won
