// The client against failing servers and networks.
#include "operator/kube/client/client.hpp"
#include "operator/kube/testing/expect.hpp"
#include "operator/kube/testing/scripted_server.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace kube {
namespace {

using namespace std::chrono_literals;
using testing::Exchange;
using testing::failure;
using testing::metric;
using testing::ScriptedServer;
using Clock = std::chrono::steady_clock;

const Key kKey{"shops", "a"};
const std::string kSecret =
    R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"a","namespace":"shops"}})";

class ClientFaults : public ::testing::Test {
 protected:
  Client& client(ScriptedServer& server, ClientOptions options = {}) {
    options.backoff_first = 5ms;
    Config config;
    config.server = server.url();
    config.token.text = "t-1";
    client_.emplace(std::move(config), std::move(options), metrics);
    return *client_;
  }
  kit::Metrics metrics;
  std::optional<Client> client_;
};

TEST_F(ClientFaults, RetriesTransientFailuresAndCountsThem) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    if (number == 0) return exchange.answer(500, "{}");
    if (number == 1) return exchange.answer(503, "<html>", "Retry-After: 0\r\n");
    if (number == 3) return exchange.answer(200, kSecret);
    // A truncated response.
    exchange.raw("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"kind\":");
    return false;
  });
  EXPECT_EQ(name(*client(server).get(types::secret, kKey)), "a");
  EXPECT_EQ(server.requests(), 4);
  for (const char* code : {"500", "503", "<error>", "200"}) {
    const auto series = R"(rest_client_requests_total{code=")" + std::string(code) + R"(",method="GET"})";
    EXPECT_EQ(metric(metrics, series), 1) << code;
  }
}

TEST_F(ClientFaults, ObeysRetryAfter) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    return number == 0 ? exchange.answer(429, "{}", "Retry-After: 1\r\n") : exchange.answer(200, kSecret);
  });
  const auto began = Clock::now();
  // 429 means not executed, so that even a create without name is retried.
  client(server).create(types::secret, {{"metadata", {{"namespace", "shops"}, {"generateName", "a-"}}}});
  EXPECT_GE(Clock::now() - began, 1s);
}

TEST_F(ClientFaults, NeverWaitsPastItsDeadline) {
  ScriptedServer server(
      [](const Exchange& exchange, int) { return exchange.answer(429, "{}", "Retry-After: 60\r\n"); });
  const auto began = Clock::now();
  EXPECT_THROW(client(server, {.deadline = 2s}).get(types::secret, kKey), ApiError);
  EXPECT_LT(Clock::now() - began, 1s);
}

TEST_F(ClientFaults, DoesNotRetryACreateWithoutName) {
  ScriptedServer server([](const Exchange&, int) { return false; });
  EXPECT_THROW(client(server).create(types::secret, {{"metadata", {{"namespace", "shops"}}}}), ApiError);
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(ClientFaults, DoesNotRetryARefusal) {
  ScriptedServer server([](const Exchange& exchange, int) {
    return exchange.answer(422, R"({"kind":"Status","reason":"Invalid","message":"spec.x: no"})");
  });
  const auto error =
      failure([&] { client(server).apply(types::secret, Object::parse(kSecret), {.manager = "test"}); });
  EXPECT_TRUE(error.invalid());
  EXPECT_STREQ(error.what(), "422 Invalid: spec.x: no");
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(ClientFaults, GivesUpOnASilentServerAfterTheTimeout) {
  ScriptedServer server([](const Exchange& exchange, int) { return exchange.hold(); });
  const auto began = Clock::now();
  const auto error =
      failure([&] { client(server, {.timeout = 200ms, .tries = 2}).get(types::secret, kKey); });
  EXPECT_EQ(error.reason(), "Timeout");
  EXPECT_LT(Clock::now() - began, 2s);
}

TEST_F(ClientFaults, GivesUpOnATricklingResponseAfterTheTimeout) {
  ScriptedServer server([](const Exchange& exchange, int) {
    exchange.raw("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    for (int i = 0; i < 1000 && !exchange.closed_within(20ms); ++i) exchange.raw(" ");
    return false;
  });
  const auto began = Clock::now();
  EXPECT_THROW(client(server, {.timeout = 300ms, .tries = 1}).get(types::secret, kKey), ApiError);
  EXPECT_LT(Clock::now() - began, 2s);
}

TEST_F(ClientFaults, CancelEndsCallsAtOnce) {
  ScriptedServer server([](const Exchange& exchange, int) { return exchange.hold(); });
  auto& api = client(server);
  std::jthread canceller([&] {
    server.await_requests(1, 5s);
    api.cancel();
  });
  const auto began = Clock::now();
  EXPECT_TRUE(failure([&] { api.get(types::secret, kKey); }).cancelled());
  EXPECT_LT(Clock::now() - began, 2s);
}

TEST_F(ClientFaults, ReadsARotatedTokenAgain) {
  const std::string file = ::testing::TempDir() + "token_" + std::to_string(::getpid());
  std::ofstream(file) << "old";
  ScriptedServer server([&](const Exchange& exchange, int) {
    const bool fresh = exchange.head.find("Bearer new") != std::string::npos;
    if (!fresh) std::ofstream(file) << "new";
    return fresh ? exchange.answer(200, kSecret) : exchange.answer(401, "{}");
  });
  Config config;
  config.server = server.url();
  config.token.file = file;
  Client api(config, {}, metrics);
  EXPECT_TRUE(api.get(types::secret, kKey));
  EXPECT_EQ(server.requests(), 2);
  std::filesystem::remove(file);
}

TEST_F(ClientFaults, RestartsAListWhosePagesExpired) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    const std::string item = R"({"metadata":{"name":"a)" + std::to_string(number) + R"("}})";
    if (number == 0) {
      return exchange.answer(
          200, R"({"metadata":{"resourceVersion":"1","continue":"x&y"},"items":[)" + item + "]}");
    }
    if (number == 2)
      return exchange.answer(200, R"({"metadata":{"resourceVersion":"2"},"items":[)" + item + "]}");
    EXPECT_TRUE(exchange.has("continue=x%26y")) << exchange.target;
    return exchange.answer(410, R"({"kind":"Status","reason":"Expired"})");
  });
  const auto list = client(server).list(types::secret, {.ns = "shops", .label_selector = "a=b,c in (d)"});
  ASSERT_EQ(list.items.size(), 1u);
  EXPECT_EQ(name(list.items[0]), "a2");
  EXPECT_EQ(list.items[0]["kind"], "Secret");
  EXPECT_EQ(list.resource_version, "2");
}

TEST_F(ClientFaults, ThrowsForAResponseThatIsNotJson) {
  ScriptedServer server([](const Exchange& exchange, int) { return exchange.answer(200, "<html>"); });
  EXPECT_THROW(client(server).get(types::secret, kKey), ApiError);
  EXPECT_EQ(client(server).raw("/healthz"), "<html>");
}

}  // namespace
}  // namespace kube
