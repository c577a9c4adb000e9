#include "services/kit/http/client/client.hpp"

#include "services/kit/http/testing/wire_client.hpp"

#include <atomic>
#include <cstdio>
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
};

/// A file that is gone with the test.
class TemporaryFile {
 public:
  TemporaryFile() : path_(std::filesystem::temp_directory_path() / ("kit-http-" + random_hex(8))) {}
  ~TemporaryFile() { std::filesystem::remove(path_); }
  void replace(const std::string& text) const {
    const auto next = path_.string() + ".next";
    std::ofstream(next) << text;
    std::filesystem::rename(next, path_);
  }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// Answers one request on each connection, says that it keeps it open, and closes it.
class ForgetfulServer {
 public:
  explicit ForgetfulServer(int connections) : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(listen(listener_, 8), 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this, connections] {
      for (int i = 0; i < connections; ++i) serve();
    });
  }
  ~ForgetfulServer() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  std::uint16_t port = 0;

 private:
  void serve() const {
    const int client = accept(listener_, nullptr, nullptr);
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

  int listener_;
  std::thread thread_;
};

}  // namespace

TEST(Client, PropagatesIdsTraceAndToken) {
  Flaky server(0);
  const TemporaryFile token;
  token.replace("first\n");
  auto with_token = options(server.running.port);
  with_token.token_file = token.path();
  Client client("peer", with_token, server.metrics);
  auto asking = context();
  asking.trace.state = "rojo=1,congo=t61";
  const auto got = nlohmann::json::parse(client.post("/a", {{"x", 1}}, asking, false).body);
  EXPECT_EQ(got["id"], "request-1");
  EXPECT_EQ(got["trace"], asking.trace.trace_id);
  EXPECT_EQ(got["state"], "rojo=1,congo=t61");
  EXPECT_EQ(got["token"], "Bearer first");
  EXPECT_EQ(got["body"], R"({"x":1})");
  token.replace("second");
  EXPECT_EQ(nlohmann::json::parse(client.get("/a", context()).body)["token"], "Bearer second");
  std::filesystem::remove(token.path());
  EXPECT_THROW(client.get("/a", context()), Unreachable) << "a call without proof of who calls is in vain";
}

TEST(Client, RetriesIdempotentCalls) {
  {
    Flaky server(2);
    Client client("peer", options(server.running.port), server.metrics);
    EXPECT_EQ(client.get("/a", context()).status, 200);
    EXPECT_EQ(server.calls, 3);
    EXPECT_NE(server.metrics.text().find("http_client_requests_total{code=\"503\",peer=\"peer\"} 2"),
              std::string::npos);
  }
  {
    Flaky server(2);
    Client client("peer", options(server.running.port), server.metrics);
    EXPECT_EQ(client.post("/a", {}, context(), true).status, 200);
    EXPECT_EQ(server.calls, 3);
  }
  {
    Flaky server(2);
    Client client("peer", options(server.running.port), server.metrics);
    EXPECT_THROW(client.post("/a", {}, context(), false), Unreachable);
    EXPECT_EQ(server.calls, 1);
  }
}

TEST(Client, GivesUpAfterItsTries) {
  Flaky server(100);
  Client client("peer", options(server.running.port), server.metrics);
  EXPECT_THROW(client.get("/a", context()), Unreachable);
  EXPECT_EQ(server.calls, 3);
}

TEST(Client, ReturnsClientErrors) {
  Flaky server(0);
  Client client("peer", options(server.running.port), server.metrics);
  const auto missing = client.get("/missing", context());
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.headers.get("content-type"), "application/problem+json");
}

TEST(Client, FailsAtOnceWhileTheBreakerIsOpen) {
  std::uint16_t port = 0;
  { port = Running(Router{}).port; }
  Metrics metrics;
  Client client("peer", options(port), metrics);
  for (int i = 0; i < 4; ++i) EXPECT_THROW(client.get("/a", context()), Unreachable);
  EXPECT_NE(metrics.text().find("http_client_requests_total{code=\"open\",peer=\"peer\"}"),
            std::string::npos);
  EXPECT_NE(metrics.text().find("http_client_requests_total{code=\"error\",peer=\"peer\"} 5"),
            std::string::npos)
      << metrics.text();
}

TEST(Client, RecoversWithTheService) {
  Flaky server(5);
  Client client("peer", options(server.running.port), server.metrics);
  EXPECT_TRUE(testing::eventually([&] {
    try {
      return client.get("/a", context()).status == 200;
    } catch (const Unreachable&) {
      return false;
    }
  }));
}

TEST(Client, ObeysTimeoutAndDeadline) {
  std::promise<void> go;
  const auto gone = go.get_future().share();
  Router router;
  router.get("/wait", [gone](const Request&) {
    gone.wait();
    return Response::no_content();
  });
  Metrics metrics;
  {
    const Running running(std::move(router));
    auto impatient = options(running.port);
    impatient.timeout = milliseconds(100);
    impatient.tries = 2;
    const auto began = std::chrono::steady_clock::now();
    EXPECT_THROW(Client("peer", impatient, metrics).get("/wait", context()), Unreachable);
    EXPECT_THROW(Client("peer", options(running.port), metrics).get("/wait", context(milliseconds(100))),
                 Unreachable);
    EXPECT_THROW(Client("peer", options(running.port), metrics).get("/wait", context(milliseconds(0))),
                 Unreachable);
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
    EXPECT_NE(metrics.text().find("http_client_requests_total{code=\"timeout\",peer=\"peer\"} 3"),
              std::string::npos);
    go.set_value();
  }
}

TEST(Client, RetriesAPostOnAClosedPooledConnection) {
  const ForgetfulServer server(4);
  Metrics metrics;
  Client client("peer", options(server.port), metrics);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(client.post("/a", nlohmann::json::object(), context(), true).body, "ok");
}

}  // namespace kit::http
