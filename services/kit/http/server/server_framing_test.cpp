#include "services/kit/http/testing/wire_client.hpp"

#include <atomic>

#include <gtest/gtest.h>

// Defects 9, 10 and 12: what cannot be read for certain is refused, and nothing that follows it on the
// connection is run.
namespace kit::http {
namespace {

using testing::get;
using testing::post;
using testing::Running;
using testing::Wire;

class Framing : public ::testing::Test {
 protected:
  Framing() : running_(routes()) {}

  Router routes() {
    Router router;
    const auto count = [this](const Request& request) {
      ++runs_;
      return Response::text(request.body);
    };
    router.get("/run", count, Lane::Direct).post("/run", count).get("/item/{id}", count, Lane::Direct);
    router.add({Method::Post, "/import", count, Lane::Work, 1'000'000});
    return router;
  }

  /// Sends `bad` with a second request hidden behind it: only `bad` may be answered, and the connection must
  /// end.
  void refused(std::string_view bad, int status) {
    Wire wire(running_.port);
    wire.send(std::string(bad) + get("/run"));
    const auto answer = wire.answer();
    ASSERT_TRUE(answer) << bad;
    EXPECT_EQ(answer->status, status) << bad;
    EXPECT_EQ(answer->headers.get("Connection"), "close") << bad;
    EXPECT_TRUE(answer->headers.get("X-Request-Id")) << bad;
    EXPECT_EQ(answer->headers.get("Content-Type"), "application/problem+json");
    EXPECT_TRUE(wire.closed()) << bad;
    EXPECT_EQ(runs_, 0) << "a smuggled request was run after " << bad;
  }

  std::atomic<int> runs_{0};
  Running running_;
};

std::string with_length(std::string_view length) {
  return "POST /run HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::string(length) + "\r\n\r\n";
}

}  // namespace

TEST_F(Framing, NothingRunsAfterARequestThatCannotBeRead) {
  for (const char* length :
       {"abc", "-1", "99999999999999999999", "+5", "5, 5", "", "0x5", "18446744073709551616"})
    refused(with_length(length), 400);
  refused("POST /run HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", 400);
  refused("POST /run HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400);
  refused("POST /run HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400);
  refused("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400);
  refused("GET / HTTP/1.1\r\n\r\n", 400);
  refused("GET / HTTP/1.1\nHost: a\n\n", 400);
  refused("GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505);
  refused("\x16\x03\x01\x02 TLS\n", 400);
}

TEST_F(Framing, NothingRunsAfterARequestThatIsTooLarge) {
  refused(with_length("65537"), 413);
  refused(with_length("10000000000"), 413);
  // With the body on the wire already: it must not be read as requests, nor may the answer be lost to a
  // reset.
  std::string inside;
  while (inside.size() < 200'000) inside += get("/run");
  refused(with_length("200000") + inside, 413);
}

TEST_F(Framing, HeaderFloodsAreRefused) {
  refused(get("/run", "A: " + std::string(40'000, 'a') + "\r\n"), 431);
  std::string many;
  for (int i = 0; i < 2000; ++i) many += "A" + std::to_string(i) + ": b\r\n";
  refused(get("/run", many), 431);
  refused(get("/" + std::string(10'000, 'a')), 414);
}

TEST_F(Framing, ARequestInThousandsOfPiecesIsStillQuick) {
  Wire wire(running_.port);
  const std::string request =
      post("/run", std::string(20'000, 'b'), "A: " + std::string(20'000, 'a') + "\r\n");
  for (std::size_t at = 0; at < request.size(); at += 16)
    ASSERT_TRUE(wire.send(std::string_view(request).substr(at, 16)));
  const auto answer = wire.answer();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body.size(), 20'000u);
}

TEST_F(Framing, RoutesMayTakeMore) {
  EXPECT_EQ(running_.status(post("/import", std::string(900'000, 'x'))), 200);
  EXPECT_EQ(running_.status(post("/import", std::string(1'000'001, 'x'))), 413);
}

TEST_F(Framing, EscapesAreDecodedOrRefused) {
  Wire wire(running_.port);
  for (const char* target : {"/item/%zz", "/item/%00", "/item/%ff", "/item/%", "/run?a=%zz", "/run?%C3=1"}) {
    const auto answer = wire.ask(get(target));
    ASSERT_TRUE(answer) << target;
    EXPECT_EQ(answer->status, 400) << target;
  }
  EXPECT_EQ(runs_, 0);
  EXPECT_EQ(wire.ask(get("/item/%C3%A9"))->status, 200) << "the framing was fine, so the connection stays";
}

TEST_F(Framing, MalformedCookieDateAndHostAreNoServerError) {
  Wire wire(running_.port);
  for (const char* header :
       {"Cookie: ;=;;\r\n", "Cookie: a\r\n", "Cookie: \r\n", "Date: tomorrow\r\n", "Accept: /\r\n",
        "Content-Type: nonsense\r\n", "Authorization: \r\n", "Cache-Control: x=y=z\r\n"}) {
    const auto answer = wire.ask(get("/run", header));
    ASSERT_TRUE(answer) << header;
    EXPECT_EQ(answer->status, 200) << header;
  }
  runs_ = 0;
  for (const char* host : {"a b", "a:99999999", "a:x", "<>"})
    refused("GET /run HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n", 400);
}

TEST_F(Framing, WhoWaitsToBeToldToGoOnIsTold) {
  Wire wire(running_.port);
  wire.send("POST /run HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(wire.until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  const auto answer = wire.ask("abc");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "abc");
  runs_ = 0;
  refused("POST /run HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 100000\r\n\r\n", 413);
}

TEST_F(Framing, ChunkedBodiesAreRead) {
  const auto answer = running_.ask(
      "POST /run HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "abcde");
}

}  // namespace kit::http
