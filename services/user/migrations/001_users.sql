-- People. An account has a password and an e-mail address that no other account has, without regard to case; a guest has
-- neither.
create table users (
  id            bigint generated always as identity primary key,
  kind          text        not null check (kind in ('account', 'guest')),
  name          text        not null check (length(name) between 1 and 200),
  email         text        not null check (octet_length(email) between 3 and 254),
  role          text        not null default 'customer' check (role in ('customer', 'staff', 'admin')),
  password_hash text,
  created_at    timestamptz not null default now(),
  constraint users_password check ((kind = 'account') = (password_hash is not null)),
  constraint users_role     check (kind = 'account' or role = 'customer')
);

create unique index users_account_email on users (lower(email)) where kind = 'account';

-- A login and all refresh tokens that came out of it, one after the other: the token family.
create table sessions (
  id         uuid        primary key,
  user_id    bigint      not null references users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz
);

create index sessions_user on sessions (user_id, expires_at);

-- Only the SHA-256 of a token is kept: it is 256 random bits, so that a slow hash would add nothing.
create table refresh_tokens (
  hash       text        primary key,
  session_id uuid        not null references sessions on delete cascade,
  created_at timestamptz not null default now(),
  used_at    timestamptz
);

create index refresh_tokens_session on refresh_tokens (session_id);
