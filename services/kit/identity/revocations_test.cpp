#include "services/kit/identity/revocations.hpp"

#include "services/kit/testing/eventually.hpp"

#include <mutex>
#include <stdexcept>

#include <gtest/gtest.h>

namespace kit::identity {
namespace {

using namespace std::chrono_literals;

/// A source that tests fill, and make fail.
struct Source {
  RevocationList operator()(const std::string& from) {
    const std::lock_guard guard(lock);
    since = from;
    if (down) throw std::runtime_error("down");
    return list;
  }
  void set(RevocationList to, bool fails = false) {
    const std::lock_guard guard(lock);
    list = std::move(to);
    down = fails;
  }

  std::mutex lock;
  RevocationList list;
  bool down = false;
  std::string since;
};

Principal holder(std::string session, std::int64_t user, double issued_at) {
  return {UserId{user}, Role::Customer, std::move(session), {}, issued_at};
}

TEST(Revocations, AreKnownFromTheStart) {
  Source source;
  source.set({{"a"}, {{UserId{7}, 1000.5}}, "n1"});
  Metrics metrics;
  const Revocations known([&](const auto& since) { return source(since); }, metrics, 1h, 0ms);
  EXPECT_TRUE(known.revoked(holder("a", 1, 5000)));
  EXPECT_FALSE(known.revoked(holder("b", 1, 0)));
  EXPECT_FALSE(known.revoked(holder("", 1, 0)));
  EXPECT_TRUE(known.revoked(holder("b", 7, 1000.4)));
  EXPECT_TRUE(known.revoked(holder("b", 7, 0))) << "a token that does not say when";
  EXPECT_FALSE(known.revoked(holder("b", 7, 1000.5)));
}

TEST(Revocations, AreKeptWhileTheSourceIsDownAndUpdatedAfterwards) {
  Source source;
  source.set({{"a"}, {}, "n1"});
  Metrics metrics;
  const Revocations known([&](const auto& since) { return source(since); }, metrics, 1ms, 1ms);
  source.set({}, true);
  auto& failures = metrics.counter("revocations_failures_total",
                                   "Times that the list of revoked tokens could not be had.");
  ASSERT_TRUE(eventually([&] { return failures.Value() >= 2; }));
  EXPECT_TRUE(known.revoked(holder("a", 1, 0)));
  source.set({{"b"}, {{UserId{7}, 9.0}}, "n2"});
  EXPECT_TRUE(
      eventually([&] { return known.revoked(holder("b", 1, 0)) && known.revoked(holder("x", 7, 8)); }));
  EXPECT_TRUE(known.revoked(holder("a", 1, 0))) << "lists add to what is known";
  EXPECT_TRUE(eventually([&] {
    const std::lock_guard guard(source.lock);
    return source.since == "n2";
  }));
}

TEST(Revocations, OfAUserOnlyMoveForward) {
  Source source;
  source.set({{}, {{UserId{7}, 20.0}, {UserId{7}, 10.0}}, ""});
  Metrics metrics;
  const Revocations known([&](const auto& since) { return source(since); }, metrics, 1h, 0ms);
  EXPECT_TRUE(known.revoked(holder("", 7, 15)));
}

}  // namespace
}  // namespace kit::identity
