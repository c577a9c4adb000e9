-- What customers say of products, one review a customer, and what of it is shown with the product.

create table reviews (
  id         bigint generated always as identity primary key,
  product_id bigint not null references products,
  user_id    bigint not null,
  rating     integer not null check (rating between 1 and 5),
  title      text check (char_length(title) between 1 and 200),
  text       text not null default '' check (char_length(text) <= 5000),
  status     text not null default 'published' check (status in ('published', 'hidden')),
  status_by     bigint,   -- the staff member who set the status last, and why
  status_reason text check (char_length(status_reason) <= 500),
  version    bigint not null default 1,  -- for ETag
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint reviews_one_a_customer unique (product_id, user_id)
);
create index reviews_published on reviews (product_id, id) where status = 'published';
create index reviews_user on reviews (user_id);

-- Whatever becomes of a review, by whatever statement, the rating (product_ratings, 003) follows in the same transaction.
create function reviews_keep_rating() returns trigger language plpgsql as $$
declare
  points bigint := 0;
  pieces bigint := 0;
begin
  if tg_op <> 'INSERT' and old.status = 'published' then
    points := points - old.rating;
    pieces := pieces - 1;
  end if;
  if tg_op <> 'DELETE' and new.status = 'published' then
    points := points + new.rating;
    pieces := pieces + 1;
  end if;
  if points = 0 and pieces = 0 then
    return null;
  end if;
  update product_ratings set sum = sum + points, count = count + pieces
  where product_id = coalesce(new.product_id, old.product_id);
  if not found then
    insert into product_ratings as r (product_id, sum, count)
    values (coalesce(new.product_id, old.product_id), points, pieces)
    on conflict (product_id) do update set sum = r.sum + excluded.sum, count = r.count + excluded.count;
  end if;
  return null;
end $$;
create trigger reviews_keep_rating after insert or delete or update of rating, status on reviews
  for each row execute function reviews_keep_rating();

-- Who has bought what, from order.confirmed: it makes a review a verified purchase, also one written before the event came.
create table purchases (
  order_id   bigint not null,
  product_id bigint not null,
  user_id    bigint not null,
  primary key (order_id, product_id)
);
create index purchases_user on purchases (user_id, product_id);

-- Events may overtake each other: an order taken back, and a person erased, stay so whatever comes late.
create table purchases_void (
  order_id bigint primary key,
  at       timestamptz not null default now()
);
create table erased_users (
  user_id bigint primary key,
  at      timestamptz not null default now()
);
