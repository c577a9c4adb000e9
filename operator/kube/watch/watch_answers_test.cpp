// Informers against servers and proxies that answer something else than a list or a watch.
#include "operator/kube/testing/watch_fixture.hpp"

namespace kube {
namespace {

using namespace std::chrono_literals;
using testing::event;
using testing::Exchange;
using testing::list_of;
using testing::metric;
using testing::ScriptedServer;
using testing::secret;
using testing::WatchFaults;

constexpr const char* kExpired = R"({"kind":"Status","code":410,"reason":"Expired"})";

TEST_F(WatchFaults, DeliversEventsWhoseBytesArriveOneByOne) {
  // Segments end within characters of several bytes, between CR and LF of a line, and within a chunk's
  // framing.
  const auto labelled = [](const std::string& label) {
    return R"({"type":"MODIFIED","object":{"metadata":{"namespace":"n","name":"a","resourceVersion":"2","labels":{"x":")" +
           label + R"("}}}})";
  };
  ScriptedServer server([&](const Exchange& exchange, int number) {
    if (number == 0) return exchange.answer(200, list_of("1", secret("a", "1")));
    exchange.begin();
    exchange.scattered(labelled("日本🛒ü") + "\r\n" + event("ADDED", "b", "3"));
    return exchange.hold();
  });
  start(server);
  EXPECT_TRUE(holds({{"a", "2"}, {"b", "3"}}));
  EXPECT_EQ(informer->cache().get({"n", "a"})->at("/metadata/labels/x"_json_pointer), "日本🛒ü");
  informer->stop();
  EXPECT_EQ(server.requests(), 2);
}

TEST_F(WatchFaults, DeliversAnEventWhoseChunksEndBetweenCrAndLf) {
  ScriptedServer server([&](const Exchange& exchange, int number) {
    if (number == 0) return exchange.answer(200, list_of("1"));
    exchange.begin();
    auto line = event("ADDED", "a", "2");
    line.back() = '\r';
    exchange.chunk(line);
    exchange.closed_within(20ms);
    exchange.chunk("\n" + event("ADDED", "b", "3"));
    return exchange.hold();
  });
  start(server);
  EXPECT_TRUE(holds({{"a", "2"}, {"b", "3"}}));
  informer->stop();
  EXPECT_EQ(server.requests(), 2);
}

class NoList : public WatchFaults, public ::testing::WithParamInterface<const char*> {};

TEST_P(NoList, KeepsTheCacheAndBacksOff) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    if (number == 0) return exchange.answer(200, list_of("1", secret("a", "1")));
    if (number == 1) return exchange.answer(410, kExpired);
    if (number < 10) return exchange.answer(200, GetParam());
    if (!exchange.watch()) return exchange.answer(200, list_of("9", secret("a", "9")));
    exchange.begin();
    return exchange.hold();
  });
  start(server);
  bool deleted = false;
  informer->cache().subscribe([&](const Change& change) { deleted = deleted || !change.now; });
  EXPECT_TRUE(holds({{"a", "9"}}));
  informer->stop();
  EXPECT_FALSE(deleted);
  EXPECT_EQ(metric(metrics, R"(kube_list_operations_failed_total{resource="secrets"})"), 8);
}

INSTANTIATE_TEST_SUITE_P(WatchFaults, NoList,
                         ::testing::Values("<html>welcome</html>", "{}", "[]", "null", "",
                                           R"({"metadata":{"resourceVersion":"5"},"items":[{"metad)",
                                           R"({"kind":"Status","status":"Success"})"));

TEST_F(WatchFaults, RelistsWhenALaterPageExpires) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    if (number == 1) return exchange.answer(410, kExpired);
    if (number == 0)
      return exchange.answer(200, R"({"metadata":{"resourceVersion":"1","continue":"x"},"items":[)" +
                                      secret("gone", "1") + "]}");
    if (!exchange.watch()) return exchange.answer(200, list_of("3", secret("a", "2")));
    EXPECT_TRUE(exchange.has("resourceVersion=3&")) << exchange.target;
    exchange.begin();
    return exchange.hold();
  });
  start(server);
  EXPECT_TRUE(holds({{"a", "2"}}));
}

TEST_F(WatchFaults, ALaterPageThatFailsLeavesTheCacheAsItWas) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    if (number == 0) return exchange.answer(200, list_of("1", secret("a", "1") + "," + secret("b", "1")));
    if (number == 1) return exchange.answer(410, kExpired);
    if (number < 12 && exchange.has("continue=x")) return exchange.answer(500, "<html>");
    if (number < 12)
      return exchange.answer(
          200, R"({"metadata":{"resourceVersion":"5","continue":"x"},"items":[)" + secret("a", "1") + "]}");
    return exchange.hold();
  });
  start(server);
  ASSERT_TRUE(server.await_requests(12, 10s));
  EXPECT_TRUE(holds({{"a", "1"}, {"b", "1"}}));
}

class NoEvent : public WatchFaults, public ::testing::WithParamInterface<const char*> {};

TEST_P(NoEvent, ResumesAfterTheLastEventAndCachesNothingOfIt) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    if (number == 0) return exchange.answer(200, list_of("1"));
    exchange.begin();
    if (number == 1) exchange.chunk(event("ADDED", "a", "2") + GetParam() + "\n");
    if (number == 1) return exchange.hold();
    EXPECT_TRUE(exchange.has("resourceVersion=2&")) << exchange.target;
    exchange.chunk(event("ADDED", "b", "3"));
    return exchange.hold();
  });
  start(server);
  EXPECT_TRUE(holds({{"a", "2"}, {"b", "3"}}));
}

INSTANTIATE_TEST_SUITE_P(
    WatchFaults, NoEvent,
    ::testing::Values("<html>", R"({"type":"ADDED"})", R"({"type":"ADDED","object":{}})",
                      R"({"type":"DELETED","object":{"metadata":{"resourceVersion":"9"}}})",
                      R"({"type":"ADDED","object":{"metadata":7}})",
                      R"({"type":"NEWS","object":{"metadata":{"name":"x"}}})"));

class Throttled : public WatchFaults, public ::testing::WithParamInterface<bool> {};

// The list, or the watch.
TEST_P(Throttled, WaitsAsLongAsTheServerAsks) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    if (number == 0 && !GetParam()) return exchange.answer(200, list_of("1"));
    if (number <= 1) return exchange.answer(429, "{}", "Retry-After: 1\r\n");
    if (!exchange.watch()) return exchange.answer(200, list_of("1", secret("a", "1")));
    exchange.begin();
    exchange.chunk(event("ADDED", "a", "1"));
    return exchange.hold();
  });
  start(server);
  const int refused = GetParam() ? 1 : 2;
  ASSERT_TRUE(server.await_requests(refused, 5s));
  EXPECT_FALSE(server.await_requests(refused + 1, 900ms));
  EXPECT_TRUE(holds({{"a", "1"}}));
}

INSTANTIATE_TEST_SUITE_P(WatchFaults, Throttled, ::testing::Bool());

}  // namespace
}  // namespace kube
