-- A person's picture, small enough to be kept with them: at most 64 KB, checked before it comes here.
create table avatars (
  user_id      bigint      primary key references users on delete cascade,
  content_type text        not null check (content_type in ('image/png', 'image/jpeg', 'image/webp')),
  etag         text        not null,
  bytes        bytea       not null check (octet_length(bytes) between 1 and 65536),
  updated_at   timestamptz not null default now()
);
-- It does not get smaller by being compressed again.
alter table avatars alter column bytes set storage external;
