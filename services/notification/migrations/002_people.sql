-- Whose mail it is, so that it can be forgotten with the person; until when it is of use; and mails sent once more.
alter table notifications
  add column user_id    bigint,
  add column expires_at timestamptz,
  add column erased_at  timestamptz,                         -- name, address and data are gone since then
  add column resend_of  bigint references notifications,     -- the first of this mail
  add column resend_key text unique;                         -- the Idempotency-Key that asked for it, with whose it is

-- cancelled  its recipient was erased before it was sent
alter table notifications drop constraint notifications_status_check;
alter table notifications add constraint notifications_status_check
  check (status in ('recorded', 'pending', 'sending', 'sent', 'uncertain', 'failed', 'cancelled'));

update notifications set user_id = (data -> 'user' ->> 'id')::bigint where jsonb_typeof(data -> 'user' -> 'id') = 'number';

create index notifications_user on notifications (user_id);
create index notifications_resends on notifications (resend_of) where resend_of is not null;
create index notifications_status on notifications (status, id);

-- Events may be late: nothing is written down any more for who is in here.
create table erased_users (
  user_id   bigint      primary key,
  erased_at timestamptz not null default now()
);
