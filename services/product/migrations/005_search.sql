-- Search: for each product on sale a narrow row with all that search filters, sorts and counts by, and its words. Kept by
-- triggers, so that it is right whoever writes. What changes often (in_stock) is in no index.

do $$
begin
  create extension if not exists pg_trgm;
exception when insufficient_privilege or undefined_file or feature_not_supported then
  raise exception 'search needs the PostgreSQL extension pg_trgm, which could not be created: %', sqlerrm
    using hint = 'Install it on the server (it is in PostgreSQL''s contrib package), or have an administrator run '
                 '"create extension pg_trgm" in this database; then migrate again.';
end $$;

-- Punctuation parts words, in products as in what is searched for (domain/search_words.cpp does the same).
create function search_plain(text) returns text language sql immutable parallel safe as $$
  select translate($1, E'!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\t\n\r', repeat(' ', 35))
$$;

-- Narrow, so that walks along its indexes and counts over much of it stay in memory.
create table product_search (
  product_id   bigint primary key references products,
  category_id  bigint,
  price_minor  bigint not null,
  in_stock     boolean not null default false,
  rating_count bigint not null default 0,
  rating_sum   bigint not null default 0,
  -- Thousandths of the average, then how many: what sort=rating goes by, downwards.
  rating_order bigint not null generated always as
    (case when rating_count = 0 then 0 else rating_sum * 1000 / rating_count * 1000000 + least(rating_count, 999999) end) stored,
  -- How well it stands by itself, less is better: the average as if ten had given it 3.5 before. What common words go by.
  standing     bigint not null generated always as (-((rating_sum + 35) * 1000 / (rating_count + 10))) stored,
  name_key     text collate "C" not null,  -- lower case, what sort=name goes by
  -- Of 16 by chance: counts over very many are estimated from those with 0. In the documents it is the lexeme ~s0 … ~s15.
  sample       smallint not null generated always as (hashint8(product_id) & 15) stored
) with (fillfactor = 80);
create index product_search_category on product_search (category_id);
create index product_search_price    on product_search (price_minor, product_id);
create index product_search_name     on product_search (name_key, product_id);
create index product_search_rating   on product_search (rating_order, product_id);
create index product_search_sample   on product_search (product_id) where sample = 0;
create index product_search_standing on product_search (standing, product_id);

create table product_text (
  product_id bigint primary key references product_search on delete cascade,
  names      tsvector not null,  -- words of the name as they are
  document   tsvector not null   -- stems of name (A), category (B), attributes (C), description (D), and the lexeme ~s0 … ~s15
);
alter table product_text alter column document set statistics 1000;
alter table product_text alter column names set statistics 1000;
-- What is new is looked through one by one until it is merged: little enough that a search does not feel it.
create index product_text_names    on product_text using gin (names)    with (gin_pending_list_limit = 256);
create index product_text_document on product_text using gin (document) with (gin_pending_list_limit = 512);

-- The words of all names, without model numbers, for what is typed wrongly. Not unique, so that writers do not wait for one another; what is in it
-- twice does no harm, nor does what no product has any more.
create table search_words (word text not null);
create index search_words_word    on search_words (word);
create index search_words_similar on search_words using gin (word gin_trgm_ops);

create function similar_search_words(text) returns table (word text, similarity real) language sql stable
  set pg_trgm.similarity_threshold = 0.2 as $$
  select word, max(similarity(word, $1)) as similarity from search_words where word % $1
  group by word order by 2 desc, 1 limit 20
$$;

create function search_document(name text, category text, attributes jsonb, description text) returns tsvector
  language sql stable parallel safe as $$
  select setweight(to_tsvector('english', search_plain(name)), 'A')
      || setweight(to_tsvector('english', search_plain(coalesce(category, ''))), 'B')
      || setweight(to_tsvector('english', search_plain(coalesce(
           (select string_agg(value, ' ') from jsonb_each_text(attributes)), ''))), 'C')
      || setweight(to_tsvector('english', search_plain(left(description, 4000))), 'D')
$$;

-- Makes the rows of these products what they should be.
create function refresh_product_search(changed bigint[]) returns void language plpgsql as $$
begin
  delete from product_search s using products p
  where s.product_id = any(changed) and p.id = s.product_id and p.retired_at is not null;

  -- The stock of what is new here must not change unseen meanwhile.
  perform 1 from stock s where s.product_id = any(changed)
    and not exists (select 1 from product_search x where x.product_id = s.product_id)
    order by s.product_id for no key update;

  insert into product_search
    (product_id, category_id, price_minor, name_key, in_stock, rating_count, rating_sum)
  select p.id, p.category_id, p.price_minor, lower(p.name), coalesce(k.on_hand > k.reserved, false),
         coalesce(r.count, 0), coalesce(r.sum, 0)
  from products p
  left join stock k on k.product_id = p.id
  left join product_ratings r on r.product_id = p.id
  where p.id = any(changed) and p.retired_at is null
  order by p.id
  on conflict (product_id) do update set
    category_id = excluded.category_id, price_minor = excluded.price_minor, name_key = excluded.name_key;

  insert into product_text (product_id, names, document)
  select p.id, to_tsvector('simple', search_plain(p.name)),
         search_document(p.name, c.name, p.attributes, p.description) || array_to_tsvector(array['~s' || (hashint8(p.id) & 15)])
  from products p left join categories c on c.id = p.category_id
  where p.id = any(changed) and p.retired_at is null
  order by p.id
  on conflict (product_id) do update set names = excluded.names, document = excluded.document;

  insert into search_words (word)
  select distinct w.word
  from products p, unnest(tsvector_to_array(to_tsvector('simple', search_plain(p.name)))) as w(word)
  where p.id = any(changed) and p.retired_at is null and length(w.word) between 3 and 40 and w.word !~ '[0-9]'
    and not exists (select 1 from search_words k where k.word = w.word);
end $$;

create function products_search_inserted() returns trigger language plpgsql as $$
begin
  perform refresh_product_search(array(select id from changed));
  return null;
end $$;
create trigger products_search_inserted after insert on products
  referencing new table as changed for each statement execute function products_search_inserted();

create function products_search_updated() returns trigger language plpgsql as $$
declare
  ids bigint[] := array(
    select n.id from changed n join before b using (id)
    where (n.name, n.description, n.category_id, n.price_minor, n.attributes, n.retired_at)
      is distinct from (b.name, b.description, b.category_id, b.price_minor, b.attributes, b.retired_at));
begin
  if cardinality(ids) > 0 then perform refresh_product_search(ids); end if;
  return null;
end $$;
create trigger products_search_updated after update on products
  referencing old table as before new table as changed for each statement execute function products_search_updated();

create function categories_search_updated() returns trigger language plpgsql as $$
begin
  perform refresh_product_search(array(select id from products where category_id = new.id and retired_at is null));
  return null;
end $$;
create trigger categories_search_updated after update on categories for each row
  when (new.name is distinct from old.name) execute function categories_search_updated();

create function stock_search_changed() returns trigger language plpgsql as $$
begin
  update product_search set in_stock = new.on_hand > new.reserved
  where product_id = new.product_id and in_stock is distinct from (new.on_hand > new.reserved);
  return null;
end $$;
create trigger stock_search_inserted after insert on stock for each row
  when (new.on_hand > new.reserved) execute function stock_search_changed();
create trigger stock_search_updated after update on stock for each row
  when ((old.on_hand > old.reserved) is distinct from (new.on_hand > new.reserved))
  execute function stock_search_changed();

create function product_ratings_search_changed() returns trigger language plpgsql as $$
begin
  update product_search set rating_count = new.count, rating_sum = new.sum where product_id = new.product_id;
  return null;
end $$;
create trigger product_ratings_search_changed after insert or update on product_ratings
  for each row execute function product_ratings_search_changed();

select refresh_product_search(array(select id from products));
