#pragma once
#include "services/kit/http/wire/connection.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

namespace kit::http {

/// One thread that sends on what sockets had no room for, and looks at every connection ten times a second
/// for what is overdue. So neither reactor nor worker ever waits for a client. Thread-safe.
class Housekeeper {
 public:
  Housekeeper();
  ~Housekeeper();
  Housekeeper(const Housekeeper&) = delete;
  Housekeeper& operator=(const Housekeeper&) = delete;

  /// Looks after the connection for as long as someone else keeps it.
  void add(const std::shared_ptr<Connection>& connection);
  /// Keeps the connection and calls its on_writable until that returns false.
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
