#pragma once
#include "services/kit/db/listener.hpp"
#include "services/kit/http/message/message.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/order/store/history.hpp"
#include "services/order/tracking/stream_limits.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace order {

/// Sends clients the history of the orders that they follow, whichever replica writes it. Thread-safe.
///
/// A stream gets the entries after the last id that it got, in order: none twice, and none left out. New
/// entries are notified by PostgreSQL (history::CHANNEL) on the one connection that this replica listens on.
/// That connection also holds the locks that make writers notify (history::watch_lock): they go with it, and
/// everything is read again on the next one. Metrics: order_event_streams, order_events_sent_total.
class EventFeed {
 public:
  EventFeed(const kit::db::Database& database, StreamLimits::Limits limits, kit::Metrics& metrics);

  struct Follower {
    history::Position position;
    std::function<bool()> expired;  ///< once true the stream ends, with the event `expired`
    StreamLimits::Slot slot;
    std::shared_ptr<kit::http::EventStream> stream;
  };
  /// Throws Problem when the user or the replica has too many streams.
  StreamLimits::Slot slot(kit::UserId user) { return limits_.acquire(user); }
  /// Until the order is over (event `end`), the follower has expired or the client disconnects.
  void follow(Follower follower);

 private:
  struct Followed {
    std::vector<Follower> followers;
    bool stale = true;    ///< there may be new entries
    bool ending = false;  ///< it has ended and owes something; settling that is not notified
  };

  std::chrono::milliseconds work(kit::db::Connection& connection);
  void accept_new();
  void sweep();
  void drop_unfollowed();
  void lock(kit::db::Connection& connection);
  void read(kit::db::Connection& connection);
  void send(Followed& followed, const history::News& news);
  bool watched(std::int64_t order) const;

  StreamLimits limits_;
  prometheus::Gauge& streams_;
  prometheus::Counter& sent_;
  std::mutex lock_;
  std::vector<Follower> incoming_;
  // Used by the listener's thread only:
  std::map<std::int64_t, Followed> orders_;
  std::set<int> locks_;  ///< held on the current connection
  std::chrono::steady_clock::time_point sweep_at_{};
  kit::db::Listener listener_;  // last: it stops before the members that it uses are destroyed
};

}  // namespace order
