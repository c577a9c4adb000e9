// The client against failing servers and networks.
#include "operator/kube/client/client.hpp"
#include "operator/kube/testing/expect.hpp"
#include "operator/kube/testing/scripted_server.hpp"

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>

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

TEST_F(ClientFaults, ReadsARotatedClientCertificateAgain) {
  const std::string folder = ::testing::TempDir() + "certificate_" + std::to_string(::getpid());
  for (const char* end : {".crt", ".key"}) std::ofstream(folder + end) << "pem";
  std::atomic<int> old{1};
  ScriptedServer server([&](const Exchange& exchange, int) {
    // A server looks at a connection's certificate for each request, so that all on an old one are refused.
    return exchange.connection <= old ? exchange.answer(401, "{}") : exchange.answer(200, kSecret);
  });
  Config config;
  config.server = server.url();
  config.client_certificate.file = folder + ".crt";
  config.client_key.file = folder + ".key";
  Client api(config, {}, metrics);
  EXPECT_TRUE(api.get(types::secret, kKey));
  EXPECT_EQ(server.connections(), 2);
  // Refused for good: two tries, not a loop.
  old = 1000;
  EXPECT_TRUE(failure([&] { api.get(types::secret, kKey); }).unauthorized());
  EXPECT_EQ(server.requests(), 4);
  for (const char* end : {".crt", ".key"}) std::filesystem::remove(folder + end);
}

TEST_F(ClientFaults, ReplacesAConnectionThatDiedInSilence) {
  // No FIN and no RST: as after a firewall or a load balancer has forgotten the connection.
  ScriptedServer server([](const Exchange& exchange, int number) {
    return number == 1 ? exchange.hold() : exchange.answer(200, kSecret);
  });
  auto& api = client(server, {.timeout = 300ms});
  EXPECT_TRUE(api.get(types::secret, kKey));
  EXPECT_TRUE(api.get(types::secret, kKey));
  EXPECT_EQ(server.connections(), 2);
}

TEST_F(ClientFaults, ReadsAResponseThatArrivesByteByByte) {
  ScriptedServer server([](const Exchange& exchange, int) {
    exchange.begin();
    exchange.scattered(R"({"metadata":{"name":"Müller "},"x":"日)");
    exchange.scattered(R"(本 🛒"})");
    exchange.end();
    return true;
  });
  EXPECT_EQ(client(server).get(types::secret, kKey)->at("x"), "日本 🛒");
}

TEST_F(ClientFaults, AStreamGoesOnAfterAnEmptyLine) {
  ScriptedServer server([](const Exchange& exchange, int) {
    exchange.begin();
    exchange.chunk("a\n\nb\n\n");
    exchange.end();
    return true;
  });
  const auto stream = client(server).open({"GET", "/log"}, 5s, {});
  std::vector<std::string> lines;
  while (auto line = stream->next()) lines.push_back(*std::move(line));
  EXPECT_EQ(lines, (std::vector<std::string>{"a", "", "b", ""}));
}

TEST_F(ClientFaults, AConflictIsNotRetriedAndCanBeTold) {
  ScriptedServer server([](const Exchange& exchange, int) {
    return exchange.answer(409,
                           R"({"kind":"Status","reason":"Conflict","message":"the object has changed"})");
  });
  const auto error = failure([&] { client(server).update(types::secret, Object::parse(kSecret)); });
  EXPECT_TRUE(error.conflict());
  EXPECT_FALSE(error.already_exists());
  EXPECT_EQ(server.requests(), 1);
}

TEST_F(ClientFaults, AsksBeforeEachWriteWhetherItMayWrite) {
  ScriptedServer server([](const Exchange& exchange, int) { return exchange.answer(200, kSecret); });
  bool may_write = true;
  auto& api = client(server, {.may_write = [&] { return may_write; }});
  const auto secret = Object::parse(kSecret);
  const auto all = [&] {
    return std::array<std::function<void()>, 5>{
        [&] { api.create(types::secret, secret); }, [&] { api.update(types::secret, secret); },
        [&] { api.apply(types::secret, secret, {.manager = "test"}); },
        [&] { api.merge_patch(types::secret, kKey, secret, {}); }, [&] { api.remove(types::secret, kKey); }};
  }();
  for (const auto& write : all) write();
  EXPECT_EQ(server.requests(), 5);
  may_write = false;
  for (const auto& write : all) EXPECT_TRUE(failure(write).cancelled());
  EXPECT_EQ(server.requests(), 5);
  EXPECT_TRUE(api.get(types::secret, kKey)) << "reads are allowed";
}

TEST_F(ClientFaults, ARetriedWriteAsksAgain) {
  std::atomic<bool> may_write{true};
  ScriptedServer server([&](const Exchange& exchange, int) {
    may_write = false;
    return exchange.answer(503, "{}");
  });
  auto& api = client(server, ClientOptions{.may_write = [&] { return may_write.load(); }});
  EXPECT_TRUE(failure([&] { api.remove(types::secret, kKey); }).cancelled());
  EXPECT_EQ(server.requests(), 1);
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

TEST_F(ClientFaults, ThrowsForAListThatIsNone) {
  // Taken for an empty list they would say that all objects are deleted.
  for (const char* text :
       {"{}", "[]", "null", "7", R"({"metadata":{}})", R"({"metadata":{"resourceVersion":"7"},"it)",
        R"({"metadata":{"resourceVersion":"7"},"items":7})", "<html>all is well</html>"}) {
    ScriptedServer server([&](const Exchange& exchange, int) { return exchange.answer(200, text); });
    EXPECT_TRUE(failure([&] { client(server).list(types::secret, {}); }).no_response()) << text;
  }
  ScriptedServer server([&](const Exchange& exchange, int) {
    return exchange.answer(200, R"({"metadata":{"resourceVersion":"7"},"items":null})");
  });
  EXPECT_EQ(client(server).list(types::secret, {}).resource_version, "7") << "an empty list of some servers";
}

TEST_F(ClientFaults, ThrowsForAnObjectThatIsNone) {
  for (const char* text : {"{}", "[]", "null", R"({"metadata":{"name":"a)", "<html>"}) {
    ScriptedServer server([&](const Exchange& exchange, int) { return exchange.answer(200, text); });
    EXPECT_TRUE(failure([&] { client(server).get(types::secret, kKey); }).no_response()) << text;
    EXPECT_TRUE(failure([&] {
                  client(server).apply(types::secret, Object::parse(kSecret), {.manager = "test"});
                }).no_response())
        << text;
  }
}

TEST_F(ClientFaults, ThrowsForALaterPageThatIsNotJson) {
  ScriptedServer server([](const Exchange& exchange, int number) {
    if (number > 0) return exchange.answer(200, "<html>");
    return exchange.answer(200, R"({"metadata":{"resourceVersion":"1","continue":"x"},"items":[]})");
  });
  EXPECT_TRUE(failure([&] { client(server).list(types::secret, {}); }).no_response());
}

TEST_F(ClientFaults, ThrowsForAResponseThatIsNotJson) {
  ScriptedServer server([](const Exchange& exchange, int) { return exchange.answer(200, "<html>"); });
  EXPECT_THROW(client(server).get(types::secret, kKey), ApiError);
  EXPECT_EQ(client(server).raw("/healthz"), "<html>");
}

}  // namespace
}  // namespace kube
