#include "services/kit/http/pistache/guards.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace kit::http::guard {
namespace {

/// A listening socket on loopback, and clients of it.
class Listening {
 public:
  Listening() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address_);
    EXPECT_EQ(bind(fd_, reinterpret_cast<sockaddr*>(&address_), size), 0);
    EXPECT_EQ(listen(fd_, 16), 0);
    EXPECT_EQ(getsockname(fd_, reinterpret_cast<sockaddr*>(&address_), &size), 0);
  }
  ~Listening() { close(fd_); }

  int connect_client() const {
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(connect(client, reinterpret_cast<const sockaddr*>(&address_), sizeof(address_)), 0);
    return client;
  }
  int fd() const { return fd_; }

 private:
  int fd_;
  sockaddr_in address_{};
};

}  // namespace

TEST(FdGuard, NumbersDoNotComeBackSoon) {
  const Listening server;
  std::set<int> seen;
  for (int i = 0; i < 100; ++i) {
    const int client = server.connect_client();
    const int accepted =
        i % 2 ? accept4(server.fd(), nullptr, nullptr, SOCK_CLOEXEC) : accept(server.fd(), nullptr, nullptr);
    ASSERT_GE(accepted, 0);
    EXPECT_GE(accepted, window().begin);
    EXPECT_LT(accepted, window().end);
    EXPECT_TRUE(seen.insert(accepted).second) << "number " << accepted << " came back";
    EXPECT_EQ((fcntl(accepted, F_GETFD) & FD_CLOEXEC) != 0, i % 2 == 1);
    close(accepted);
    close(client);
  }
}

TEST(FdGuard, ASmallWindowIsUsedInTurnsAndWhole) {
  const auto is_free = [](int fd) { return fcntl(fd, F_GETFD) == -1; };
  int begin = 300;
  while (!is_free(begin) || !is_free(begin + 1) || !is_free(begin + 2) || !is_free(begin + 3)) ++begin;
  const Window small{begin, begin + 4};
  std::set<int> used;
  std::vector<int> open;
  for (int i = 0; i < 6; ++i) {
    open.push_back(move_into(small, socket(AF_INET, SOCK_STREAM, 0), true));
    if (open.back() >= small.begin && open.back() < small.end) used.insert(open.back());
    ASSERT_FALSE(is_free(open.back())) << "the socket is gone";
  }
  EXPECT_EQ(used, (std::set<int>{begin, begin + 1, begin + 2, begin + 3}));
  EXPECT_FALSE(used.contains(open[4])) << "a full window must leave the socket its number";
  for (const int fd : open) close(fd);
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(move_into({begin, begin}, fd, true), fd);
  close(fd);
}

TEST(FdGuard, FailuresAreToldAsTheyAre) {
  EXPECT_EQ(accept4(-1, nullptr, nullptr, 0), -1);
  EXPECT_EQ(errno, EBADF);
}

TEST(SendGuard, CutsOffWhoDoesNotReadButOnlyOnReactors) {
  const auto fill = [](int fd) {
    const std::string block(65536, 'x');
    ssize_t sent;
    do sent = send(fd, block.data(), block.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    while (sent > 0);
    return errno;
  };
  int pair[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
  EXPECT_EQ(fill(pair[0]), EAGAIN);
  std::thread([&] {
    enter_reactor();
    EXPECT_EQ(fill(pair[0]), EPIPE);
  }).join();
  std::string rest(1 << 20, '\0');
  while (recv(pair[1], rest.data(), rest.size(), MSG_DONTWAIT) > 0) {
  }
  EXPECT_EQ(recv(pair[1], rest.data(), rest.size(), MSG_DONTWAIT), 0) << "the connection is still open";
  close(pair[0]);
  close(pair[1]);
}

}  // namespace kit::http::guard
