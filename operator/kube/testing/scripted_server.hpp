#pragma once
// For tests: an HTTP server on loopback that does, byte by byte, what a script says; also what no sound
// server does.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

namespace kube::testing {

/// One request and the means to answer it.
class Exchange {
 public:
  Exchange(int fd, int connection, std::string target, std::string head)
      : target(std::move(target)), head(std::move(head)), connection(connection), fd_(fd) {}

  const std::string target, head;
  const int connection;  ///< number of its connection, from 1
  bool has(const char* text) const { return target.find(text) != std::string::npos; }
  bool watch() const { return has("watch=true"); }

  void raw(const std::string& bytes) const {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const auto n = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) return;
      sent += static_cast<std::size_t>(n);
    }
  }
  /// Returns true: the connection stays open.
  bool answer(int status, const std::string& text, const std::string& headers = {}) const {
    raw("HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Type: application/json\r\n" + headers +
        "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text);
    return true;
  }
  void begin() const {
    raw("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
  }
  void chunk(const std::string& text) const {
    char size[16];
    std::snprintf(size, sizeof size, "%zx\r\n", text.size());
    raw(size + text + "\r\n");
  }
  void end() const { raw("0\r\n\r\n"); }
  /// A chunk whose bytes, those of its framing too, each arrive in a segment of their own.
  void scattered(const std::string& text) const {
    char size[16];
    std::snprintf(size, sizeof size, "%zx\r\n", text.size());
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    for (const char byte : size + text + "\r\n") {
      raw({byte});
      closed_within(std::chrono::milliseconds(1));
    }
  }
  /// Waits until the client has closed the connection; false when it has not in time.
  bool closed_within(std::chrono::milliseconds time) const {
    pollfd poll_for{fd_, POLLIN | POLLRDHUP, 0};
    char byte = 0;
    return ::poll(&poll_for, 1, static_cast<int>(time.count())) > 0 && ::recv(fd_, &byte, 1, MSG_PEEK) <= 0;
  }

  /// Sends nothing more and waits until the client has closed the connection; returns false.
  bool hold() const {
    closed_within(std::chrono::seconds(30));
    return false;
  }

 private:
  int fd_;
};

class ScriptedServer {
 public:
  /// Called on a thread of its connection, with the number of the request (from 0); returns false to close
  /// the connection.
  using Script = std::function<bool(const Exchange&, int number)>;

  explicit ScriptedServer(Script script) : script_(std::move(script)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 64) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      throw std::runtime_error("cannot listen");
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~ScriptedServer() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard guard(lock_);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : connections_) thread.join();
    ::close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  int requests() const {
    const std::lock_guard guard(lock_);
    return requests_;
  }
  int connections() const {
    const std::lock_guard guard(lock_);
    return static_cast<int>(connections_.size());
  }
  /// Waits until there were so many requests; false when there were not in time.
  bool await_requests(int count, std::chrono::milliseconds time) const {
    std::unique_lock guard(lock_);
    return changed_.wait_for(guard, time, [&] { return requests_ >= count; });
  }

 private:
  void accept_all() {
    while (!stopping_) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      const std::lock_guard guard(lock_);
      open_.push_back(fd);
      const int number = static_cast<int>(connections_.size()) + 1;
      connections_.emplace_back([this, fd, number] { serve(fd, number); });
    }
  }

  void serve(int fd, int connection) {
    std::string buffer;
    while (const auto exchange = read(fd, connection, buffer)) {
      int number = 0;
      {
        const std::lock_guard guard(lock_);
        number = requests_++;
      }
      changed_.notify_all();
      if (!script_(*exchange, number)) break;
    }
    const std::lock_guard guard(lock_);
    open_.remove(fd);
    ::close(fd);
  }

  static std::optional<Exchange> read(int fd, int connection, std::string& buffer) {
    const auto fill = [&](auto enough) {
      char bytes[4096];
      while (!enough()) {
        const auto n = ::recv(fd, bytes, sizeof bytes, 0);
        if (n <= 0) return false;
        buffer.append(bytes, static_cast<std::size_t>(n));
      }
      return true;
    };
    std::size_t head_end = 0;
    if (!fill([&] { return (head_end = buffer.find("\r\n\r\n")) != std::string::npos; })) return std::nullopt;
    const std::string head = buffer.substr(0, head_end);
    std::size_t length = 0;
    if (const auto at = head.find("Content-Length: "); at != std::string::npos)
      length = std::stoul(head.substr(at + 16));
    if (!fill([&] { return buffer.size() >= head_end + 4 + length; })) return std::nullopt;
    buffer.erase(0, head_end + 4 + length);
    const auto space = head.find(' ');
    const auto second = head.find(' ', space + 1);
    return std::optional<Exchange>(std::in_place, fd, connection, head.substr(space + 1, second - space - 1),
                                   head);
  }

  Script script_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_{false};
  mutable std::mutex lock_;
  mutable std::condition_variable changed_;
  int requests_ = 0;
  std::list<int> open_;
  std::list<std::thread> connections_;
  std::thread acceptor_;
};

}  // namespace kube::testing
