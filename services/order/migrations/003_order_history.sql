-- What has happened to each order: a row for each change, written in its transaction while the order's row is locked,
-- so that within an order ids ascend in the order of the commits.
create table order_history (
  order_id bigint not null references orders,
  id       bigint generated always as identity,
  type     text not null check (length(type) between 1 and 40),  -- 'placed', 'confirmed', 'shipped', …
  data     jsonb not null default '{}',                          -- without personal data: it outlives the person's erasure
  at       timestamptz not null default now(),
  primary key (order_id, id)
);

insert into order_history (order_id, type, data, at)
select order_id, type, data, at
from (
  select id as order_id, 1 as turn, 'placed' as type, '{}'::jsonb as data, placed_at as at from orders
  union all
  select id, 2, 'confirmed', jsonb_build_object('total', jsonb_build_object('minor', total_minor, 'currency', currency)),
         confirmed_at
  from orders where confirmed_at is not null
  union all
  select id, 3, state, case when reason is null then '{}'::jsonb else jsonb_build_object('reason', reason) end, updated_at
  from orders where state not in ('pending', 'reserved', 'authorised', 'confirmed')
) past
order by order_id, turn;
