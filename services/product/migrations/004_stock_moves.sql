-- What staff does to stock, and by whom; answers to requests that came with an Idempotency-Key.

alter table stock_ledger add column by_user bigint;  -- the staff member; null: the shop itself
alter table stock_ledger add column note text check (char_length(note) <= 500);
alter table stock_ledger add column balance bigint;  -- on_hand after the change; null only in rows of before it was kept

-- Written first, in the transaction of what the key stands for: of requests at once with one key one does it, and the
-- others wait for its answer.
create table idempotency_keys (
  scope        text not null,   -- whose key, and of which request
  key          text not null,
  request_hash bytea not null,
  status       integer,         -- of the answer; null only inside that transaction
  body         text,
  location     text,
  created_at   timestamptz not null default now(),
  primary key (scope, key)
);
create index idempotency_keys_age on idempotency_keys (created_at);
