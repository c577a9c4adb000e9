-- What more is told of a product, its rating, and the notifications by which every replica keeps its cache right.

alter table products
  add column images     jsonb not null default '[]'
    check (jsonb_typeof(images) = 'array' and jsonb_array_length(images) <= 10),
  add column attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
  add column version    bigint not null default 1;  -- grows with every change, whoever makes it: what an ETag is made of

create function products_changed() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  new.updated_at := now();
  return new;
end $$;
create trigger products_changed before update on products for each row execute function products_changed();

-- The sum of the ratings of a product's reviews that count, and how many: kept in the transaction of each review.
create table product_ratings (
  product_id bigint primary key references products,
  count      bigint not null default 0 check (count >= 0),
  sum        bigint not null default 0 check (sum between count and 5 * count)
) with (fillfactor = 80);

-- Channel product_changed: ids parted by commas whose answer to customers changed, or '*' for any number of them.
create function notify_product_changed(ids bigint[]) returns void language sql as $$
  select pg_notify('product_changed', case when cardinality(ids) > 100 then '*' else array_to_string(ids, ',') end)
  where cardinality(ids) > 0
$$;

create function products_notify() returns trigger language plpgsql as $$
begin
  perform notify_product_changed(array(select id from changed));
  return null;
end $$;
create trigger products_notify after update on products
  referencing new table as changed for each statement execute function products_notify();

create function product_ratings_notify() returns trigger language plpgsql as $$
begin
  perform notify_product_changed(array[coalesce(new.product_id, old.product_id)]);
  return null;
end $$;
create trigger product_ratings_notify after insert or update or delete on product_ratings
  for each row execute function product_ratings_notify();

-- Only when "in stock" changes: notifying makes commits queue one behind the other, so not with every order.
create function stock_notify() returns trigger language plpgsql as $$
begin
  perform notify_product_changed(array[new.product_id]);
  return null;
end $$;
create trigger stock_notify after update on stock for each row
  when ((old.on_hand > old.reserved) is distinct from (new.on_hand > new.reserved))
  execute function stock_notify();

create function categories_notify() returns trigger language plpgsql as $$
begin
  perform pg_notify('product_changed', '*');
  return null;
end $$;
create trigger categories_notify after update on categories
  for each statement execute function categories_notify();
