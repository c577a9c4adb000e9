-- Lists of orders, the newest first: of one customer, and of all.
create index orders_of_user on orders (user_id, placed_at, id);
create index orders_by_time on orders (placed_at, id);
