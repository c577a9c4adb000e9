#pragma once
#include "services/kit/encoding/text.hpp"
#include "services/kit/http/server/server.hpp"
#include "services/kit/testing/eventually.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

/// For tests: a client that sends exactly the given bytes, and a server for it.
namespace kit::http::testing {

using std::chrono::milliseconds;

inline sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// A listening socket on a free port of loopback.
class Listening {
 public:
  Listening() {
    auto address = loopback(0);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(fd, 16), 0);
    EXPECT_EQ(getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size), 0);
    port = ntohs(address.sin_port);
  }
  ~Listening() { close(fd); }

  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::uint16_t port = 0;
};

class Wire {
 public:
  explicit Wire(std::uint16_t port, int receive_buffer = 0)
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer) setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    const auto address = loopback(port);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~Wire() {
    if (fd_ >= 0) close(fd_);
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  bool connected() const { return connected_; }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = ::sendto(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL, nullptr, 0);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }
  void end_writing() { shutdown(fd_, SHUT_WR); }
  /// Closes with a reset.
  void reset() {
    const linger now{1, 0};
    setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    close(fd_);
    fd_ = -1;
  }

  /// The next response; one with status 0 when the connection ends before it or after 20 s. `to_head`:
  /// without body.
  Response answer(bool to_head = false) {
    Response none;
    none.status = 0;
    while (in_.find("\r\n\r\n") == std::string::npos)
      if (!more()) return none;
    const auto end = in_.find("\r\n\r\n");
    Response response;
    response.status = std::atoi(in_.c_str() + 9);
    for (auto at = in_.find("\r\n") + 2; at < end + 2;) {
      const auto line_end = in_.find("\r\n", at);
      const auto colon = in_.find(':', at);
      response.headers.add(in_.substr(at, colon - at),
                           std::string(trim(std::string_view(in_).substr(colon + 1, line_end - colon - 1))));
      at = line_end + 2;
    }
    in_.erase(0, end + 4);
    const auto length = response.headers.get("Content-Length");
    const std::size_t size = to_head || !length ? 0 : std::stoul(std::string(*length));
    while (in_.size() < size)
      if (!more()) return none;
    response.body = in_.substr(0, size);
    in_.erase(0, size);
    return response;
  }
  Response ask(std::string_view bytes) {
    send(bytes);
    return answer();
  }
  /// Whether the server closes the connection within 20 s without sending more.
  bool closed() {
    if (!in_.empty()) return false;
    while (more()) {
    }
    return in_.empty() && ended_;
  }
  /// The bytes received until `text` is among them, or until the connection ends.
  std::string until(std::string_view text) {
    while (in_.find(text) == std::string::npos && more()) {
    }
    return std::exchange(in_, {});
  }

 private:
  bool more() {
    pollfd ready{fd_, POLLIN, 0};
    if (poll(&ready, 1, 20'000) <= 0) return false;
    char buffer[16384];
    const auto size = recv(fd_, buffer, sizeof(buffer), 0);
    ended_ = size <= 0;
    if (size > 0) in_.append(buffer, static_cast<std::size_t>(size));
    return size > 0;
  }

  int fd_;
  bool connected_ = false;
  bool ended_ = false;
  std::string in_;
};

inline std::string get(std::string_view target, std::string_view headers = {}) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: test\r\n" + std::string(headers) + "\r\n";
}

inline std::string post(std::string_view target, std::string_view body, std::string_view headers = {}) {
  return "POST " + std::string(target) +
         " HTTP/1.1\r\nHost: test\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         std::string(headers) + "\r\n" + std::string(body);
}

/// A server on a free port of loopback.
class Running {
 public:
  explicit Running(Router router, ServerOptions options = {}, Gatekeeper gate = {})
      : server(local(std::move(options)), std::move(router), std::move(gate), metrics) {
    server.start();
    port = server.port();
  }
  Response ask(std::string_view bytes) const { return Wire(port).ask(bytes); }
  int status(std::string_view bytes) const { return ask(bytes).status; }
  /// Whether /metrics would show the line.
  bool shows(const std::string& line) { return metrics.text().find(line + "\n") != std::string::npos; }

  Metrics metrics;
  Server server;
  std::uint16_t port = 0;

 private:
  static ServerOptions local(ServerOptions options) {
    options.address = "127.0.0.1";
    options.port = 0;
    return options;
  }
};

}  // namespace kit::http::testing
