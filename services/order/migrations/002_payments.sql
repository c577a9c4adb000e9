-- How orders are paid: a row for each order that a payment provider has to do with, and one for each refund. Both are
-- driven as orders are, by orders.due_at and orders.attempts: what is written here says what to do next after a crash.

alter table orders
  add column payment_provider text not null default 'none',  -- none: paid outside the shop
  add column payment_method   text not null default 'none',
  add column money_owed       boolean not null default false,  -- it has ended, and its payment is still to be undone
  add column carrier          text,
  add column tracking_number  text,
  add column shipped_at       timestamptz,
  add column delivered_at     timestamptz,
  add constraint orders_money_owed check (not money_owed or due_at is not null),
  add constraint orders_sent check (state not in ('shipped', 'delivered') or (carrier is not null and tracking_number is not null)) not valid;

create table payments (
  order_id       bigint primary key references orders,
  key            uuid not null default gen_random_uuid(),  -- what its idempotency keys at the provider begin with
  currency       text not null,
  amount_minor   bigint not null check (amount_minor > 0),
  state          text not null default 'new' check (state in
                   ('new',          -- nothing was asked of the provider, or only to open it: no money moves by that
                    'authorising',  -- opened as `reference`; the hold was asked for, perhaps with success
                    'review',       -- the provider will say later
                    'authorised',   -- held
                    'capturing',    -- the stock is taken; the money was asked for, perhaps with success
                    'captured',     -- taken
                    'declined',     -- refused
                    'voided')),     -- given up; the provider knows, and moves no money for it any more
  reference      text,  -- what the provider calls it
  captured_minor bigint not null default 0 check (captured_minor between 0 and amount_minor),
  created_at     timestamptz not null default now(),
  updated_at     timestamptz not null default now(),
  constraint payments_asked check (state in ('new', 'declined', 'voided') or reference is not null)
) with (fillfactor = 80);
create unique index payments_reference on payments (reference) where reference is not null;

create table refunds (
  id           bigint generated always as identity primary key,
  order_id     bigint not null references orders,
  currency     text not null,
  amount_minor bigint not null check (amount_minor > 0),
  cause        text not null check (cause in ('staff', 'cancelled', 'undone')),  -- undone: captured for an order that came to nothing
  reason       text not null,
  lines        jsonb,  -- [{"product_id","quantity"}] where it is for these
  state        text not null default 'pending' check (state in ('pending', 'done', 'failed')),
  failure      text,   -- the provider's word for why not
  reference    text,   -- what the provider calls it
  requested_by bigint,
  created_at   timestamptz not null default now(),
  settled_at   timestamptz
);
create index refunds_order on refunds (order_id, id);
create index refunds_pending on refunds (order_id) where state = 'pending';

alter table idempotency_keys add column refund_id bigint references refunds;

-- What the provider's webhook has told of, so that it has no effect twice.
create table payment_events (
  provider    text not null,
  id          text not null,
  type        text not null,
  received_at timestamptz not null default now(),
  primary key (provider, id)
);
create index payment_events_age on payment_events (received_at);

-- The sandbox: a payment provider as if it were another company's, with a book of its own, written on connections and in
-- transactions of its own. Nothing refers to the shop's tables. Money taken = captured - refunded in sandbox_book.
create table sandbox_payments (
  id           text primary key,     -- payments.reference
  order_id     bigint not null,      -- as the shop said
  method       text not null,        -- card_ok, card_declined, card_review, card_timeout, card_flaky
  currency     text not null,
  amount_minor bigint not null check (amount_minor > 0),
  state        text not null check (state in ('open', 'review', 'authorised', 'captured', 'declined', 'voided')),
  review_until timestamptz,          -- in review: from then on it is authorised
  created_at   timestamptz not null default now()
);
create index sandbox_payments_order on sandbox_payments (order_id);

-- Each movement of money; never changed.
create table sandbox_book (
  id         bigint generated always as identity primary key,
  payment_id text not null references sandbox_payments,
  kind       text not null check (kind in ('authorised', 'captured', 'voided', 'refunded')),
  amount_minor bigint not null check (amount_minor > 0),
  key        text not null,          -- the idempotency key of the request that did it
  at         timestamptz not null default now()
);
create unique index sandbox_book_once on sandbox_book (payment_id, kind) where kind <> 'refunded';
create unique index sandbox_book_refunds on sandbox_book (key) where kind = 'refunded';

-- What was asked, and the answer that repeats with the same key get.
create table sandbox_requests (
  key        text primary key,
  operation  text not null,
  calls      integer not null default 1,
  answer     text,
  at         timestamptz not null default now()
);
