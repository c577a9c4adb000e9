-- Access tokens that count no more although they have not expired: those of a session, or those that a user was given before a
-- moment. The other services ask for what is new. Nothing refers to users, so that those of an erased one stay void.
create table revocations (
  id            bigint generated always as identity primary key,
  session_id    text,
  user_id       bigint,
  issued_before timestamptz,
  at            timestamptz not null default clock_timestamp(),
  constraint revocations_one  check ((session_id is null) <> (user_id is null)),
  constraint revocations_when check ((user_id is null) = (issued_before is null))
);

create index revocations_at on revocations (at);

-- Budgets of tries: what was spent flows back at `rate` a second, the row goes when all has. Keys are SHA-256: neither
-- addresses nor names are kept.
create table throttle (
  key      text             primary key,
  level    double precision not null,
  rate     double precision not null check (rate > 0),
  at       timestamptz      not null,
  empty_at timestamptz      not null
);

create index throttle_empty_at on throttle (empty_at);

-- From where an account was logged in to before (SHA-256 of both): such addresses have a budget of their own.
create table known_addresses (
  key     text        primary key,
  user_id bigint      not null references users on delete cascade,
  seen_at timestamptz not null default now()
);

create index known_addresses_user on known_addresses (user_id, seen_at);

-- What was asked for by e-mail address. The same row for every address, whether or not it has an account: what comes of it is
-- found out later, so that no answer and no time can tell.
create table mail_requests (
  id            bigint generated always as identity primary key,
  kind          text        not null check (kind in ('register', 'repeated', 'resend', 'reset')),
  email         text        not null,
  name          text,
  password_hash text,
  traceparent   text        not null,
  created_at    timestamptz not null default now(),
  constraint mail_requests_register check ((kind = 'register') = (password_hash is not null))
);

-- Accounts to be, until their address is verified. Only the SHA-256 of the token is kept.
create table registrations (
  hash          text        primary key,
  user_id       bigint      not null,
  name          text        not null,
  email         text        not null,
  password_hash text        not null,
  created_at    timestamptz not null default now(),
  expires_at    timestamptz not null,
  used_at       timestamptz
);

create index registrations_email on registrations (lower(email), created_at);
create index registrations_expires_at on registrations (expires_at);

create table password_resets (
  hash       text        primary key,
  user_id    bigint      not null references users on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

create index password_resets_user on password_resets (user_id);
create index password_resets_expires_at on password_resets (expires_at);

-- Few hold a role: whether one is the last is found without reading everybody.
create index users_role on users (role, id) where role <> 'customer';
