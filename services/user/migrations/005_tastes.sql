-- What a person likes and looked at. The products are the product service's: their ids are all that is certain here.
create table favorites (
  id         bigint      generated always as identity unique,
  user_id    bigint      not null references users on delete cascade,
  product_id bigint      not null,
  added_at   timestamptz not null default now(),
  primary key (user_id, product_id)
);

create index favorites_newest on favorites (user_id, id);

create table views (
  user_id    bigint      not null references users on delete cascade,
  product_id bigint      not null,
  viewed_at  timestamptz not null default clock_timestamp(),
  primary key (user_id, product_id)
);

create index views_newest on views (user_id, viewed_at);

-- What was last heard of products: by events at once, and asked for when it is older than a minute.
create table known_products (
  product_id  bigint      primary key,
  name        text        not null,
  price_minor bigint,
  currency    text,
  retired     boolean     not null default false,
  changed_at  timestamptz,
  heard_at    timestamptz not null default clock_timestamp(),
  asked_at    timestamptz
);
