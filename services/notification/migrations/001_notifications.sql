-- What somebody was told, or is to be told: one row an event.
create table notifications (
  id              bigint generated always as identity primary key,
  event_id        text        not null unique,
  kind            text        not null,            -- the event's type, and the template
  about           text        not null,            -- the event's subject: "order/17"
  recipient_name  text        not null,
  recipient_email text        not null,
  data            jsonb       not null,
  traceparent     text        not null default '',
  -- recorded   there is no mail server, so it was only written down
  -- pending    is to be sent at next_attempt_at
  -- sending    a sender has it, until claimed_until; handed_over_at is set just before the server is told that the mail
  --            is complete: before that it was surely not taken, after it may have been
  -- sent       the server took it
  -- uncertain  the server may have taken it: not sent again, because nobody is to get it twice
  -- failed     given up
  status          text        not null check (status in ('recorded', 'pending', 'sending', 'sent', 'uncertain', 'failed')),
  attempts        int         not null default 0,
  next_attempt_at timestamptz not null default now(),
  claimed_until   timestamptz,
  handed_over_at  timestamptz,
  last_error      text        not null default '',
  created_at      timestamptz not null default now(),
  sent_at         timestamptz
);

create index notifications_due on notifications (next_attempt_at) where status = 'pending';
create index notifications_claimed on notifications (claimed_until) where status = 'sending';
