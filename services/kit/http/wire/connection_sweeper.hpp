#pragma once
#include "services/kit/http/wire/connection.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace kit::http {

/// One thread that sends buffered output when sockets have room, and checks every connection's time limits
/// ten times a second. So neither reactors nor workers ever wait for a client. Thread-safe.
class ConnectionSweeper {
 public:
  ConnectionSweeper();
  ~ConnectionSweeper();
  ConnectionSweeper(const ConnectionSweeper&) = delete;
  ConnectionSweeper& operator=(const ConnectionSweeper&) = delete;

  /// Sweeps the connection for as long as others keep it alive.
  void add(const std::shared_ptr<Connection>& connection);
  /// Keeps the connection alive and calls its on_writable until that returns false.
  void watch(const std::shared_ptr<Connection>& connection);
  std::vector<std::shared_ptr<Connection>> connections();
  void stop();

 private:
  void work();
  void sweep();
  void writable(int fd);

  const int epoll_;
  const int wake_;
  std::atomic<bool> stopping_{false};
  std::mutex lock_;
  std::vector<std::weak_ptr<Connection>> all_;
  std::unordered_map<int, std::shared_ptr<Connection>> watched_;
  std::thread thread_;
};

}  // namespace kit::http
