#include "services/order/tracking/event_feed.hpp"

#include "services/kit/db/connection.hpp"

#include <algorithm>
#include <charconv>

namespace order {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds SWEEP_EVERY{1000};
constexpr milliseconds LOCK_AGAIN{10};  ///< a writer holds it for as long as a commit takes
constexpr std::size_t BATCH = 100;      ///< orders read by one query

constexpr const char* LOCK =
    "select k, pg_try_advisory_lock_shared($1::int, k) as held from unnest($2::int[]) as t(k)";
constexpr const char* UNLOCK = "select pg_advisory_unlock_shared($1::int, k) from unnest($2::int[]) as t(k)";

std::string array_of(const std::set<int>& numbers) {
  std::string out;
  for (const int number : numbers) out += (out.empty() ? "{" : ",") + std::to_string(number);
  return out + "}";
}

std::set<int> without(const std::set<int>& all, const std::set<int>& some) {
  std::set<int> out;
  std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::inserter(out, out.end()));
  return out;
}

/// The client has disconnected, or its access has expired, which is sent to it.
bool ended(EventFeed::Follower& follower) {
  if (!follower.stream->open()) return true;
  if (!follower.expired()) return false;
  follower.stream->send("expired", "{}");
  follower.stream->close();
  return true;
}

}  // namespace

EventFeed::EventFeed(const kit::db::Database& database, StreamLimits::Limits limits, kit::Metrics& metrics)
    : limits_(limits),
      streams_(metrics.gauge("order_event_streams", "Streams of an order's events that are open.")),
      sent_(metrics.counter("order_events_sent_total", "Events sent to clients that follow orders.")),
      listener_({.url = database.options().url,
                 .channels = {history::CHANNEL},
                 .notified =
                     [this](const std::string&, const std::string& payload) {
                       std::int64_t order = 0;
                       std::from_chars(payload.data(), payload.data() + payload.size(), order);
                       const auto found = orders_.find(order);
                       if (found != orders_.end()) found->second.stale = true;
                     },
                 .connected =
                     [this] {
                       locks_.clear();
                       for (auto& [order, followed] : orders_) followed.stale = true;
                     },
                 .work = [this](kit::db::Connection& connection) { return work(connection); }}) {}

void EventFeed::follow(Follower follower) {
  {
    const std::lock_guard guard(lock_);
    incoming_.push_back(std::move(follower));
  }
  listener_.wake();
}

milliseconds EventFeed::work(kit::db::Connection& connection) {
  accept_new();
  if (steady_clock::now() >= sweep_at_) sweep();
  lock(connection);
  read(connection);
  streams_.Set(limits_.open());
  const bool waiting =
      std::any_of(orders_.begin(), orders_.end(), [](const auto& o) { return o.second.stale; });
  return waiting ? LOCK_AGAIN : SWEEP_EVERY;
}

void EventFeed::accept_new() {
  std::vector<Follower> incoming;
  {
    const std::lock_guard guard(lock_);
    incoming.swap(incoming_);
  }
  for (auto& follower : incoming) {
    auto& followed = orders_[follower.position.order.value];
    followed.followers.push_back(std::move(follower));
    followed.stale = true;
  }
}

/// Drops clients that have disconnected or whose access has expired.
void EventFeed::sweep() {
  for (auto& [order, followed] : orders_) {
    std::erase_if(followed.followers, ended);
    followed.stale = followed.stale || followed.ending;
  }
  drop_unfollowed();
  sweep_at_ = steady_clock::now() + SWEEP_EVERY;
}

void EventFeed::drop_unfollowed() {
  std::erase_if(orders_, [](const auto& order) { return order.second.followers.empty(); });
}

bool EventFeed::watched(std::int64_t order) const {
  return locks_.contains(history::watch_lock(contracts::OrderId{order}));
}

void EventFeed::lock(kit::db::Connection& connection) {
  std::set<int> wanted;
  for (const auto& [order, followed] : orders_) wanted.insert(history::watch_lock(contracts::OrderId{order}));
  const auto missing = without(wanted, locks_);
  const auto unused = without(locks_, wanted);
  if (missing.empty() && unused.empty()) return;
  pqxx::nontransaction tx(connection.pq());
  if (!missing.empty())
    for (const auto& row : tx.exec_params(LOCK, history::WATCH_SPACE, array_of(missing)))
      if (row["held"].as<bool>()) locks_.insert(row["k"].as<int>());
  if (!unused.empty()) tx.exec_params(UNLOCK, history::WATCH_SPACE, array_of(unused));
  for (const int k : unused) locks_.erase(k);
}

void EventFeed::read(kit::db::Connection& connection) {
  std::vector<history::Position> stale;
  for (const auto& [order, followed] : orders_) {
    if (!followed.stale || !watched(order)) continue;
    const auto first = std::min_element(
        followed.followers.begin(), followed.followers.end(),
        [](const Follower& a, const Follower& b) { return a.position.after < b.position.after; });
    stale.push_back(first->position);
  }
  for (std::size_t i = 0; i < stale.size(); i += BATCH) {
    const auto end = stale.begin() + static_cast<std::ptrdiff_t>(std::min(i + BATCH, stale.size()));
    const std::vector<history::Position> some(stale.begin() + static_cast<std::ptrdiff_t>(i), end);
    pqxx::nontransaction tx(connection.pq());
    const auto all = history::news(tx, some);
    for (const auto& position : some) orders_.at(position.order.value).stale = false;
    for (const auto& news : all) send(orders_.at(news.order.value), news);
  }
  drop_unfollowed();
}

void EventFeed::send(Followed& followed, const history::News& news) {
  followed.ending = !news.over && is_final(news.state);
  std::erase_if(followed.followers, [&](Follower& follower) {
    if (ended(follower)) return true;
    for (const auto& entry : news.entries) {
      if (entry.id <= follower.position.after) continue;
      if (!follower.stream->send(entry.type, history::to_json(entry).dump(), std::to_string(entry.id)))
        return true;
      follower.position.after = entry.id;
      sent_.Increment();
    }
    if (!news.over) return false;
    follower.stream->send("end", nlohmann::json{{"status", to_string(news.state)}}.dump());
    follower.stream->close();
    return true;
  });
}

}  // namespace order
