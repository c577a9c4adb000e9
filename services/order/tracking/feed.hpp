#pragma once
#include "services/kit/db/listener.hpp"
#include "services/kit/http/message/message.hpp"
#include "services/kit/metrics/metrics.hpp"
#include "services/order/store/history.hpp"
#include "services/order/tracking/seats.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace order {

/// Tells clients what happens to the orders that they follow, whichever replica does it. Thread-safe.
///
/// A stream gets what the table of history has after the id that it has got last, in order: nothing twice,
/// and nothing left out. When to look is told by PostgreSQL (history::CHANNEL) to the one connection that
/// this replica listens on. On it are also held the locks that make writers tell (history::watch_lock): with
/// the connection they go, and with the next one everything is looked at again. Metrics: order_event_streams,
/// order_events_sent_total.
class Feed {
 public:
  Feed(const kit::db::Database& database, Seats::Limits limits, kit::Metrics& metrics);

  struct Follower {
    history::Position position;
    std::function<bool()> expired;  ///< from then on the stream ends, with the event `expired`
    Seats::Seat seat;
    std::shared_ptr<kit::http::EventStream> stream;
  };
  /// Throws Problem when no more streams can be had.
  Seats::Seat seat(kit::UserId user) { return seats_.take(user); }
  /// From now on, until the order is over (event `end`), it has expired or the client leaves.
  void follow(Follower follower);

  std::string probe() const { return listener_.probe(); }

 private:
  struct Followed {
    std::vector<Follower> followers;
    bool stale = true;    ///< there may be news
    bool ending = false;  ///< it has ended, but something is owed, of which nobody is told when it is done
  };

  std::chrono::milliseconds work(kit::db::Connection& connection);
  void take_in();
  void sweep();
  void drop_unfollowed();
  void lock(kit::db::Connection& connection);
  void read(kit::db::Connection& connection);
  void tell(Followed& followed, const history::News& news);
  bool watched(std::int64_t order) const;

  Seats seats_;
  prometheus::Gauge& streams_;
  prometheus::Counter& sent_;
  std::mutex lock_;
  std::vector<Follower> incoming_;
  // Of the listener's thread alone:
  std::map<std::int64_t, Followed> orders_;
  std::set<int> locks_;  ///< held on the present connection
  std::chrono::steady_clock::time_point sweep_at_{};
  kit::db::Listener listener_;  // last: it stops before what it uses goes
};

}  // namespace order
