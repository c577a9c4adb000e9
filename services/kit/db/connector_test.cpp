#include "services/kit/db/connector.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <future>

#include <gtest/gtest.h>

namespace kit::db {
namespace {

/// A port that accepts connections and never responds.
class SilentServer {
 public:
  SilentServer() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(socket_, generic, size), 0);
    EXPECT_EQ(::listen(socket_, 16), 0);
    EXPECT_EQ(::getsockname(socket_, generic, &size), 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentServer() { ::close(socket_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  std::string url() const { return "postgresql://u:p@127.0.0.1:" + std::to_string(port_) + "/x"; }

 private:
  int socket_;
  int port_ = 0;
};

constexpr std::chrono::milliseconds SHORTEST{2000};  // libpq waits no less

std::chrono::steady_clock::duration time_to_fail(Connector& connector) {
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THROW(connector.connect({.connect_timeout = SHORTEST}), Unavailable);
  return std::chrono::steady_clock::now() - start;
}

TEST(Connector, MakesOneAttemptAtATimeWhileTheServerDoesNotRespond) {
  const SilentServer server;
  Connector connector(server.url());
  EXPECT_GE(time_to_fail(connector), SHORTEST / 2);
  auto slow = std::async(std::launch::async, [&] { return time_to_fail(connector); });
  int immediate = 0;
  while (slow.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout && immediate < 10)
    if (time_to_fail(connector) < std::chrono::milliseconds(500)) ++immediate;
  EXPECT_EQ(immediate, 10);
  slow.get();
}

TEST(Connector, ReportsARefusedConnectionEachTime) {
  std::string url;
  {
    const SilentServer server;
    url = server.url();
  }
  Connector connector(url);
  for (int i = 0; i < 3; ++i)
    EXPECT_THROW(connector.connect({.connect_timeout = SHORTEST}), pqxx::broken_connection);
}

}  // namespace
}  // namespace kit::db
