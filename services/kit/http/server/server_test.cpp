#include "services/kit/http/testing/wire_client.hpp"

#include <future>
#include <stdexcept>

#include <gtest/gtest.h>

namespace kit::http {
namespace {

using testing::get;
using testing::post;
using testing::Running;
using testing::Wire;

constexpr const char* TRACE = "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n";

Router echo() {
  Router router;
  const auto as_json = [](const Request& request) {
    nlohmann::json query = nlohmann::json::array();
    for (const auto& [name, value] : request.query) query.push_back({name, value});
    return Response::json({{"path", request.path},
                           {"query", query},
                           {"params", request.params},
                           {"body", request.body},
                           {"remote", request.remote_address},
                           {"trace", request.trace.trace_id}});
  };
  router.get("/echo/{name}", as_json)
      .get("/direct/{name}", as_json, Lane::Direct)
      .post("/echo/{name}", as_json);
  router.get("/int", [](const Request&) -> Response { throw 42; });
  router.get("/secret", [](const Request&) -> Response { throw std::runtime_error("secret password"); });
  router.get(
      "/direct-int", [](const Request&) -> Response { throw 42; }, Lane::Direct);
  router.get("/problem", [](const Request&) -> Response {
    throw problem::conflict("Taken").header("X-Why", "a\r\nSet-Cookie: b");
  });
  router.get("/away", [](const Request&) -> Response { throw std::domain_error("db"); });
  router.del("/none", [](const Request&) { return Response::no_content(); });
  return router;
}

nlohmann::json body(const Response& answer) { return nlohmann::json::parse(answer.body, nullptr, false); }

/// Routes with /events, whose stream `opened` gets after a first event "hello".
Router events(std::promise<std::shared_ptr<EventStream>>& opened) {
  Router router;
  router.get("/events", [&opened](const Request&) {
    return Response::events([&opened](std::shared_ptr<EventStream> stream) {
      stream->send("", "hello");
      opened.set_value(std::move(stream));
    });
  });
  return router;
}

}  // namespace

TEST(Server, GivesHandlersDecodedValues) {
  const Running running(echo());
  for (const char* lane : {"/echo/", "/direct/"}) {
    const auto answer = running.ask(
        get(std::string(lane) + "a%20b?x=1&x=%C3%A9+&y", "X-Forwarded-For: 9.9.9.9, 8.8.8.8\r\n"));
    EXPECT_EQ(answer.status, 200);
    const auto got = body(answer);
    EXPECT_EQ(got["params"]["name"], "a b");
    EXPECT_EQ(got["query"], nlohmann::json::parse(R"([["x","1"],["x","\u00e9 "],["y",""]])"));
    EXPECT_EQ(got["remote"], "8.8.8.8");
    EXPECT_EQ(got["path"], std::string(lane) + "a b");
  }
  EXPECT_EQ(body(running.ask(post("/echo/a", "some body")))["body"], "some body");
}

TEST(Server, TakesTheAddressThatTheProxyAdded) {
  const Running running(echo());
  for (const auto& [header, address] : {std::pair{"x-forwarded-for: 1.2.3.4, 5.6.7.8\r\n", "5.6.7.8"},
                                        {"X-Forwarded-For: ::1\r\n", "::1"},
                                        {"X-Forwarded-For: unknown\r\n", "127.0.0.1"},
                                        {"", "127.0.0.1"}})
    EXPECT_EQ(body(running.ask(get("/echo/a", header)))["remote"], address);
}

TEST(Server, KeepsConnectionsOpenAndAnswersInOrder) {
  const Running running(echo());
  Wire wire(running.port);
  for (int i = 0; i < 50; ++i) {
    const auto answer = wire.ask(get("/echo/" + std::to_string(i)));
    EXPECT_EQ(answer.headers.get("Connection"), "keep-alive");
    EXPECT_EQ(body(answer)["params"]["name"], std::to_string(i));
  }
  // Pipelined ones too, workers' and reactors' mixed.
  std::string all;
  for (int i = 0; i < 50; ++i) all += get((i % 3 ? "/echo/" : "/direct/") + std::to_string(i));
  ASSERT_TRUE(wire.send(all));
  for (int i = 0; i < 50; ++i) EXPECT_EQ(body(wire.answer())["params"]["name"], std::to_string(i));
}

TEST(Server, ClosesWhenTheClientAsksForIt) {
  const Running running(echo());
  for (const auto& request :
       {get("/echo/a", "Connection: close\r\n"), std::string("GET /echo/a HTTP/1.0\r\n\r\n")}) {
    Wire wire(running.port);
    EXPECT_EQ(wire.ask(request).headers.get("Connection"), "close");
    EXPECT_TRUE(wire.closed());
  }
}

TEST(Server, AnswersAClientThatHasOnlyEndedItsSide) {
  const Running running(echo());
  Wire wire(running.port);
  wire.send(get("/echo/a") + get("/echo/b"));
  wire.end_writing();
  EXPECT_EQ(body(wire.answer())["params"]["name"], "a");
  EXPECT_EQ(body(wire.answer())["params"]["name"], "b");
  EXPECT_TRUE(wire.closed());
}

TEST(Server, AnswersHeadLikeGetWithoutBody) {
  const Running running(echo());
  Wire wire(running.port);
  const auto full = wire.ask(get("/echo/a", TRACE));
  wire.send("HEAD /echo/a HTTP/1.1\r\nHost: x\r\n" + std::string(TRACE) + "\r\n");
  const auto head = wire.answer(true);
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.headers.get("Content-Length"), full.headers.get("Content-Length"));
  EXPECT_EQ(body(wire.ask(get("/echo/b")))["params"]["name"], "b") << "a body followed the answer to HEAD";
}

TEST(Server, AnswersUnknownPathsWith404AndOtherMethodsWith405) {
  const Running running(echo());
  const auto missing = running.ask(get("/nowhere"));
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.headers.get("Content-Type"), "application/problem+json");
  for (const char* method : {"DELETE", "TRACE", "BREW"}) {
    const auto other = running.ask(std::string(method) + " /echo/a HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_EQ(other.status, 405);
    EXPECT_EQ(other.headers.get("Allow"), "GET, HEAD, POST");
    EXPECT_EQ(body(other)["status"], 405);
  }
}

TEST(Server, HidesWhatHandlersThrow) {
  ServerOptions options;
  options.map_error = [](std::exception_ptr thrown) -> std::optional<Problem> {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::domain_error&) {
      return problem::unavailable("The database");
    } catch (...) {
      throw std::logic_error("a mapper that fails");
    }
  };
  const Running running(echo(), options);
  Wire wire(running.port);
  for (const char* target : {"/int", "/direct-int", "/secret"}) {
    const auto answer = wire.ask(get(target));
    EXPECT_EQ(answer.status, 500) << target;
    EXPECT_EQ(answer.body.find("secret"), std::string::npos);
    EXPECT_EQ(answer.headers.get("Content-Type"), "application/problem+json");
  }
  const auto away = wire.ask(get("/away"));
  EXPECT_EQ(away.status, 503);
  EXPECT_EQ(away.headers.get("Retry-After"), "2");
  const auto conflict = wire.ask(get("/problem"));
  EXPECT_EQ(conflict.status, 409);
  EXPECT_EQ(conflict.headers.get("Set-Cookie"), std::nullopt);
}

TEST(Server, AddsHeadersToEveryResponse) {
  const Running running(echo());
  const auto taken = running.ask(get("/echo/a", "X-Request-Id: a.B_c-1\r\n"));
  EXPECT_EQ(taken.headers.get("X-Request-Id"), "a.B_c-1");
  EXPECT_EQ(taken.headers.get("X-Content-Type-Options"), "nosniff");
  EXPECT_TRUE(taken.headers.get("Date"));
  for (const std::string& bad :
       {std::string(), std::string("a b"), std::string("a\"b"), std::string(129, 'a')})
    EXPECT_NE(running.ask(get("/nowhere", "X-Request-Id: " + bad + "\r\n")).headers.get("X-Request-Id"), bad);
  EXPECT_EQ(body(running.ask(get("/echo/a", TRACE)))["trace"], "0af7651916cd43dd8448eb211c80319c");
  const auto none = running.ask("DELETE /none HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_EQ(none.status, 204);
  EXPECT_EQ(none.headers.get("Content-Length"), std::nullopt);
}

TEST(Server, CallsTheGatekeeperBeforeEveryHandler) {
  const Gatekeeper gate = [](Request& request, const Route& route) {
    if (route.pattern == "/int") throw problem::forbidden();
    if (!request.headers.get("Authorization")) throw problem::unauthorized();
  };
  const Running running(echo(), {}, gate);
  EXPECT_EQ(running.status(get("/int", "Authorization: x\r\n")), 403);
  EXPECT_EQ(running.status(get("/direct/a")), 401);
  EXPECT_EQ(running.status(get("/direct/a", "Authorization: x\r\n")), 200);
}

TEST(Server, CountsResponses) {
  Running running(echo());
  running.ask(get("/echo/a"));
  running.ask(get("/nowhere"));
  running.ask("nonsense\r\n\r\n");
  for (const char* line :
       {"http_requests_total{code=\"200\",listener=\"api\",method=\"GET\",route=\"/echo/{name}\"} 1",
        "http_requests_total{code=\"404\",listener=\"api\",method=\"GET\",route=\"unmatched\"} 1",
        "http_requests_total{code=\"400\",listener=\"api\",method=\"other\",route=\"unmatched\"} 1",
        "http_queue_depth{listener=\"api\"} 0",
        "http_request_duration_seconds_count{listener=\"api\",method=\"GET\",route=\"/echo/{name}\"} 1"})
    EXPECT_TRUE(running.shows(line)) << line << "\n" << running.metrics.text();
}

TEST(Server, ThrowsWhenThePortIsTaken) {
  const Running running(echo());
  Metrics metrics;
  Server other({.address = "127.0.0.1", .port = running.port}, echo(), {}, metrics);
  EXPECT_THROW(other.start(), std::runtime_error);
}

TEST(Server, SendsEventsUntilTheClientLeaves) {
  std::promise<std::shared_ptr<EventStream>> opened;
  const Running running(events(opened), {.workers = 1});
  Wire wire(running.port);
  wire.send(get("/events"));
  EXPECT_NE(wire.until("data: hello\n\n").find("text/event-stream"), std::string::npos);
  const auto stream = opened.get_future().get();
  EXPECT_TRUE(stream->send("order", "line 1\nline 2", "7"));
  EXPECT_EQ(wire.until("\n\n"), "event: order\nid: 7\ndata: line 1\ndata: line 2\n\n");
  EXPECT_TRUE(stream->open());
  wire.reset();
  EXPECT_TRUE(eventually([&] { return !stream->send("", "more"); }));
  EXPECT_FALSE(stream->open());
}

TEST(Server, EndsStreamsWhenItDrains) {
  std::promise<std::shared_ptr<EventStream>> opened;
  std::shared_ptr<EventStream> stream;
  {
    Running running(events(opened));
    Wire wire(running.port);
    wire.send(get("/events"));
    stream = opened.get_future().get();
    EXPECT_EQ(running.server.drain(), 0);
    wire.until("data: hello\n\n");
    EXPECT_TRUE(wire.closed());
  }
  EXPECT_FALSE(stream->send("", "to nobody"));
}

}  // namespace kit::http
