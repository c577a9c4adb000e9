#include "services/kit/http/testing/wire_client.hpp"

#include <atomic>
#include <future>
#include <list>

#include <gtest/gtest.h>

// Defects 8 and 13: time, load and the end of the process.
namespace kit::http {
namespace {

using testing::get;
using testing::milliseconds;
using testing::Running;
using testing::Wire;

/// Handlers that wait until the test opens it.
class Gate {
 public:
  Response wait() {
    ++waiting_;
    opened_.wait();
    return Response::text("waited");
  }
  void open() { promise_.set_value(); }
  int waiting() const { return waiting_; }

 private:
  std::promise<void> promise_;
  std::shared_future<void> opened_ = promise_.get_future().share();
  std::atomic<int> waiting_{0};
};

class Limits : public ::testing::Test {
 protected:
  /// A server whose /wait and /heavy wait at the gate; /work is heavy with "?heavy".
  Running& start(ServerOptions options = {}) {
    Router router;
    const auto wait = [this](const Request&) { return gate.wait(); };
    router.get("/wait", wait).add(Method::Get, "/heavy", wait, Lane::Heavy);
    router.add({.method = Method::Get,
                .pattern = "/work",
                .handler = [](const Request&) { return Response::text("work"); },
                .heavy = [](const Request& request) { return request.query_value("heavy").has_value(); }});
    router.get(
        "/now", [](const Request&) { return Response::text("now"); }, Lane::Direct);
    return running.emplace(std::move(router), std::move(options));
  }
  /// Sends the request on `count` connections, the first of which waits at the gate.
  void send(const char* target, int count) {
    for (int i = 0; i < count; ++i) {
      wires.emplace_back(running->port).send(get(target));
      ASSERT_TRUE(eventually([&] { return gate.waiting() == 1; }));
    }
  }
  /// With two requests.
  bool queue_full() {
    return eventually([this] { return running->shows("http_queue_depth{listener=\"api\"} 2"); });
  }
  std::future<int> drain() {
    return std::async(std::launch::async, [this] { return running->server.drain(); });
  }
  bool drains() {
    return eventually([this] { return running->ask(get("/now")).headers.get("Connection") == "close"; });
  }

  Gate gate;
  std::optional<Running> running;
  std::list<Wire> wires;
};

}  // namespace

TEST_F(Limits, HeavyWorkLeavesOtherWorkersFree) {
  start({.heavy_workers = 1, .heavy_queue = 2});
  send("/heavy", 3);
  ASSERT_TRUE(queue_full());
  EXPECT_EQ(running->status(get("/heavy")), 503);
  EXPECT_EQ(running->status(get("/work?heavy=1")), 503);
  EXPECT_EQ(running->ask(get("/work")).body, "work");
  gate.open();
  for (auto& wire : wires) EXPECT_EQ(wire.answer().body, "waited");
}

TEST_F(Limits, AnswersPastTheQueueWith503AtOnce) {
  start({.workers = 1, .queue = 2});
  send("/wait", 3);
  ASSERT_TRUE(queue_full());
  const auto refused = running->ask(get("/wait"));
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.headers.get("Retry-After"), "1");
  for (const char* metric : {"http_requests_shed_total{listener=\"api\",reason=\"queue\"} 1",
                             "http_workers{listener=\"api\"} 4", "http_queue_limit{listener=\"api\"} 66"})
    EXPECT_TRUE(running->shows(metric)) << metric << running->metrics.text();
  EXPECT_EQ(running->status(get("/now")), 200) << "the reactors must not wait for workers";
  gate.open();
  for (auto& wire : wires) EXPECT_EQ(wire.answer().status, 200);
}

TEST_F(Limits, AnswersForALateHandlerAtTheDeadline) {
  start({.workers = 1, .deadline = milliseconds(200)});
  send("/wait", 2);
  EXPECT_EQ(wires.front().answer().status, 504);
  EXPECT_EQ(wires.back().answer().status, 503) << "it never began";
  gate.open();
  // What the handler returned after all is dropped: the connection's next answer is the next request's.
  EXPECT_EQ(wires.front().ask(get("/now")).body, "now");
  EXPECT_EQ(gate.waiting(), 1) << "a request was run after its deadline";
}

TEST_F(Limits, AnnouncesTheEndBeforeConnectionsAreClosed) {
  start();
  Wire wire(running->port);
  ASSERT_NE(wire.ask(get("/now")).headers.get("Connection"), "close");
  running->server.announce_end();
  EXPECT_EQ(wire.ask(get("/now")).headers.get("Connection"), "close") << "it was idle, and is still served";
  EXPECT_TRUE(wire.closed());
  EXPECT_EQ(running->status(get("/now")), 200) << "new ones are still accepted";
}

TEST_F(Limits, DrainWaitsForRequestsInFlight) {
  start();
  Wire idle(running->port);
  ASSERT_EQ(idle.ask(get("/now")).status, 200);
  send("/wait", 1);
  auto drained = drain();
  ASSERT_TRUE(drains()) << "requests during the drain are served, with Connection: close";
  gate.open();
  const auto answer = wires.front().answer();
  EXPECT_EQ(answer.body, "waited");
  EXPECT_EQ(answer.headers.get("Connection"), "close");
  EXPECT_TRUE(wires.front().closed());
  EXPECT_TRUE(idle.closed());
  EXPECT_EQ(drained.get(), 0);
  EXPECT_FALSE(Wire(running->port).connected()) << "still listening";
}

TEST_F(Limits, DrainAnswersRequestsThatAreStillArriving) {
  start({.reactors = 1});
  Wire slow(running->port);
  slow.send("GET /now HTTP/1.1\r\nHost:");
  ASSERT_EQ(running->status(get("/now")), 200) << "so that the one reactor has read what came before";
  auto drained = drain();
  ASSERT_TRUE(drains());
  // Longer than the drain waits for anything to come when there is nothing.
  std::this_thread::sleep_for(milliseconds(500));
  slow.send(" x\r\n\r\n");
  const auto answer = slow.answer();
  EXPECT_EQ(answer.body, "now");
  EXPECT_EQ(answer.headers.get("Connection"), "close");
  EXPECT_EQ(drained.get(), 0);
}

TEST_F(Limits, DrainEndsInTime) {
  start({.drain = milliseconds(200)});
  send("/wait", 1);
  auto drained = drain();
  EXPECT_EQ(wires.front().answer().status, 0) << "abandoned: the connection is cut";
  gate.open();
  EXPECT_EQ(drained.get(), 1);
}

TEST_F(Limits, DisconnectsSlowAndIdleClients) {
  start({.receive_limit = milliseconds(200), .idle_limit = milliseconds(200)});
  Wire slow(running->port);
  slow.send("GET /now HTTP/1.1\r\nHost:");
  EXPECT_EQ(slow.answer().status, 408);
  EXPECT_TRUE(slow.closed());
  Wire idle(running->port);
  ASSERT_EQ(idle.ask(get("/now")).status, 200);
  EXPECT_TRUE(idle.closed());
}

TEST_F(Limits, ConnectionsAndHeldBytesAreBounded) {
  start({.max_connections = 10, .max_held_bytes = 100'000});
  for (int i = 0; i < 10; ++i) ASSERT_EQ(wires.emplace_back(running->port).ask(get("/now")).status, 200);
  EXPECT_TRUE(Wire(running->port).closed());
  for (auto& wire : wires)
    wire.send("POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + std::string(50'000, 'x'));
  for (auto& wire : wires) {
    wire.end_writing();
    EXPECT_TRUE(wire.closed());
  }
  wires.clear();
  EXPECT_TRUE(eventually([&] { return running->status(get("/now")) == 200; })) << "room must come back";
}

}  // namespace kit::http
