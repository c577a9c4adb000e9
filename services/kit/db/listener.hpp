#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kit::db {

class Connection;

/// Listens on channels of one PostgreSQL database (LISTEN), on a connection and a thread of its own, and
/// connects again, with backoff and jitter, when the connection is lost. Notifications that were sent
/// meanwhile are lost: `connected` is called after every connect, also the first, for whoever must then look
/// for himself.
///
/// The callbacks run on the listener's thread, one at a time, and should be short; what they throw is logged
/// and forgotten. None runs any more when the destructor has returned. The server is asked for a sign of life
/// every second.
class Listener {
 public:
  struct Options {
    std::string url;                    ///< secret: never logged
    std::vector<std::string> channels;  ///< plain names, as given to pg_notify
    std::function<void(const std::string& channel, const std::string& payload)> notified;
    std::function<void()> connected = {};  ///< it listens from now on
    std::function<void()> lost = {};       ///< it listens no more; also when the listener ends
    /// For whoever has more to do on the listening connection (locks that last as long as it, reading what a
    /// notification tells of): called when it has connected, when notifications came, after `wake`, and when
    /// the time that it returned has passed, at the latest within a second. What it throws ends the
    /// connection.
    std::function<std::chrono::milliseconds(Connection&)> work = {};
  };

  /// Throws std::invalid_argument when there is nothing to listen on or nobody to tell.
  explicit Listener(Options options);
  /// Stops within a second, or within 3 s when it is just connecting to a host that does not answer.
  ~Listener();

  /// True while everything notified up to `age` ago has surely been handed over: it listens, and the server
  /// has answered since. False also when the network swallows everything, long before TCP gives up.
  bool heard_within(std::chrono::milliseconds age) const;

  /// Has `work` called soon. From any thread.
  void wake();

  /// For Health: empty when it listens.
  std::string probe() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kit::db
