-- The mail for a new address is seen to like what else is asked for by address: alike whether or not somebody has it.
alter table mail_requests add column user_id bigint references users on delete cascade;
alter table mail_requests drop constraint mail_requests_kind_check;
alter table mail_requests
  add constraint mail_requests_kind_check check (kind in ('register', 'repeated', 'resend', 'reset', 'change')),
  add constraint mail_requests_change     check ((kind = 'change') = (user_id is not null));
