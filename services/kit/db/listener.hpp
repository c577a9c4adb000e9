#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace kit::db {

class Connection;

/// Listens on channels of one PostgreSQL database (LISTEN) on its own connection and thread, and reconnects
/// with backoff. Notifications that were sent meanwhile are lost: `connected` is called after every connect,
/// also the first, so that the owner can catch up.
///
/// The callbacks run on the listener's thread, one at a time, and should be short; their exceptions are
/// logged. None runs after the destructor has returned. The connection is checked every second.
class Listener {
 public:
  struct Options {
    std::string url;                    ///< secret: never logged
    std::vector<std::string> channels;  ///< plain names, as given to pg_notify
    std::function<void(const std::string& channel, const std::string& payload)> notified;
    std::function<void()> connected = {};  ///< it has begun to listen
    std::function<void()> lost = {};       ///< it has stopped listening; also when the listener ends
    /// Optional work on the listening connection (session locks, reading what was notified). Called after
    /// connecting, after notifications, after `wake`, and when the time that it returned has passed (at most
    /// a second). Its exceptions close the connection.
    std::function<std::chrono::milliseconds(Connection&)> work = {};
  };

  /// Throws std::invalid_argument without channels or callback.
  explicit Listener(Options options);
  /// Stops within a second, or within 3 s while connecting to an unresponsive host.
  ~Listener();

  /// True when everything notified more than `age` ago has certainly been delivered: it listens, and the
  /// server has responded since. So a dead network is detected long before TCP times out.
  bool heard_within(std::chrono::milliseconds age) const;

  /// Makes the listener call `work` soon. Thread-safe.
  void wake();

  /// For Health: empty when it listens.
  std::string probe() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace kit::db
