#include "services/kit/messaging/outbox_session.hpp"

#include "services/kit/db/locks.hpp"

namespace kit::messaging {
namespace {

constexpr int PRUNE_BATCH = 1000;

db::SessionSettings settings() {
  db::SessionSettings settings;
  settings.statement_timeout = std::chrono::seconds(10);
  settings.lock_timeout = std::chrono::seconds(3);
  return settings;
}

}  // namespace

/// Notifications only wake the relay; their content does not matter.
class OutboxSession::Listener : public pqxx::notification_receiver {
 public:
  explicit Listener(pqxx::connection_base& connection) : pqxx::notification_receiver(connection, "outbox") {}
  void operator()(const std::string&, int) override {}
};

OutboxSession::OutboxSession(const std::string& url) : connection_(db::connect(url, settings())) {
  auto& pq = connection_->pq();
  pq.prepare("outbox_oldest",
             "select id, event_id::text, type, subject, body from outbox order by id limit $1");
  pq.prepare("outbox_remove", "delete from outbox where id = any($1::bigint[])");
  pq.prepare("outbox_backlog",
             "select count(*), coalesce(extract(epoch from now() - min(created_at)), 0)::float8 from outbox");
  pq.prepare("inbox_prune",
             "delete from inbox where ctid = any(array(select ctid from inbox "
             "where claimed_at < now() - interval '7 days' limit $1))");
}

OutboxSession::~OutboxSession() = default;

bool OutboxSession::lead() {
  if (!leading_ && db::try_lock(connection_->pq(), db::Lock::Relay)) {
    listener_ = std::make_unique<Listener>(connection_->pq());
    leading_ = true;
  }
  return leading_;
}

void OutboxSession::step_down() {
  if (!leading_) return;
  wake();
  leading_ = false;
  listener_.reset();
  db::unlock(connection_->pq(), db::Lock::Relay);
}

std::vector<Outgoing> OutboxSession::oldest(int limit) {
  pqxx::nontransaction tx(connection_->pq());
  const auto result = tx.exec_prepared("outbox_oldest", limit);
  std::vector<Outgoing> rows;
  rows.reserve(result.size());
  for (const auto& row : result) {
    rows.push_back({row[0].as<std::int64_t>(), row[1].as<std::string>(), row[2].as<std::string>(),
                    row[3].as<std::string>(), row[4].as<std::string>()});
  }
  return rows;
}

void OutboxSession::remove(const std::vector<std::int64_t>& ids) {
  if (ids.empty()) return;
  std::string list = "{";
  for (const auto id : ids) list += std::to_string(id) + ',';
  list.back() = '}';
  pqxx::nontransaction(connection_->pq()).exec_prepared("outbox_remove", list);
}

bool OutboxSession::sleep() {
  if (!asleep_) asleep_ = db::try_lock(connection_->pq(), db::Lock::RelayIdle);
  return asleep_;
}

void OutboxSession::wake() {
  if (!asleep_) return;
  asleep_ = false;
  db::unlock(connection_->pq(), db::Lock::RelayIdle);
}

OutboxSession::Backlog OutboxSession::backlog() {
  pqxx::nontransaction tx(connection_->pq());
  const auto row = tx.exec_prepared1("outbox_backlog");
  return {row[0].as<double>(), row[1].as<double>()};
}

bool OutboxSession::prune_inbox() {
  pqxx::nontransaction tx(connection_->pq());
  return tx.exec_prepared("inbox_prune", PRUNE_BATCH).affected_rows() == PRUNE_BATCH;
}

}  // namespace kit::messaging
