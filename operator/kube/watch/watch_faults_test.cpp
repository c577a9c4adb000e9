// Informers against failing watches: the known bugs of other clients (see README.md).
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
using Clock = std::chrono::steady_clock;

TEST_F(WatchFaults, Bug1DeliversEventsSplitAcrossChunksAtOnce) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    if (number == 0) return exchange.answer(200, list_of("1"));
    exchange.begin();
    // Byte by byte; then one and a half events, and the other half; then three in one.
    for (const char byte : event("ADDED", "a", "2")) exchange.chunk(std::string(1, byte));
    const auto b = event("ADDED", "b", "3");
    exchange.chunk(event("MODIFIED", "a", "4") + b.substr(0, b.size() / 2));
    exchange.chunk(b.substr(b.size() / 2));
    exchange.chunk(event("ADDED", "c", "5") + event("ADDED", "d", "6") + event("DELETED", "c", "7"));
    return exchange.hold();
  });
  start(server);
  EXPECT_TRUE(holds({{"a", "4"}, {"b", "3"}, {"d", "6"}}));
  informer->stop();
  EXPECT_EQ(server.requests(), 2);
}

TEST_F(WatchFaults, Bug1DeliversAVeryLongEvent) {
  const std::string text(2'000'000, 'x');
  ScriptedServer server([&](const Exchange& exchange, int number) {
    if (number == 0) return exchange.answer(200, list_of("1"));
    exchange.begin();
    exchange.chunk(
        R"({"type":"ADDED","object":{"metadata":{"namespace":"n","name":"a","resourceVersion":"2"},"x":")");
    for (std::size_t at = 0; at < text.size(); at += 60'000) exchange.chunk(text.substr(at, 60'000));
    exchange.chunk("\"}}\n");
    return exchange.hold();
  });
  start(server);
  ASSERT_TRUE(holds({{"a", "2"}}));
  EXPECT_EQ(informer->cache().get({"n", "a"})->at("x").get<std::string>().size(), text.size());
}

TEST_F(WatchFaults, ResumesAtTheLastBookmarkAfterTheServerEndsTheWatch) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    if (number == 0) return exchange.answer(200, list_of("1", secret("a", "1")));
    exchange.begin();
    if (number == 1) {
      EXPECT_TRUE(exchange.has("resourceVersion=1&")) << exchange.target;
      EXPECT_TRUE(exchange.has("allowWatchBookmarks=true"));
      exchange.chunk(event("MODIFIED", "a", "5"));
      exchange.chunk(R"({"type":"BOOKMARK","object":{"kind":"Secret","metadata":{"resourceVersion":"9"}}})"
                     "\n");
      exchange.end();
      return true;
    }
    EXPECT_TRUE(exchange.has("resourceVersion=9&")) << exchange.target;
    exchange.chunk(event("ADDED", "b", "10"));
    return exchange.hold();
  });
  start(server);
  EXPECT_TRUE(holds({{"a", "5"}, {"b", "10"}}));
  informer->stop();
  EXPECT_EQ(server.requests(), 3);
  EXPECT_EQ(metric(metrics, R"(kube_list_operations_total{resource="secrets"})"), 1);
  EXPECT_EQ(metric(metrics, R"(kube_watch_operations_failed_total{resource="secrets"})"), 0);
}

class Bug2 : public WatchFaults, public ::testing::WithParamInterface<bool> {};

// 410 is an event of the stream, or the response.
TEST_P(Bug2, RelistsAfterAnExpiredVersion) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    if (number == 0) return exchange.answer(200, list_of("1", secret("a", "1") + "," + secret("gone", "1")));
    if (number == 1 && GetParam()) {
      exchange.begin();
      exchange.chunk(
          R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}})"
          "\n");
      exchange.end();
      return true;
    }
    if (number == 1) return exchange.answer(410, R"({"kind":"Status","code":410,"reason":"Gone"})");
    if (number == 2) return exchange.answer(200, list_of("50", secret("a", "40")));
    EXPECT_TRUE(exchange.has("resourceVersion=50&")) << exchange.target;
    exchange.begin();
    exchange.chunk(event("ADDED", "b", "51"));
    return exchange.hold();
  });
  start(server);
  EXPECT_TRUE(holds({{"a", "40"}, {"b", "51"}}));
  informer->stop();
  EXPECT_EQ(server.requests(), 4);
}

INSTANTIATE_TEST_SUITE_P(WatchFaults, Bug2, ::testing::Bool());

TEST_F(WatchFaults, Bug2RelistsWhenTheServerKeepsRefusingAVersion) {
  ScriptedServer server([](const Exchange& exchange, int) {
    if (!exchange.watch()) return exchange.answer(200, list_of("7", secret("a", "7")));
    return exchange.answer(
        504, R"({"kind":"Status","reason":"Timeout","message":"Too large resource version: 7, current: 3"})");
  });
  start(server);
  // List, three refused watches, list again.
  ASSERT_TRUE(server.await_requests(6, 10s));
  informer->stop();
  EXPECT_GE(metric(metrics, R"(kube_list_operations_total{resource="secrets"})"), 2);
}

TEST_F(WatchFaults, Bug2RetriesAFailingWatchWithoutLimit) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    if (!exchange.watch()) return exchange.answer(200, list_of("1"));
    if (number < 20) {
      if (number % 4 == 1) return false;                                                   // no answer
      if (number % 4 == 2) return exchange.raw("HTTP/1.1 200 OK\r\nTransfer-Enc"), false;  // half a head
      exchange.begin();
      if (number % 4 == 3) exchange.raw("ff\r\n{\"type\":\"ADD");  // half a chunk
      if (number % 4 == 0)
        exchange.chunk("{\"type\":\"ADDED\",\"object\":{\"metadata\":{\"na");  // half an event
      return false;
    }
    exchange.begin();
    exchange.chunk(event("ADDED", "a", "2"));
    return exchange.hold();
  });
  start(server);
  EXPECT_TRUE(holds({{"a", "2"}}, 20s));
  EXPECT_EQ(informer->cache().list().size(), 1u);
}

TEST_F(WatchFaults, Bug3ReplacesAHalfOpenConnection) {
  std::atomic<bool> left{false};
  ScriptedServer server([&](const Exchange& exchange, int number) {
    if (number == 0) return exchange.answer(200, list_of("1"));
    exchange.begin();
    if (number == 1) {
      exchange.chunk(event("ADDED", "a", "2"));
      // From here on no bookmark, no end, no FIN.
      left = exchange.closed_within(20s);
      return false;
    }
    EXPECT_TRUE(exchange.has("resourceVersion=2&")) << exchange.target;
    exchange.chunk(event("ADDED", "b", "3"));
    return exchange.hold();
  });
  start(server, 1s);
  EXPECT_TRUE(holds({{"a", "2"}, {"b", "3"}}, 8s));
  informer->stop();
  EXPECT_TRUE(left);
}

TEST_F(WatchFaults, BacksOffWhenTheServerEndsEachWatchAtOnce) {
  ScriptedServer server([](const Exchange& exchange, int) {
    if (!exchange.watch()) return exchange.answer(200, list_of("1"));
    exchange.begin();
    exchange.end();
    return true;
  });
  start(server);
  ASSERT_TRUE(informer->cache().wait_synced(5s));
  EXPECT_FALSE(server.await_requests(100, 500ms));
}

TEST_F(WatchFaults, StopsWithinMillisecondsInEveryState) {
  for (const bool silent_before_head : {false, true}) {
    ScriptedServer server([&](const Exchange& exchange, int number) {
      if (number == 0) return exchange.answer(200, list_of("1"));
      if (!silent_before_head) exchange.begin();
      return exchange.hold();
    });
    start(server);
    ASSERT_TRUE(server.await_requests(2, 5s));
    const auto began = Clock::now();
    informer->stop();
    EXPECT_LT(Clock::now() - began, 500ms);
    informer.reset();
  }
}

TEST_F(WatchFaults, RetriesTheListUntilTheServerIsUp) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    if (number < 3) return exchange.answer(500, "{}");
    if (!exchange.watch()) return exchange.answer(200, list_of("1", secret("a", "1")));
    exchange.begin();
    return exchange.hold();
  });
  start(server);
  EXPECT_TRUE(informer->cache().wait_synced(10s));
  EXPECT_EQ(metric(metrics, R"(kube_list_operations_failed_total{resource="secrets"})"), 3);
}

}  // namespace
}  // namespace kube
