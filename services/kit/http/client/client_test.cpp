#include "services/kit/http/client/client.hpp"

#include "services/kit/http/testing/wire_client.hpp"
#include "services/kit/temporary_folder.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <thread>

#include <gtest/gtest.h>

namespace kit::http {
namespace {

using testing::milliseconds;
using testing::Running;

ClientOptions options(std::uint16_t port) {
  ClientOptions options;
  options.base_url = "http://127.0.0.1:" + std::to_string(port);
  return options;
}

Client::Context context(milliseconds time = milliseconds(5000)) {
  return {"request-1", Trace::start(), Deadline::in(time)};
}

/// A server whose first `failures` answers are 503.
struct Flaky {
  explicit Flaky(int failures) : failures(failures), running(routes()) {}

  Router routes() {
    Router router;
    const auto answer = [this](const Request& request) {
      ++calls;
      if (failures-- > 0) throw problem::overloaded();
      return Response::json({{"body", request.body},
                             {"id", request.headers.get("X-Request-Id").value_or("")},
                             {"trace", request.trace.trace_id},
                             {"state", request.trace.state},
                             {"token", request.headers.get("Authorization").value_or("")}});
    };
    router.get("/a", answer).post("/a", answer);
    return router;
  }

  std::atomic<int> calls{0}, failures;
  Running running;
  Metrics metrics;
  Client client{"other", options(running.port), metrics};
};

bool shows(Metrics& metrics, const std::string& code, const std::string& count) {
  const auto line = "http_client_requests_total{code=\"" + code + "\",peer=\"other\"} " + count;
  return metrics.text().find(line) != std::string::npos;
}

/// Answers one request on each connection, says that it keeps it open, and closes it.
class ForgetfulServer {
 public:
  explicit ForgetfulServer(int connections) {
    thread_ = std::thread([this, connections] {
      for (int i = 0; i < connections; ++i) serve();
    });
  }
  ~ForgetfulServer() {
    shutdown(listening.fd, SHUT_RDWR);
    thread_.join();
  }
  const testing::Listening listening;

 private:
  void serve() const {
    const int client = accept(listening.fd, nullptr, nullptr);
    if (client < 0) return;
    char buffer[4096];
    std::string request;
    while (request.find("{}") == std::string::npos) {
      const auto size = recv(client, buffer, sizeof(buffer), 0);
      if (size <= 0) break;
      request.append(buffer, static_cast<std::size_t>(size));
    }
    const std::string answer = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok";
    sendto(client, answer.data(), answer.size(), MSG_NOSIGNAL, nullptr, 0);
    close(client);
  }

  std::thread thread_;
};

}  // namespace

TEST(Client, PropagatesIdsTraceAndToken) {
  Flaky server(0);
  const TemporaryFolder folder;
  const std::filesystem::path token = folder / "token";
  std::ofstream(token) << "first\n";
  auto with_token = options(server.running.port);
  with_token.token_file = token;
  Client client("other", with_token, server.metrics);
  auto asking = context();
  asking.trace.state = "rojo=1,congo=t61";
  const auto got = nlohmann::json::parse(client.post("/a", {{"x", 1}}, asking, false).body);
  EXPECT_EQ(got["id"], "request-1");
  EXPECT_EQ(got["trace"], asking.trace.trace_id);
  EXPECT_EQ(got["state"], "rojo=1,congo=t61");
  EXPECT_EQ(got["token"], "Bearer first");
  EXPECT_EQ(got["body"], R"({"x":1})");
  std::ofstream(folder / "next") << "second";
  std::filesystem::rename(folder / "next", token);
  EXPECT_EQ(nlohmann::json::parse(client.get("/a", context()).body)["token"], "Bearer second");
  std::filesystem::remove(token);
  EXPECT_THROW(client.get("/a", context()), Unreachable) << "a call without proof of who calls is in vain";
}

TEST(Client, RetriesIdempotentCallsUpToItsTries) {
  Flaky getting(2), posting(2), unsafe(2), down(100);
  EXPECT_EQ(getting.client.get("/a", context()).status, 200);
  EXPECT_TRUE(shows(getting.metrics, "503", "2"));
  EXPECT_EQ(posting.client.post("/a", {}, context(), true).status, 200);
  EXPECT_THROW(unsafe.client.post("/a", {}, context(), false), Unreachable);
  EXPECT_THROW(down.client.get("/a", context()), Unreachable);
  for (const Flaky* retried : {&getting, &posting, &down}) EXPECT_EQ(retried->calls, 3);
  EXPECT_EQ(unsafe.calls, 1);
}

TEST(Client, ReturnsClientErrors) {
  Flaky server(0);
  const auto missing = server.client.get("/missing", context());
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.headers.get("content-type"), "application/problem+json");
}

TEST(Client, FailsAtOnceWhileTheBreakerIsOpen) {
  Metrics metrics;
  Client client("other", options(Running(Router{}).port), metrics);
  for (int i = 0; i < 4; ++i) EXPECT_THROW(client.get("/a", context()), Unreachable);
  EXPECT_TRUE(shows(metrics, "open", ""));
  EXPECT_TRUE(shows(metrics, "error", "5")) << metrics.text();
}

TEST(Client, RecoversWithTheService) {
  Flaky server(5);
  EXPECT_TRUE(eventually([&] {
    try {
      return server.client.get("/a", context()).status == 200;
    } catch (const Unreachable&) {
      return false;
    }
  }));
}

TEST(Client, ObeysTimeoutAndDeadline) {
  std::promise<void> go;
  Router router;
  router.get("/wait", [gone = go.get_future().share()](const Request&) {
    gone.wait();
    return Response::no_content();
  });
  const Running running(std::move(router));
  Metrics metrics;
  auto impatient = options(running.port);
  impatient.timeout = milliseconds(100);
  impatient.tries = 2;
  const auto began = std::chrono::steady_clock::now();
  EXPECT_THROW(Client("other", impatient, metrics).get("/wait", context()), Unreachable);
  for (const int time : {100, 0})
    EXPECT_THROW(Client("other", options(running.port), metrics).get("/wait", context(milliseconds(time))),
                 Unreachable);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
  EXPECT_TRUE(shows(metrics, "timeout", "3"));
  go.set_value();
}

TEST(Client, RetriesAPostOnAClosedPooledConnection) {
  const ForgetfulServer server(4);
  Metrics metrics;
  Client client("other", options(server.listening.port), metrics);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(client.post("/a", nlohmann::json::object(), context(), true).body, "ok");
}

}  // namespace kit::http
