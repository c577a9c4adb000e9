#include "services/kit/identity/revocations.hpp"

#include <atomic>
#include <mutex>
#include <stdexcept>

#include <gtest/gtest.h>

namespace kit::identity {
namespace {

using namespace std::chrono_literals;

/// A source that tests fill, and take away.
struct Source {
  std::mutex lock;
  RevocationList list;
  bool away = false;
  int asked = 0;
  std::string since;

  RevocationList operator()(const std::string& from) {
    const std::lock_guard guard(lock);
    ++asked;
    since = from;
    if (away) throw std::runtime_error("away");
    return list;
  }
  void set(RevocationList to, bool gone = false) {
    const std::lock_guard guard(lock);
    list = std::move(to);
    away = gone;
  }
};

template <class F>
bool eventually(F&& check) {
  for (int i = 0; i < 2000 && !check(); ++i) std::this_thread::sleep_for(2ms);
  return check();
}

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

TEST(Revocations, RoundTripThroughJson) {
  const RevocationList list{{"a", "b"}, {{UserId{7}, 1769860800.123456}}, "n"};
  const auto body = to_json(list);
  EXPECT_EQ(
      body.dump(),
      R"({"next":"n","sessions":["a","b"],"users":[{"id":7,"issued_before":"2026-01-31T12:00:00.123456Z"}]})");
  const auto back = parse_revocations(body);
  EXPECT_EQ(back.sessions, list.sessions);
  EXPECT_EQ(back.users.at(0).id, UserId{7});
  EXPECT_DOUBLE_EQ(back.users.at(0).issued_before, 1769860800.123456);
  EXPECT_EQ(back.next, "n");
  using Json = nlohmann::json;
  EXPECT_NO_THROW(parse_revocations(
      Json::parse(R"({"sessions":[],"users":[{"id":1,"issued_before":"2026-01-31T12:00:00Z"}]})")));
  for (const char* bad :
       {"[]", "{}", R"({"sessions":[1],"users":[]})", R"({"sessions":[],"users":[{"id":1}]})",
        R"({"sessions":[],"users":[{"id":1,"issued_before":"soon"}]})",
        R"({"sessions":[],"users":[{"id":1,"issued_before":"2026-01-31T12:00:00.5"}]})"})
    EXPECT_THROW(parse_revocations(Json::parse(bad)), std::invalid_argument) << bad;
}

}  // namespace
}  // namespace kit::identity
