-- The shop's own number for a product: by it an import that comes again changes what it made before.
alter table products add column sku text check (char_length(sku) between 1 and 64);
create unique index products_sku on products (sku);
