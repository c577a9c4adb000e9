#include "services/kit/messaging/inbox.hpp"

#include "services/kit/db/locks.hpp"
#include "services/kit/log/log.hpp"
#include "services/kit/trace/trace.hpp"

#include <set>
#include <tuple>

namespace kit::messaging {
namespace {

constexpr std::chrono::seconds TIME{15};

static_assert(db::LOCK_SPACE == 1936224112 && static_cast<int>(db::Lock::Inbox) == 4, "see CLAIM");

// The lock is taken before the first insert, because the sort needs all rows. Claims that others committed
// until then conflict, whether or not this statement's snapshot shows them.
constexpr db::Statement CLAIM{"inbox_claim", R"(
  with alone as materialized (select pg_advisory_xact_lock(1936224112, 4))
  insert into inbox (consumer, source, event_id)
  select $1, e.source, e.id from alone, jsonb_to_recordset($2::jsonb) as e(source text, id text)
  order by e.source, e.id
  on conflict do nothing
  returning source, event_id)"};

}  // namespace

std::vector<const Event*> claim_inbox(db::Transaction& tx, std::string_view consumer,
                                      std::span<const Event> events) {
  auto keys = nlohmann::json::array();
  for (const auto& event : events) keys.push_back({{"source", event.source}, {"id", event.id}});
  std::set<std::tuple<std::string, std::string>> claimed;
  for (const auto& row : tx.exec(CLAIM, consumer, keys.dump()))
    claimed.emplace(row[0].as<std::string>(), row[1].as<std::string>());
  std::vector<const Event*> fresh;
  for (const auto& event : events)
    if (claimed.erase({event.source, event.id}) > 0) fresh.push_back(&event);  // only the first of duplicates
  return fresh;
}

Consumer::Handle once(db::Database& database, const char* consumer, Effect effect,
                      std::function<void()> committed) {
  return [&database, consumer, effect = std::move(effect),
          committed = std::move(committed)](std::span<const Event> events) {
    const auto work = [&](db::Transaction& tx) {
      for (const Event* event : claim_inbox(tx, consumer, events)) {
        const log::Scope scope("", Trace::follow(event->traceparent).trace_id);
        effect(tx, *event);
      }
    };
    constexpr bool idempotent = true;  // a retry after a commit that did happen finds the events claimed
    database.transact(consumer, Deadline::in(TIME), work, idempotent);
    if (committed) committed();
  };
}

}  // namespace kit::messaging
