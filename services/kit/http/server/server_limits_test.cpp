#include "services/kit/http/testing/wire_client.hpp"

#include <atomic>
#include <future>
#include <thread>

#include <gtest/gtest.h>

// Defects 8 and 13: time, load and the end of the process.
namespace kit::http {
namespace {

using testing::eventually;
using testing::get;
using testing::milliseconds;
using testing::Running;
using testing::Wire;

/// Handlers that wait until the test lets them go.
class Gate {
 public:
  ~Gate() { open(); }
  void wait() {
    ++waiting_;
    opened_.wait();
  }
  void open() {
    if (!done_.exchange(true)) promise_.set_value();
  }
  int waiting() const { return waiting_; }

 private:
  std::promise<void> promise_;
  std::shared_future<void> opened_ = promise_.get_future().share();
  std::atomic<int> waiting_{0};
  std::atomic<bool> done_{false};
};

Router waiting_at(Gate& gate) {
  Router router;
  router.get("/wait", [&](const Request&) {
    gate.wait();
    return Response::text("waited");
  });
  router.get(
      "/now", [](const Request&) { return Response::text("now"); }, Lane::Direct);
  return router;
}

}  // namespace

TEST(Limits, HeavyWorkHoldsNobodyElseBack) {
  Gate gate;
  ServerOptions options;
  options.heavy_workers = 1;
  options.heavy_queue = 2;
  Router router;
  router.add(
      Method::Get, "/heavy",
      [&](const Request&) {
        gate.wait();
        return Response::text("heavy");
      },
      Lane::Heavy);
  router.add({.method = Method::Get,
              .pattern = "/work",
              .handler = [](const Request&) { return Response::text("work"); },
              .heavy = [](const Request& request) { return request.query_value("heavy").has_value(); }});
  Running running(std::move(router), options);
  std::vector<std::unique_ptr<Wire>> wires;
  for (int i = 0; i < 3; ++i) {
    wires.push_back(std::make_unique<Wire>(running.port));
    wires.back()->send(get("/heavy"));
    ASSERT_TRUE(eventually([&] { return gate.waiting() == 1; }));
  }
  const auto queue_full = [&] {
    return running.metrics.text().find("http_queue_depth{listener=\"api\"} 2\n") != std::string::npos;
  };
  ASSERT_TRUE(eventually(queue_full));
  EXPECT_EQ(running.status(get("/heavy")), 503);
  EXPECT_EQ(running.status(get("/work?heavy=1")), 503);
  EXPECT_EQ(running.ask(get("/work"))->body, "work");
  gate.open();
  for (const auto& wire : wires) EXPECT_EQ(wire->answer()->body, "heavy");
}

TEST(Limits, PastTheQueueTheAnswerIs503AtOnce) {
  Gate gate;
  ServerOptions options;
  options.workers = 1;
  options.queue = 2;
  Running running(waiting_at(gate), options);
  std::vector<std::unique_ptr<Wire>> wires;
  for (int i = 0; i < 3; ++i) {
    wires.push_back(std::make_unique<Wire>(running.port));
    wires.back()->send(get("/wait"));
    ASSERT_TRUE(eventually([&] { return gate.waiting() == 1; }));
  }
  std::optional<Response> refused;
  ASSERT_TRUE(eventually([&] {
    Wire wire(running.port);
    wire.send(get("/now"));
    wire.answer();
    refused = Wire(running.port).ask(get("/wait"));
    return refused.has_value();
  }));
  EXPECT_EQ(refused->status, 503);
  EXPECT_EQ(refused->headers.get("Retry-After"), "1");
  for (const char* metric : {"http_requests_shed_total{listener=\"api\",reason=\"queue\"} 1\n",
                             "http_workers{listener=\"api\"} 1\n", "http_queue_limit{listener=\"api\"} 2\n"})
    EXPECT_NE(running.metrics.text().find(metric), std::string::npos) << metric;
  EXPECT_EQ(running.status(get("/now")), 200) << "the reactors must not wait for workers";
  gate.open();
  for (const auto& wire : wires) EXPECT_EQ(wire->answer()->status, 200);
}

TEST(Limits, TheDeadlineAnswersForAHandlerThatIsLate) {
  Gate gate;
  ServerOptions options;
  options.workers = 1;
  options.deadline = milliseconds(200);
  const Running running(waiting_at(gate), options);
  Wire late(running.port), queued(running.port);
  late.send(get("/wait"));
  ASSERT_TRUE(eventually([&] { return gate.waiting() == 1; }));
  queued.send(get("/wait"));
  const auto first = late.answer();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->status, 504);
  const auto second = queued.answer();
  ASSERT_TRUE(second);
  EXPECT_EQ(second->status, 503) << "it never began";
  gate.open();
  // What the handler returned after all is dropped: the connection's next answer is the next request's.
  const auto next = late.ask(get("/now"));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->body, "now");
  EXPECT_EQ(gate.waiting(), 1) << "a request was run after its deadline";
}

TEST(Limits, ClientsAreSentAwayBeforeTheirConnectionsAreClosed) {
  Gate gate;
  Running running(waiting_at(gate));
  Wire wire(running.port);
  ASSERT_NE(wire.ask(get("/now"))->headers.get("Connection"), "close");
  running.server.announce_end();
  const auto last = wire.ask(get("/now"));
  ASSERT_TRUE(last) << "the connection was idle, and still served";
  EXPECT_EQ(last->headers.get("Connection"), "close");
  EXPECT_TRUE(wire.closed());
  EXPECT_TRUE(running.ask(get("/now"))) << "new ones are still accepted";
}

TEST(Limits, RequestsInFlightSurviveTheDrain) {
  Gate gate;
  Running running(waiting_at(gate));
  Wire wire(running.port), idle(running.port);
  ASSERT_TRUE(idle.ask(get("/now")));
  wire.send(get("/wait"));
  ASSERT_TRUE(eventually([&] { return gate.waiting() == 1; }));
  auto drained = std::async(std::launch::async, [&] { return running.server.drain(); });
  std::optional<Response> meanwhile;
  ASSERT_TRUE(eventually([&] {
    meanwhile = running.ask(get("/now"));
    return meanwhile && meanwhile->headers.get("Connection") == "close";
  })) << "requests during the drain are served, and told to go elsewhere next";
  gate.open();
  const auto answer = wire.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "waited");
  EXPECT_EQ(answer->headers.get("Connection"), "close");
  EXPECT_TRUE(wire.closed());
  EXPECT_TRUE(idle.closed());
  EXPECT_EQ(drained.get(), 0);
  EXPECT_FALSE(Wire(running.port).connected()) << "still listening";
}

TEST(Limits, RequestsThatArriveDuringTheDrainAreAnswered) {
  Gate gate;
  ServerOptions options;
  options.reactors = 1;
  Running running(waiting_at(gate), options);
  Wire slow(running.port);
  slow.send("GET /now HTTP/1.1\r\nHost:");
  ASSERT_TRUE(running.ask(get("/now"))) << "so that what came before on the one reactor has been read";
  auto drained = std::async(std::launch::async, [&] { return running.server.drain(); });
  ASSERT_TRUE(eventually([&] {
    const auto meanwhile = running.ask(get("/now"));
    return meanwhile && meanwhile->headers.get("Connection") == "close";
  }));
  // Longer than the drain waits for anything to come when there is nothing.
  const auto later = Deadline::in(milliseconds(500));
  ASSERT_TRUE(eventually([&] { return later.passed(); }));
  slow.send(" x\r\n\r\n");
  const auto answer = slow.answer();
  ASSERT_TRUE(answer) << "cut off in the middle of its request";
  EXPECT_EQ(answer->body, "now");
  EXPECT_EQ(answer->headers.get("Connection"), "close");
  EXPECT_EQ(drained.get(), 0);
}

TEST(Limits, TheDrainEndsInTime) {
  Gate gate;
  ServerOptions options;
  options.drain = milliseconds(200);
  Running running(waiting_at(gate), options);
  Wire wire(running.port);
  wire.send(get("/wait"));
  ASSERT_TRUE(eventually([&] { return gate.waiting() == 1; }));
  auto drained = std::async(std::launch::async, [&] { return running.server.drain(); });
  EXPECT_EQ(wire.answer(), std::nullopt) << "abandoned: the connection is cut";
  gate.open();
  EXPECT_EQ(drained.get(), 1);
}

TEST(Limits, SlowAndIdleClientsAreSentAway) {
  Gate gate;
  ServerOptions options;
  options.receive_limit = milliseconds(200);
  options.idle_limit = milliseconds(200);
  const Running running(waiting_at(gate), options);
  Wire slow(running.port);
  slow.send("GET /now HTTP/1.1\r\nHost:");
  const auto answer = slow.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 408);
  EXPECT_TRUE(slow.closed());
  Wire idle(running.port);
  ASSERT_TRUE(idle.ask(get("/now")));
  EXPECT_TRUE(idle.closed());
}

TEST(Limits, ConnectionsAndWhatTheyHoldAreBounded) {
  Gate gate;
  ServerOptions options;
  options.max_connections = 10;
  options.max_held_bytes = 100'000;
  const Running running(waiting_at(gate), options);
  {
    std::vector<std::unique_ptr<Wire>> wires;
    for (int i = 0; i < 10; ++i) {
      wires.push_back(std::make_unique<Wire>(running.port));
      ASSERT_TRUE(wires.back()->ask(get("/now")));
    }
    EXPECT_TRUE(Wire(running.port).closed());
    int cut = 0;
    for (const auto& wire : wires)
      wire->send("POST /wait HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" +
                 std::string(50'000, 'x'));
    for (const auto& wire : wires) {
      wire->end_writing();
      cut += wire->closed();
    }
    EXPECT_EQ(cut, 10);
  }
  EXPECT_TRUE(eventually([&] { return running.status(get("/now")) == 200; })) << "room must come back";
}

}  // namespace kit::http
