#include "services/kit/http/pistache/fd_guard.hpp"

#include "services/kit/http/testing/wire_client.hpp"

#include <fcntl.h>

#include <cerrno>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace kit::http::guard {

TEST(FdGuard, NumbersDoNotComeBackSoon) {
  const testing::Listening server;
  std::set<int> seen;
  for (int i = 0; i < 100; ++i) {
    const testing::Wire client(server.port);
    const int accepted =
        i % 2 ? accept4(server.fd, nullptr, nullptr, SOCK_CLOEXEC) : accept(server.fd, nullptr, nullptr);
    ASSERT_GE(accepted, 0);
    EXPECT_GE(accepted, window().begin);
    EXPECT_LT(accepted, window().end);
    EXPECT_TRUE(seen.insert(accepted).second) << "number " << accepted << " came back";
    EXPECT_EQ((fcntl(accepted, F_GETFD) & FD_CLOEXEC) != 0, i % 2 == 1);
    close(accepted);
  }
}

TEST(FdGuard, UsesEveryNumberOfASmallWindow) {
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

TEST(FdGuard, KeepsTheErrorOfAFailedAccept) {
  EXPECT_EQ(accept4(-1, nullptr, nullptr, 0), -1);
  EXPECT_EQ(errno, EBADF);
}

}  // namespace kit::http::guard
