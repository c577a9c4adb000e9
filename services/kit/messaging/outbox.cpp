#include "services/kit/messaging/outbox.hpp"

#include "services/kit/db/locks.hpp"

namespace kit::messaging {
namespace {

static_assert(db::LOCK_SPACE == 1936224112 && static_cast<int>(db::Lock::RelayIdle) == 3,
              "see SHOPKEEPER_OUTBOX_WAKE");

// NOTIFY serializes commits (it holds a lock over all databases until the commit is on disk), so it is used
// only while the relay sleeps, which then holds the lock RelayIdle. Otherwise this transaction shares the
// lock until it has committed, and the relay cannot go to sleep without seeing what was written.
constexpr db::Statement WRITE{
    "outbox_write",
    "with written as (insert into outbox (event_id, type, subject, body) values ($1, $2, $3, $4)) "
    "select " SHOPKEEPER_OUTBOX_WAKE};

constexpr db::Statement WRITE_MANY{"outbox_write_many", R"(
  with written as (
    insert into outbox (event_id, type, subject, body)
    select x.id, x.type, x.subject, x.body
    from rows from (jsonb_to_recordset($1::jsonb) as (id uuid, type text, subject text, body text))
      with ordinality as x(id, type, subject, body, n)
    order by x.n
  ) select )" SHOPKEEPER_OUTBOX_WAKE};

}  // namespace

const EmbeddedFile MIGRATION{"000_events.sql", R"sql(
-- Events on their way out, written with the change that they tell of; rows leave when the broker has confirmed them.
create table outbox (
  id         bigint generated always as identity primary key,
  event_id   uuid not null,
  type       text not null,
  subject    text not null,
  body       text not null,
  created_at timestamptz not null default now()
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- Events whose effect is there already, by who had it.
create table inbox (
  consumer   text not null,
  source     text not null,
  event_id   text not null,
  claimed_at timestamptz not null default now(),
  primary key (consumer, source, event_id)
);
create index inbox_claimed_at on inbox (claimed_at);
)sql"};

void write_outbox(db::Transaction& tx, const Event& event) {
  tx.exec(WRITE, event.id, event.type, event.subject, to_json(event));
}

void write_outbox(db::Transaction& tx, const std::vector<Event>& events) {
  if (events.empty()) return;
  auto rows = nlohmann::json::array();
  for (const auto& event : events)
    rows.push_back(
        {{"id", event.id}, {"type", event.type}, {"subject", event.subject}, {"body", to_json(event)}});
  tx.exec(WRITE_MANY, rows.dump());
}

}  // namespace kit::messaging
