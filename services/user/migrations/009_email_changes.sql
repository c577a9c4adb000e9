-- New addresses of accounts that are to be verified first, whether or not another account has the address: so no answer tells.
-- Only the SHA-256 of the token is kept.
create table email_changes (
  hash       text        primary key,
  user_id    bigint      not null references users on delete cascade,
  email      text        not null check (octet_length(email) between 3 and 254),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at    timestamptz
);

create index email_changes_user on email_changes (user_id, created_at);
