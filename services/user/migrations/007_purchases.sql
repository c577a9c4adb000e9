-- Who bought what, by orders that were confirmed. A row without a person is the trace of an order that was cancelled before its
-- confirmation came: it does not count any more.
create table bought_orders (
  order_id bigint      primary key,
  user_id  bigint      references users on delete cascade,
  at       timestamptz not null default now()
);

create index bought_orders_user on bought_orders (user_id, at);

create table bought_lines (
  order_id   bigint not null references bought_orders on delete cascade,
  product_id bigint not null,
  primary key (order_id, product_id)
);

-- How many orders a product is in, and how many two are in together (each pair both ways round). Of nobody in particular.
create table product_sales (
  product_id bigint primary key,
  orders     bigint not null
);

create index product_sales_best on product_sales (orders desc, product_id);

create table product_pairs (
  product_id bigint not null,
  other_id   bigint not null,
  orders     bigint not null,
  primary key (product_id, other_id)
);

create index product_pairs_best on product_pairs (product_id, orders desc, other_id);
