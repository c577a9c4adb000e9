-- How much there is, and for whom it is held. Apart from the catalog, so that the hot counters are small rows with room
-- beside them (HOT updates) and the wide rows of the catalog are not rewritten with every order.

create table stock (
  product_id bigint primary key references products,
  on_hand    bigint not null default 0,  -- on the shelf; always the sum of the ledger
  reserved   bigint not null default 0,  -- of these held for open reservations; always the sum of their lines
  low_at     bigint not null default 5,  -- stock.low is told when what is available falls to this
  constraint stock_never_oversold check (reserved >= 0 and on_hand >= reserved)
) with (fillfactor = 50);

-- One for an order, by the order's id: that makes reserve, confirm and release idempotent. A release that arrives before
-- its reserve leaves a row without lines, so that a late reserve takes nothing.
create table reservations (
  order_id   bigint primary key check (order_id > 0),
  state      text not null check (state in ('open', 'confirmed', 'released', 'expired')),
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  settled_at timestamptz
) with (fillfactor = 80);
create index reservations_open on reservations (expires_at) where state = 'open';

-- Name and price as they were when reserved: what the customer was told. No foreign key to products: each row is written from a
-- join with it, and the key-share locks of many orders at once on one popular product would cost multixacts.
create table reservation_lines (
  order_id         bigint not null references reservations,
  product_id       bigint not null,
  name             text not null,
  quantity         bigint not null check (quantity > 0),
  unit_price_minor bigint not null,
  currency         text not null,
  primary key (order_id, product_id)
);

-- Every change of on_hand, never changed itself.
create table stock_ledger (
  id         bigint generated always as identity primary key,
  product_id bigint not null,
  change     bigint not null check (change <> 0),
  reason     text not null check (reason in ('received', 'sold', 'returned', 'corrected')),
  order_id   bigint,
  at         timestamptz not null default now()
);
create index stock_ledger_product on stock_ledger (product_id, id);
