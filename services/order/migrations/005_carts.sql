-- Carts, and who has been erased.

create table carts (
  user_id    bigint primary key check (user_id > 0),
  version    bigint not null default 0,  -- counts up with each change; what entity tags are made of
  updated_at timestamptz not null default now()
);

create table cart_lines (
  user_id          bigint not null references carts on delete cascade,
  product_id       bigint not null check (product_id > 0),
  quantity         bigint not null check (quantity between 1 and 1000),
  name             text not null,    -- name and price as last seen: what is shown while the product service is away
  unit_price_minor bigint not null,
  put_price_minor  bigint not null,  -- the price when the customer put it here
  currency         text not null,
  added_at         timestamptz not null default now(),
  primary key (user_id, product_id)
) with (fillfactor = 80);

-- What was taken out of a cart for an order, until that is confirmed; when it comes to nothing, it is put back.
create table checkouts (
  order_id bigint primary key references orders,
  user_id  bigint not null references carts on delete cascade,
  lines    jsonb not null
);
create index checkouts_of_user on checkouts (user_id);

-- Nothing of a person may be written any more once they are here. Orders stay, with whose they are as a mere number.
create table erased_users (
  user_id   bigint primary key,
  erased_at timestamptz not null default now()
);

-- Whether the person is erased, to be asked at the beginning of each transaction that writes something of theirs: until
-- it ends, they are not erased either. A function, because what is looked up after waiting for the lock must be a query
-- of its own, to see what was committed meanwhile.
create function person_erased(person bigint) returns boolean language plpgsql volatile as $$
begin
  perform pg_advisory_xact_lock_shared(1936221552, (person % 2147483647)::int);  -- "shep"; erasing takes it exclusively
  return exists (select from erased_users where user_id = person);
end
$$;
